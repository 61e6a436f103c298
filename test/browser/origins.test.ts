// Somebody else's page, which reaches this server's address and must get nothing done there.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { describeInChromium, foreignHost, useChromium } from './support/chromium'
import { heardBy, startServer } from './support/live-server'

/** Each attempt returns what its page can see of it. */
const attempts: Readonly<Record<string, (page: Page, url: string) => Promise<unknown>>> = {
  'a WebSocket': (page, url) => page.evaluate(openSocket, `${url.replace('http', 'ws')}/lobby/listen`),
  'an EventSource': (page, url) => page.evaluate(openEventSource, `${url}/lobby/listen`),
  'fetch GET': (page, url) => page.evaluate(fetchStatus, { url: `${url}/lobby/emit?evil=1` }),
  'fetch GET without CORS': (page, url) =>
    page.evaluate(fetchStatus, { url: `${url}/lobby/emit?evil=1`, mode: 'no-cors' as const }),
  'fetch POST of text/plain': (page, url) =>
    page.evaluate(fetchStatus, { url: `${url}/lobby/emit`, method: 'POST', body: '{"evil":1}' }),
  'fetch POST of JSON': (page, url) =>
    page.evaluate(fetchStatus, {
      url: `${url}/lobby/emit`,
      method: 'POST',
      body: '{"evil":1}',
      type: 'application/json',
    }),
  'an image': (page, url) => page.evaluate(loadImage, `${url}/lobby/emit?evil=1`),
  'a form': postForm,
}

describeInChromium('a page of another origin', () => {
  const newContext = useChromium()

  it.each(Object.keys(attempts))('gets nothing done with %s [OR-1, EM-3]', async (attempt) => {
    const server = await startServer()
    const witness = await server.join('lobby', 'Witness')
    const page = await (await newContext()).newPage()
    await page.goto(await foreignSite())
    expect(await attempts[attempt]!(page, server.url)).toBe(attempt === 'a form' ? 403 : 'failed')
    await server.reached('lobby', [witness])
    expect(heardBy(witness)).toEqual([])
    expect(witness.of('PRESENCE:JOINED')).toEqual([])
  })

  // Otherwise the attempts above might fail for want of skill.
  it.each(Object.keys(attempts).filter((attempt) => !/Socket|Source/.test(attempt)))(
    'has at its disposal what works from the own origin: %s [OR-1, EM-3]',
    async (attempt) => {
      const server = await startServer()
      const witness = await server.join('lobby', 'Witness')
      const page = await (await newContext()).newPage()
      await page.goto(`${server.url}/_/health`)
      await attempts[attempt]!(page, server.url)
      await server.reached('lobby', [witness])
      expect(heardBy(witness)).toEqual([{ evil: expect.anything() }])
    },
  )

  it('may listen and emit where its origin is listed, preflight included [OR-1]', async () => {
    const site = await foreignSite()
    const server = await startServer({ origins: [site] })
    const witness = await server.join('lobby', 'Witness')
    const page = await (await newContext()).newPage()
    await page.goto(site)
    expect(await attempts['a WebSocket']!(page, server.url)).toBe('open')
    expect(await attempts['an EventSource']!(page, server.url)).toBe('open')
    expect(await attempts['fetch GET']!(page, server.url)).toBe(200)
    expect(await attempts['fetch POST of text/plain']!(page, server.url)).toBe(200)
    // JSON is asked about beforehand: without an answer to OPTIONS the browser would not send it.
    expect(await attempts['fetch POST of JSON']!(page, server.url)).toBe(200)
    await server.reached('lobby', [witness])
    expect(heardBy(witness)).toEqual([{ evil: '1' }, { evil: 1 }, { evil: 1 }])
  })
})

/** The origin of a web server that has nothing to do with ours. */
async function foreignSite(): Promise<string> {
  const site = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<!doctype html><title>Somebody else</title><link rel="icon" href="data:,">')
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    site.closeAllConnections()
    site.close()
  })
  return `http://${foreignHost}:${(site.address() as AddressInfo).port}`
}

async function postForm(page: Page, url: string): Promise<number> {
  const answered = page.waitForResponse((response) => response.url().startsWith(url))
  await page.evaluate((action) => {
    const form = document.createElement('form')
    form.method = 'post'
    form.enctype = 'text/plain'
    form.action = action
    const field = document.createElement('input')
    // As text/plain it becomes {"evil":"="}, which is JSON.
    field.name = '{"evil":"'
    field.value = '"}'
    form.append(field)
    document.body.append(form)
    form.submit()
  }, `${url}/lobby/emit`)
  return (await answered).status()
}

// What follows runs in the page.

function openSocket(url: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url)
    socket.addEventListener('open', () => resolve('open'))
    socket.addEventListener('error', () => resolve('failed'))
  })
}

function openEventSource(url: string): Promise<string> {
  return new Promise((resolve) => {
    const source = new EventSource(url)
    source.addEventListener('CONNECTED', () => resolve('open'))
    source.addEventListener('error', () => resolve('failed'))
  })
}

interface Fetched {
  readonly url: string
  readonly method?: string
  readonly mode?: RequestMode
  readonly body?: string
  readonly type?: string
}

async function fetchStatus({
  url,
  method = 'GET',
  mode = 'cors',
  body,
  type = 'text/plain',
}: Fetched): Promise<number | string> {
  try {
    const headers = body === undefined ? {} : { 'content-type': type }
    const { status } = await fetch(url, { method, mode, headers, body: body ?? null })
    // An opaque answer says nothing at all.
    return status === 0 ? 'failed' : status
  } catch {
    return 'failed'
  }
}

function loadImage(url: string): Promise<string> {
  return new Promise((resolve) => {
    const image = new Image()
    image.addEventListener('load', () => resolve('loaded'))
    image.addEventListener('error', () => resolve('failed'))
    image.src = url
  })
}
