// An app in a real browser, whose network Playwright routes to the server in the memory of this test.
import { createServer, type ServerOptions } from '@websockets.do/server-core'
import { memory } from '@websockets.do/server-core/memory'
import { routeWebSocket } from '@websockets.do/server-core/mock/playwright'
import type { BrowserContext, Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { VirtualClock } from '@websockets.do/server-core/mock'
import { describeInChromium, useChromium } from './support/chromium'
import { patient, startServer } from './support/live-server'
import { type App, appIn, appScript, html } from './support/routed-app'

/** Another origin than the app's, or the app's own. */
const api = 'https://api.example/realtime'
const site = 'https://app.example'
const own = `${site}/realtime`

describeInChromium('an app behind Playwright', () => {
  const newContext = useChromium()
  let script: string
  beforeAll(async () => void (script = await appScript()))

  /** A page with the app, and a server behind `url`. */
  async function start(options: ServerOptions = {}, url = own) {
    const server = createServer(options)
    const context = await newContext()
    const page = await openPage(context)
    const undo = await routeWebSocket(page, memory(server), url)
    await page.goto(`${site}/`)
    return { server, context, page, undo, app: appIn(page, url) }
  }

  async function openPage(context: BrowserContext): Promise<Page> {
    const page = await context.newPage()
    await page.route(
      (address) => address.origin === site,
      async (route) => {
        if (route.request().url() !== `${site}/`) return await route.fulfill({ status: 418, body: 'the site itself' })
        return await route.fulfill({
          contentType: 'text/html',
          body: `${html}<script type="module">${script}</script>`,
        })
      },
    )
    return page
  }

  it('connects our client in two pages, which see each other come, change and go [LI-5, MS-4]', async () => {
    const server = createServer()
    const context = await newContext()
    await routeWebSocket(context, memory(server), own)
    const pages = await Promise.all([openPage(context), openPage(context)])
    const [ada, grace] = pages.map((page) => appIn(page, own)) as [App, App]
    for (const page of pages) await page.goto(`${site}/`)
    await ada.join('room', { name: 'Ada' })
    await grace.join('room', { name: 'Grace' })
    await expect.poll(() => ada.others('room'), patient).toEqual([{ name: 'Grace' }])
    expect(await grace.others('room')).toEqual([{ name: 'Ada' }])
    await grace.present('room', { name: 'Hopper' })
    await expect.poll(() => ada.others('room'), patient).toEqual([{ name: 'Hopper' }])
    await pages[1]!.goto('about:blank')
    await expect.poll(() => ada.others('room'), patient).toEqual([])
  })

  it('has an event acknowledged by our client and by a bare WebSocket [ACK-3, CL-1]', async () => {
    const { server, app } = await start()
    const ada = await app.join('room')
    const seed = await app.open('/room/listen')
    const sent = server.channel('room').emit({ hello: 'world' }, { requireAck: true })
    expect(await sent).toMatchObject({ success: true, recipients: 2 })
    expect((await sent).acked?.toSorted()).toEqual([ada, (await seed.nth('CONNECTED')).clientID].toSorted())
    expect(await app.heard('room')).toEqual([{ hello: 'world' }])
    expect(await app.emit('room', { from: 'the page' })).toMatchObject({ success: true, recipients: 2 })
  })

  it('names who is silent when time is up [ACK-3]', async () => {
    const clock = new VirtualClock()
    const { app } = await start({ clock })
    const ada = await app.join('room')
    const silent = await app.open('/room/listen', { ack: false })
    const { clientID } = await silent.nth('CONNECTED')
    const answer = app.fetch('/room/emit?require-ack=true', { method: 'POST', body: '{"hello":"silence"}' })
    await silent.nth('DATA')
    await app.answered('room', 1)
    await clock.advance(5_000, async () => {})
    expect(await answer).toMatchObject({ status: 408, body: { acked: [ada], pending: [clientID] } })
  })

  it('emits, reads history, members and health by HTTP [EM-1, EM-2, HI-1, MB-1, HL-1]', async () => {
    const { app } = await start({ history: { readable: true } })
    const ada = await app.join('room', { name: 'Ada' })
    const body = '{"by":"post","text":"ä"}'
    const posted = await app.fetch('/room/emit?require-ack=true', { method: 'POST', body })
    expect(posted).toMatchObject({ status: 200, body: { success: true, acked: [ada] } })
    expect(await app.fetch('/room/emit?by=get&text=a%26b%20%C3%A4')).toMatchObject({ status: 200 })
    const { body: read } = await app.fetch('/room/history')
    expect(read.history.map(({ payload }: any) => payload)).toEqual([
      { by: 'post', text: 'ä' },
      { by: 'get', text: 'a&b ä' },
    ])
    expect(await app.fetch('/room/members')).toMatchObject({
      body: { members: [{ clientID: ada, presence: { name: 'Ada' } }] },
    })
    expect(await app.fetch('/_/health')).toMatchObject({ status: 200 })
    expect(await app.fetch('/room/emit', { method: 'POST', body: 'no JSON' })).toMatchObject({ status: 400 })
  })

  it('gives an EventSource every event once and in order, though Playwright cannot stream [LI-2]', async () => {
    const { server, page } = await start({ limits: { maxMembers: 1 } })
    const listen = () =>
      page.evaluate((url) => {
        const source = new EventSource(`${url}/room/listen`)
        const seen: (number | string)[] = []
        source.addEventListener('CONNECTED', () => seen.push('CONNECTED'))
        source.addEventListener('DATA', ({ data }) => seen.push(JSON.parse(data).payload.n))
        Object.assign(globalThis, { source, seen })
      }, own)
    const seen = () => page.evaluate((): (number | string)[] => (globalThis as any).seen)
    await listen()
    await expect.poll(seen, patient).toEqual(['CONNECTED'])
    const expected: (number | string)[] = ['CONNECTED']
    for (let n = 0; n < 30; n++) {
      void server.channel('room').emit({ n })
      expected.push(n)
      if (n % 10 === 9) await expect.poll(seen, patient).toEqual(expected)
    }
    // There is room for one observer alone: the first is gone as soon as it was closed, or its page was left.
    await closedWhileWaiting(page, () => page.evaluate(() => (globalThis as any).source.close()))
    await listen()
    await expect.poll(seen, patient).toEqual(['CONNECTED'])
    await closedWhileWaiting(page, () => page.goto('about:blank'))
    await page.goto(`${site}/`)
    await listen()
    await expect.poll(seen, patient).toEqual(['CONNECTED'])
  })

  it('closes a refused WebSocket with 1006 without ever opening it, and tells our client why [LI-6]', async () => {
    const { app } = await start({ authorize: () => false })
    const seed = await app.open('/room/listen')
    await expect.poll(() => seed.states(), patient).toEqual(['close 1006 '])
    expect(await app.status('room')).toBe('closed FORBIDDEN 4403')
  })

  it('hands on close codes and reasons, in both directions', async () => {
    const codes: (number | undefined)[] = []
    const { server, page, app } = await start({ onLeave: ({ code }) => void codes.push(code) })
    const seed = await app.open('/room/listen')
    server.channel('room').disconnect((await seed.nth('CONNECTED')).clientID, { message: 'you know why' })
    await expect.poll(() => seed.states(), patient).toEqual(['open', 'close 4403 FORBIDDEN'])
    expect((await seed.nth('ERROR')).payload).toMatchObject({ code: 'FORBIDDEN', message: 'you know why' })
    const leaving = await app.open('/room/listen')
    await leaving.nth('CONNECTED')
    await leaving.close(4001, 'enough')
    await expect.poll(() => leaving.states(), patient).toEqual(['open', 'close 4001 enough'])
    const quiet = await app.open('/room/listen')
    await quiet.nth('CONNECTED')
    await quiet.close()
    await expect.poll(() => quiet.states(), patient).toEqual(['open', 'close 1005 '])
    const last = await app.open('/room/listen')
    await last.nth('CONNECTED')
    await page.goto('about:blank')
    await expect.poll(() => codes.slice(1), patient).toEqual([4001, 1005, 1005])
  })

  it('keeps 1,000 frames in order, in both directions [EM-9]', async () => {
    const { server, app } = await start({ limits: { messagesPerSecond: 10_000, messageBurst: 10_000 } })
    const seed = await app.open('/room/listen')
    await seed.nth('CONNECTED')
    const expected = Array.from({ length: 1_000 }, (_, n) => n)
    for (const n of expected) void server.channel('room').emit({ n })
    await seed.nth('DATA', 1_000)
    expect((await seed.of('DATA')).map(({ payload }) => payload.n)).toEqual(expected)
    await seed.send(expected.map((n) => ({ type: 'EMIT', payload: { n }, ref: `${n}` })))
    await seed.nth('EMITTED', 1_000)
    expect((await seed.of('DATA')).slice(1_000).map(({ payload }) => payload.n)).toEqual(expected)
  })

  it('hands in a token as a subprotocol, and what is binary [OR-2, CL-7]', async () => {
    const tokens: (string | undefined)[] = []
    const { page, app } = await start({ authorize: ({ token }) => tokens.push(token) > 0 })
    const seed = await app.open('/room/listen', { protocols: ['websockets.do', 'bearer.x'] })
    await seed.nth('CONNECTED')
    expect(tokens).toEqual(['x'])
    expect(await page.evaluate((): string => (globalThis as any).sockets.at(-1).protocol)).toBe('websockets.do')
    await page.evaluate(() => (globalThis as any).sockets.at(-1).send(new Uint8Array([1, 2, 3])))
    expect((await seed.nth('ERROR')).payload).toMatchObject({ code: 'BAD_MESSAGE' })
  })

  it('brings our client back as who it was after the server cut it off [RS-3]', async () => {
    const { server, app } = await start()
    const clientID = await app.join('room')
    server.channel('room').disconnect(clientID, { code: 'PING_TIMEOUT' })
    expect(await app.emit('room', { hello: 'again' })).toMatchObject({ success: true, acked: [clientID] })
    expect(server.channel('room').members()).toMatchObject([{ clientID }])
  })

  it('keeps a page of another origin out, whatever it tries [OR-1, EM-3]', async () => {
    const { server, page, app } = await start({ history: { readable: true } }, api)
    const seed = await app.open('/room/listen')
    await expect.poll(() => seed.states(), patient).toEqual(['close 1006 '])
    for (const init of [{}, { method: 'POST', body: '{"evil":1}' }, { mode: 'no-cors' as const }]) {
      const tried = await app.fetch('/room/emit?evil=1', init).catch(() => 'failed')
      if (init.mode === undefined) expect(tried).toBe('failed')
    }
    await page.evaluate(
      (src) =>
        new Promise((resolve) => {
          const image = new Image()
          image.addEventListener('error', resolve)
          image.src = src
        }),
      `${api}/room/emit?evil=1`,
    )
    expect(server.channel('room').history()).toEqual([])
  })

  it('lets a page of an origin in that is listed, with what a browser asks about beforehand [OR-1]', async () => {
    const { app } = await start({ origins: [site], authorize: ({ token }) => token === 'x' }, api)
    await app.join('room', {}, 'x')
    const headers = { authorization: 'Bearer x', 'content-type': 'application/json' }
    const posted = await app.fetch('/room/emit?require-ack=true', { method: 'POST', body: '{"n":1}', headers })
    expect(posted).toMatchObject({ status: 200, body: { success: true, recipients: 1 } })
  })

  it('leaves what is not below the base to the network, and everything after it was undone', async () => {
    const live = await startServer({
      page: ({ url }) =>
        url.endsWith('/app') ? new Response(html, { headers: { 'content-type': 'text/html' } }) : undefined,
    })
    const server = createServer()
    const page = await (await newContext()).newPage()
    const undo = await routeWebSocket(page, memory(server), `${live.url}/realtime`)
    await page.goto(`${live.url}/app`)
    const [mocked, real] = [appIn(page, `${live.url}/realtime`), appIn(page, live.url)]
    const inMemory = await mocked.open('/room/listen')
    const overNetwork = await real.open('/room/listen')
    const [here, there] = [await inMemory.nth('CONNECTED'), await overNetwork.nth('CONNECTED')]
    expect(server.channel('room').members()).toMatchObject([{ clientID: here.clientID }])
    expect(live.server.channel('room').members()).toMatchObject([{ clientID: there.clientID }])
    expect(await real.fetch('/room/members')).toMatchObject({ body: { members: [{ clientID: there.clientID }] } })
    await undo()
    await expect.poll(() => inMemory.states(), patient).toEqual(['open', 'close 1001 '])
    await expect.poll(() => server.channel('room').members(), patient).toEqual([])
    expect((await mocked.fetch('/room/members')).status).toBe(404)
    const after = await mocked.open('/room/listen')
    await expect.poll(() => after.states(), patient).toEqual(['error', 'close 1006 '])
    expect(await overNetwork.states()).toEqual(['open'])
  })
})

/** Does it while the EventSource of the page has a request under way, as it has but for moments. */
async function closedWhileWaiting(page: Page, close: () => Promise<unknown>): Promise<void> {
  await page.waitForFunction(() => (globalThis as any).source.readyState === EventSource.CONNECTING)
  await Promise.all([page.waitForEvent('requestfailed'), close()])
}
