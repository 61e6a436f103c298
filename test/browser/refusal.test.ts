// What a refused listener learns in a browser, which is not shown the status of a failed upgrade.
import { expect, it } from 'vitest'
import { describeInChromium, useChromium } from './support/chromium'
import { clientFiles, openClient } from './support/client-page'
import { startServer } from './support/live-server'
import { Tab } from './support/tab'
import { bundle } from './support/bundle'

describeInChromium('a refused listener', () => {
  const newContext = useChromium()

  it('ends closed with FORBIDDEN, and does not try again [LI-6]', async () => {
    let attempts = 0
    const page = await clientPage()
    const server = await startServer({ page, authorize: ({ action }) => (action === 'listen' ? ++attempts < 1 : true) })
    const tab = await (await newContext()).newPage()
    await tab.clock.install()
    await tab.goto(`${server.url}/client`)
    await tab.getByText('closed FORBIDDEN 4403').waitFor()
    await tab.clock.fastForward('01:00:00')
    // Answered after whatever an hour's timers may have sent.
    expect(await tab.evaluate(async () => (await fetch('/lobby/emit?hello=world')).status)).toBe(200)
    expect(attempts).toBe(1)
    expect(await tab.locator('#log').textContent()).toBe('connecting; closed FORBIDDEN 4403')
  })

  it('is told so on the page, in words, and may try again by hand [LI-6]', async () => {
    let isWelcome = false
    const server = await startServer({ authorize: ({ action }) => action !== 'listen' || isWelcome })
    const tab = new Tab(await (await newContext()).newPage())
    await tab.page.goto(`${server.url}/`)
    await tab.is('Closed')
    await tab.page.getByText('The server does not allow it.').waitFor()
    isWelcome = true
    await tab.page.getByRole('button', { name: 'Connect again' }).click()
    await tab.is('Open')
  })

  it('asks for another token where its own is not valid, and is in with that [LI-6, OR-2]', async () => {
    const server = await startServer({
      page: await clientFiles(),
      authorize: ({ token }) => token === 'good' || { refuse: 'UNAUTHORIZED' as const },
    })
    const tokens = ['bad', 'expired', 'good', 'another']
    const client = await openClient(await (await newContext()).newPage(), server.url, { tokens })
    await client.is('open')
    const reasons = (await client.statuses()).flatMap((status) => ('reason' in status ? [status.reason] : []))
    expect(reasons).toMatchObject([
      { code: 'UNAUTHORIZED', closeCode: 4401 },
      { code: 'UNAUTHORIZED', closeCode: 4401 },
    ])
  })

  it('ends closed with BAD_PARAMETER where it asks for something odd [LI-6, LI-4]', async () => {
    const server = await startServer({ page: await clientFiles() })
    const client = await openClient(await (await newContext()).newPage(), server.url, { rewind: 'all' })
    expect(await client.is('closed')).toMatchObject({ reason: { code: 'BAD_PARAMETER', closeCode: 4400 } })
  })

  it('knows that the channel is full, and is in it once there is room [LI-6]', async () => {
    const server = await startServer({ page: await clientFiles(), limits: { maxMembers: 1 } })
    const first = await server.join('room', 'First')
    const client = await openClient(await (await newContext()).newPage(), server.url)
    expect(await client.is('reconnecting')).toMatchObject({ reason: { code: 'CHANNEL_FULL', closeCode: 1013 } })
    first.close()
    await client.is('open')
  })

  it('is shown nothing but 1006 where it asks for no session [LI-6]', async () => {
    const server = await startServer({ page: await clientFiles(), authorize: ({ action }) => action !== 'listen' })
    const page = await (await newContext()).newPage()
    await page.goto(`${server.url}/client`)
    const seen = await page.evaluate(
      async (host) =>
        await Promise.all(
          ['', '?session=new'].map(
            (query) =>
              new Promise((resolve) => {
                const heard: unknown[] = []
                const socket = new WebSocket(`ws://${host}/room/listen${query}`)
                socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(data).payload.code))
                socket.addEventListener('close', ({ code }) => resolve([...heard, code]))
              }),
          ),
        ),
      new URL(server.url).host,
    )
    expect(seen).toEqual([[1006], ['FORBIDDEN', 4403]])
  })
})

/** Serves a page that does nothing but to follow the status of a channel. */
async function clientPage(): Promise<(request: Request) => Response | undefined> {
  const script = await bundle(followStatus, import.meta.url)
  const files = new Map([
    ['/client', { type: 'text/html', body: clientHtml }],
    ['/_/client.js', { type: 'text/javascript', body: script }],
  ])
  return (request) => {
    const file = files.get(new URL(request.url).pathname)
    return file && new Response(file.body, { headers: { 'content-type': file.type } })
  }
}

const clientHtml = `<!doctype html>
<link rel="icon" href="data:,">
<p id="log"></p>
<script type="module" src="/_/client.js"></script>`

const followStatus = `
import { createClient } from '@websockets.do/client'
const words = []
const channel = createClient().channel('lobby')
function follow() {
  const { state, reason } = channel.status
  words.push(reason ? [state, reason.code, reason.closeCode].join(' ') : state)
  document.querySelector('#log').textContent = words.join('; ')
}
follow()
channel.on('status', follow)
`
