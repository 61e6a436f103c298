// A browser's own WebSocket that knows the seed's messages alone, beside a tab with the page.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInChromium, useChromium } from './support/chromium'
import { type LiveServer, patient, startServer } from './support/live-server'
import { openTab } from './support/tab'

describeInChromium('a plain WebSocket in a browser', () => {
  const newContext = useChromium()

  it('is welcomed with the members, and told who joins, changes and leaves [LI-5, MS-3]', async () => {
    const server = await startServer()
    const context = await newContext()
    const ada = await openTab(context, server, 'lobby', 'Ada')
    const plain = await openPlain(await context.newPage(), server)
    const [welcome] = await plain.messages('CONNECTED')
    expect(welcome).toMatchObject({ clientID: expect.stringMatching(/^client_/), latency: 0 })
    expect(namesOf(welcome.payload.members)).toEqual(['Ada'])
    const grace = await openTab(context, server, 'lobby')
    await grace.rename('Grace')
    await plain.eventually('PRESENCE:UPDATED', { presence: expect.objectContaining({ username: 'Grace' }) })
    const [joined] = await plain.messages('PRESENCE:JOINED')
    await grace.page.close()
    await plain.eventually('PRESENCE:LEFT', { clientID: joined.payload.clientID })
    await ada.sees(['Ada', expect.stringMatching(/^client_/)] as string[])
  })

  it('hears events, acknowledges them, and is waited for until it does [ACK-2, ACK-3, CL-1]', async () => {
    const server = await startServer()
    const context = await newContext()
    const ada = await openTab(context, server, 'lobby', 'Ada')
    const plain = await openPlain(await context.newPage(), server)
    await ada.sees(['Ada'], 'among others')
    await expect.poll(() => ada.names(), patient).toHaveLength(2)
    await ada.requireAck()
    await ada.emit({ hello: 'world' })
    await plain.eventually('DATA', { hello: 'world' })
    await ada.reports('1 of 2 members answered')
    const [data] = await plain.messages('DATA')
    expect(data).toMatchObject({ requires_ack: true, eventID: expect.stringMatching(/^evt_/) })
    await plain.send({ type: 'ACK', payload: { eventID: data.eventID } })
    await ada.reports('200 · Acknowledged by all 2 members')
  })

  it('emits by GET and POST, to some and to all, and awaits acknowledgement by HTTP [EM-1, EM-2, EM-4, EM-5]', async () => {
    const server = await startServer()
    const context = await newContext()
    const ada = await openTab(context, server, 'lobby', 'Ada')
    const plain = await openPlain(await context.newPage(), server)
    await expect.poll(() => ada.names(), patient).toHaveLength(2)
    const [{ clientID, payload }] = await plain.messages('CONNECTED')
    const adaID = payload.members[0].clientID
    expect(await plain.fetch('/lobby/emit?by=get')).toMatchObject({
      status: 200,
      body: { success: true, recipients: 2 },
    })
    expect(await plain.fetch('/lobby/emit?clients=1', '{"by":"chance"}')).toMatchObject({ body: { recipients: 1 } })
    expect(await plain.fetch(`/lobby/emit?clients=${clientID}`, '{"for":"me"}')).toMatchObject({
      body: { recipients: 1 },
    })
    const answer = await plain.fetch(`/lobby/emit?clients=${adaID}&require-ack=true`, '{"for":"Ada"}')
    expect(answer).toMatchObject({ status: 200, body: { success: true, acked: [adaID] } })
    await ada.hears({ by: 'get' })
    await ada.hears({ for: 'Ada' })
    await plain.eventually('DATA', { by: 'get' })
    await plain.eventually('DATA', { for: 'me' })
    expect(await ada.payloads()).not.toContainEqual({ for: 'me' })
  })

  it('stays as long as it answers PING [CL-5]', async () => {
    const server = await startServer({ heartbeat: { intervalMs: 100, timeoutMs: 10_000 } })
    const plain = await openPlain(await (await newContext()).newPage(), server, { pongs: true })
    await expect.poll(async () => (await plain.messages('PING')).length, patient).toBeGreaterThan(3)
    expect(await plain.messages('ERROR')).toEqual([])
    expect(await plain.closeCode()).toBeUndefined()
  })

  it('is told PING_TIMEOUT and closed once it does not answer PING [CL-5]', async () => {
    const server = await startServer({ heartbeat: { intervalMs: 100, timeoutMs: 200 } })
    const plain = await openPlain(await (await newContext()).newPage(), server)
    await expect.poll(() => plain.closeCode(), patient).toBe(4408)
    const [error] = await plain.messages('ERROR')
    expect(error.payload).toEqual({ message: 'Client did not respond to PING event', code: 'PING_TIMEOUT' })
  })
})

/** A WebSocket inside a browser's page, and what it was sent. */
async function openPlain(page: Page, { url }: LiveServer, { pongs = false } = {}) {
  // Any page of the server's own origin will do, its health too.
  await page.goto(`${url}/_/health`)
  await page.evaluate((answers) => {
    const socket = new WebSocket(`ws://${location.host}/lobby/listen`)
    const plain = { socket, received: [] as any[], closeCode: undefined as number | undefined }
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(data)
      plain.received.push(message)
      if (answers && message.type === 'PING') socket.send('{"type":"PONG"}')
    })
    socket.addEventListener('close', ({ code }) => (plain.closeCode = code))
    Object.assign(globalThis, { plain })
  }, pongs)
  const messages = (type: string): Promise<any[]> =>
    page.evaluate(
      (wanted) => (globalThis as any).plain.received.filter((message: any) => message.type === wanted),
      type,
    )
  await expect.poll(async () => (await messages('CONNECTED')).length, patient).toBe(1)
  return {
    messages,
    closeCode: () => page.evaluate((): number | undefined => (globalThis as any).plain.closeCode),
    send: (message: object) =>
      page.evaluate((text) => (globalThis as any).plain.socket.send(text), JSON.stringify(message)),
    async eventually(type: string, payload: object): Promise<void> {
      const matching = expect.arrayContaining([expect.objectContaining({ payload: expect.objectContaining(payload) })])
      await expect.poll(() => messages(type), patient).toEqual(matching)
    },
    fetch: (path: string, body?: string) =>
      page.evaluate(
        async ([address, text]) => {
          const response = await fetch(address!, text === undefined ? {} : { method: 'POST', body: text })
          return { status: response.status, body: await response.json() }
        },
        [path, body],
      ),
  }
}

function namesOf(members: readonly { readonly presence: { readonly username?: string } }[]): (string | undefined)[] {
  return members.map(({ presence }) => presence.username)
}
