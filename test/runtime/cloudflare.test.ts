// Channels in Durable Objects, in the runtime that Cloudflare runs: what only objects that are put away and made again can show.
import { conformanceCases, formatReport, runConformance } from '@websockets.do/server-core/conformance'
import { createClient } from '@websockets.do/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { join } from '../support/seed-client'
import { openWorkerd, type OpenedWorkerd, type WorkerdOptions } from './servers/workerd'
import { tellMissing } from './support/missing'
import { miniflare } from './support/runtimes'

tellMissing('the server', [{ name: 'workerd', command: miniflare }])

const open = { history: { readable: true }, getEmit: true }

async function start(options: WorkerdOptions = {}) {
  const server = await openWorkerd(options)
  onTestFinished(() => server.close())
  return server
}

async function post(server: OpenedWorkerd, path: string, body: string) {
  const response = await server.fetch(server.url + path, { method: 'POST', body })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** Asks until the answer is right: what nobody is told of has to be asked for. */
async function until<T>(ask: () => Promise<T>, right: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (right(answer)) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe.skipIf(!miniflare)('a server in Durable Objects', () => {
  it('keeps every rule that a client can see, put away and made again between any two events', async () => {
    const server = await start({ ...open, putAway: true })
    // How much somebody has sent lately is forgotten: the runtime waits 10 seconds, and by then the rate is full again.
    const only = [...new Set(conformanceCases.map(({ rule }) => rule))].filter((rule) => rule !== 'CL-8')
    const report = await runConformance(server, { only })
    if (report.failed > 0) throw new Error(formatReport(report))
    expect(report.passed).toBeGreaterThan(150)
  })

  it('is really put away by the runtime after 10 seconds, and nobody leaves or joins', async () => {
    const server = await start(open)
    const [one, other] = [await join(server, '/room/listen'), await join(server, '/room/listen?session=new')]
    one.send({ type: 'PRESENCE', payload: { x: 1 } })
    await other.nth('PRESENCE:UPDATED')
    await post(server, '/room/emit', '"before"')
    const lives = () => server.ask<{ constructed: number }>('lives', 'room')
    const { constructed } = await lives()
    // Longer than the runtime waits: this is the one thing that only time shows.
    await new Promise((resolve) => setTimeout(resolve, 12_000))
    one.send({ type: 'EMIT', payload: 'after', requires_ack: true })
    expect((await one.nth('EMITTED')).payload).toMatchObject({ success: true, recipients: 2 })
    expect((await lives()).constructed).toBe(constructed + 1)
    expect(other.of('DATA').map(({ payload, seq, from }) => ({ payload, seq, from }))).toEqual([
      { payload: 'before', seq: 1, from: undefined },
      { payload: 'after', seq: 2, from: one.clientID },
    ])
    const { members } = (await (await server.fetch(`${server.url}/room/members`)).json()) as { members: unknown[] }
    expect(members).toEqual([
      { clientID: one.clientID, presence: { x: 1 } },
      { clientID: other.clientID, presence: {} },
    ])
    for (const { received } of [one, other])
      expect(received.filter(({ type }) => /CONNECTED|JOINED|LEFT/.test(type)).length).toBeLessThanOrEqual(2)
    expect([one, other].flatMap((member) => member.of('PRESENCE:LEFT'))).toEqual([])
  })

  it('answers the probe of a client without waking the object [CL-6]', async () => {
    const server = await start({ ...open, putAway: true })
    const member = await join(server, '/room/listen')
    const before = await server.ask<{ lives: number }>('lives', 'room')
    for (let n = 1; n <= 20; n++) {
      member.send({ type: 'PING' })
      expect(await member.nth('PONG', n)).toEqual({ type: 'PONG' })
    }
    expect(await server.ask('lives', 'room')).toEqual(before)
  })

  it('waits for acknowledgements that come after the object was asked by others', async () => {
    const server = await start({ ...open, putAway: true })
    const member = await join(server, '/room/listen', { ack: false })
    const answer = post(server, '/room/emit?require-ack=true&_timeout=20000', '1')
    const { eventID } = await member.nth('DATA')
    await post(server, '/room/emit', '2')
    member.ack(eventID!)
    expect(await answer).toMatchObject({ status: 200, body: { acked: [member.clientID] } })
  })

  it('pings by its alarm, and cuts off who does not answer, however often it is made again [CL-5]', async () => {
    const server = await start({ heartbeat: { intervalMs: 300, timeoutMs: 600 }, putAway: true })
    const [lively, silent] = [await join(server, '/room/listen'), await join(server, '/room/listen', { pong: false })]
    expect((await silent.nth('ERROR')).payload.code).toBe('PING_TIMEOUT')
    expect((await silent.ended).code).toBe(4408)
    await lively.nth('PING', 4)
    expect((await server.ask<{ lives: number }>('lives', 'room')).lives).toBeGreaterThan(8)
    expect((await lively.nth('PRESENCE:LEFT')).payload).toEqual({ clientID: silent.clientID })
    expect(lively.of('ERROR')).toEqual([])
  })

  it('has a member that lost its connection leave when its grace is over, by its alarm [RS-4]', async () => {
    const server = await start({ graceMs: 400, putAway: true })
    const watcher = await join(server, '/room/listen')
    const member = await join(server, '/room/listen?session=new')
    await member.leave(4000)
    expect((await watcher.nth('PRESENCE:LEFT')).payload).toEqual({ clientID: member.clientID })
  })

  it('sets an alarm 5 minutes away for members that are there, and none for a channel that is empty', async () => {
    const server = await start()
    const member = await join(server, '/room/listen')
    const inMs =
      (await until(
        () => server.ask<number | null>('alarm', 'room'),
        (at) => at !== null,
      ))! - Date.now()
    expect(inMs).toBeGreaterThan(240_000)
    expect(inMs).toBeLessThanOrEqual(300_000)
    await member.leave(1000)
    await until(
      () => server.ask<number | null>('alarm', 'room'),
      (at) => at === null,
    )
  })

  it('stores nothing for a channel that was merely asked, and keeps nothing of one that is over [CH-4]', async () => {
    const server = await start({ history: { readable: true, maxAgeMs: 300 }, getEmit: true })
    await server.fetch(`${server.url}/asked/members`)
    expect(await server.ask('tables', 'asked')).toEqual([])
    await post(server, '/room/emit', '1')
    expect(await server.ask('tables', 'room')).toEqual([
      'websockets_channels',
      'websockets_events',
      'websockets_members',
    ])
    await until(
      () => server.ask<string[]>('tables', 'room'),
      (tables) => tables.length === 0,
    )
    // And it is a channel like any other again.
    const member = await join(server, '/room/listen')
    await post(server, '/room/emit', '2')
    expect(await member.nth('DATA')).toMatchObject({ payload: 2, seq: 1 })
  })

  it('gives no place in the stream twice, and replays nothing with a hole, where an event is more than a row may have [RS-2]', async () => {
    const server = await start({
      history: { readable: true, maxBytes: 1e8 },
      limits: { maxMessageBytes: 3e6, maxBufferedBytes: 1e7 },
    })
    const first = await join(server, '/room/listen')
    const { epoch } = first.received[0]!.payload
    for (const payload of ['1', JSON.stringify('x'.repeat(2_500_000))]) await post(server, '/room/emit', payload)
    await server.ask('restart', 'room')
    await post(server, '/room/emit', '3')
    expect((await first.nth('DATA', 3))['seq']).toBe(3)
    await server.ask('restart', 'room')
    const late = await join(server, `/room/listen?since=${epoch}:1`)
    expect(late.received[0]!.payload).toMatchObject({ seq: 3, recovered: false })
  })

  it('leaves what a subclass has stored beside it', async () => {
    const server = await start()
    await server.sql('CREATE TABLE notes (text TEXT)', 'room')
    await server.sql("INSERT INTO notes VALUES ('mine')", 'room')
    const member = await join(server, '/room/listen')
    await member.leave(1000)
    expect(
      await until(
        () => server.ask<string[]>('tables', 'room'),
        (tables) => !tables.includes('channels'),
      ),
    ).toEqual(['notes'])
    await until(
      () => server.ask<number | null>('alarm', 'room'),
      (at) => at === null,
    )
    expect(await server.sql('SELECT text FROM notes', 'room')).toEqual([{ text: 'mine' }])
  })

  it.each(['{', 'null'])('begins anew where it cannot read what it has stored, such as %s', async (broken) => {
    const server = await start(open)
    const member = await join(server, '/room/listen')
    for (const payload of ['1', '2']) await post(server, '/room/emit', payload)
    await server.sql(`UPDATE websockets_events SET event = '${broken}'`, 'room')
    await server.ask('restart', 'room')
    expect((await member.ended).code).toBe(1012)
    const next = await join(server, '/room/listen')
    expect(next.received[0]!.payload).toMatchObject({ seq: 0, members: [] })
    await post(server, '/room/emit', '3')
    // Nothing of what was there is mixed with what comes.
    await server.ask('restart', 'room')
    const history = await server.fetch(`${server.url}/room/history`)
    expect(await history.json()).toMatchObject({ seq: 1, history: [{ payload: 3, seq: 1 }] })
    expect(await server.ask('stats', 'room')).toMatchObject({ members: 1 })
  })

  it('keeps the places and the stream of a channel whose object was made again, for its client', async () => {
    const server = await start({ ...open })
    const client = createClient({ url: server.url, WebSocket: WebSocket as never, fetch: server.fetch })
    onTestFinished(() => client.close())
    const room = client.channel('room')
    const payloads: unknown[] = []
    room.on('data', ({ payload }) => void payloads.push(payload))
    await room.emit(1)
    await server.ask('restart', 'room')
    await room.emit(2)
    await server.ask('restart', 'room')
    expect(await room.emit(3, { requireAck: true })).toMatchObject({ success: true, recipients: 1 })
    expect(payloads).toEqual([1, 2, 3])
  })

  it('lets a listener over server-sent events go at the second keep-alive after it stopped reading [LI-2]', async () => {
    const server = await start({ ...open, heartbeat: { intervalMs: 300 } })
    const aborter = new AbortController()
    const response = await server.fetch(`${server.url}/room/listen`, {
      headers: { accept: 'text/event-stream' },
      signal: aborter.signal,
    })
    await response.body!.getReader().read()
    expect(await server.ask('stats', 'room')).toMatchObject({ observers: 1 })
    aborter.abort()
    await until(
      () => server.ask<{ observers: number }>('stats', 'room'),
      ({ observers }) => observers === 0,
    )
  })

  it('keeps channels apart, each in an object of its own, and answers what belongs to none', async () => {
    const server = await start(open)
    const [one, other] = [await join(server, '/one/listen'), await join(server, '/other%20%2F/listen')]
    await post(server, '/other%20%2F/emit', '"other"')
    await post(server, '/one/emit', '"one"')
    expect((await one.nth('DATA')).payload).toBe('one')
    expect((await other.nth('DATA')).payload).toBe('other')
    const statusOf = async (path: string) => (await server.fetch(server.url + path)).status
    expect(await statusOf('/_/health')).toBe(200)
    expect(await statusOf('/_/listen')).toBe(400)
    expect(await statusOf('/room/unknown')).toBe(404)
  })
})
