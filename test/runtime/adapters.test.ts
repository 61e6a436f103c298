// A server in every runtime that has an adapter, as a process of its own: what only a real runtime shows. The suite for all of them is test/conformance/adapters.test.ts.
import { formatReport, type Report, runConformance } from '@websockets.do/server-core/conformance'
import { describe, expect, it, type TestContext } from 'vitest'
import { endlessFragments } from '../adapters/attacks'
import { EventReader } from '../support/event-source'
import { frame } from '../support/frame'
import { RawSocket } from '../support/raw-socket'
import { join, SeedClient } from '../support/seed-client'
import type { AdapterOptions } from '@websockets.do/server-core/conformance'
import type { HostSettings } from './servers/host'
import { openIn } from './servers/open-in'
import { tellMissing } from './support/missing'
import { runtimes } from './support/runtimes'

// In this Node the adapter has tests of its own, in test/adapters.
const others = runtimes.filter(({ name }) => name !== 'this Node')
tellMissing('the server', others)

// Each of them by itself, and all of them side by side: what takes long is waiting.
for (const { name, command } of others) {
  describe(`a server on ${name}`, { concurrent: true, skip: !command }, () => {
    it('brings 1,000 frames in their order, and the close after them [EM-9, HL-1]', async (test) => {
      const server = await start(test, { limits: { messageBurst: 2_000 } })
      const [reader, writer] = [await join(server, '/room/listen'), await join(server, '/room/listen')]
      for (let n = 1; n <= 1_000; n++) writer.send({ type: 'EMIT', payload: n })
      await writer.nth('EMITTED', 1_000)
      await server.close()
      expect((await reader.ended).code).toBe(1012)
      expect(reader.of('DATA').map(({ payload }) => payload)).toEqual(Array.from({ length: 1_000 }, (_, at) => at + 1))
      expect(reader.received.at(-1)).toMatchObject({ type: 'ERROR', payload: { code: 'DRAINING' } })
    })

    it('closes with 1009 who sends a byte too many, and tells the others [LM-1, MS-4]', async (test) => {
      const server = await start(test)
      const [watcher, member] = [await join(server, '/room/listen'), await join(server, '/room/listen')]
      member.socket.send(JSON.stringify('x'.repeat(64 * 1024 - 1)))
      expect((await member.ended).code).toBe(1009)
      expect((await watcher.nth('PRESENCE:LEFT')).payload).toEqual({ clientID: member.clientID })
    })

    it('tells the others at once when a member without a session is killed [RS-5, MS-4]', async (test) => {
      const server = await start(test)
      const watcher = await join(server, '/room/listen')
      const killed = await RawSocket.open(server.port)
      const clientID = await killed.upgrade('/room/listen')
      killed.reset()
      expect((await watcher.nth('PRESENCE:LEFT')).payload).toEqual({ clientID })
    })

    it('keeps the place of one with a session that is killed, for as long as its grace [RS-3, RS-4]', async (test) => {
      const server = await start(test, { graceMs: 3_000 })
      const watcher = await join(server, '/room/listen')
      const killed = await RawSocket.open(server.port)
      const clientID = await killed.upgrade('/room/listen?session=new')
      const session = /"session":"([^"]+)"/.exec(killed.text)?.[1]
      killed.reset()
      await killed.ended
      const back = await join(server, `/room/listen?session=${session}&attempt=1`)
      expect(back.clientID).toBe(clientID)
      expect(watcher.of('PRESENCE:LEFT')).toEqual([])
      await back.leave(4000)
      expect((await watcher.nth('PRESENCE:LEFT')).payload).toEqual({ clientID })
    })

    it('cuts off a reader that never reads before more than so much waits for it [LM-1, ER-2]', async (test) => {
      const server = await start(test, { limits: { maxBufferedBytes: 256 * 1024 } })
      const watcher = await join(server, '/room/listen')
      const stalled = await stalledMember(test, server.port)
      // The machine's own buffers come first.
      for (let n = 0; watcher.of('PRESENCE:LEFT').length === 0 && n < 400; n++) await server.post('x'.repeat(60_000))
      expect(watcher.of('PRESENCE:LEFT').map(({ payload }) => payload)).toEqual([{ clientID: stalled.clientID }])
      // Deno can't: see its adapter.
      if (name !== 'Deno') await stalled.cut()
    })

    it('keeps a stream, a socket and an answer that say nothing for longer than the runtime waits [LI-2, ACK-3]', async (test) => {
      const server = await start(test, { heartbeat: { intervalMs: 60_000 } }, { idleSeconds: 1 })
      const events = new EventReader(
        await server.fetch(`${server.url}/room/listen`, { headers: { accept: 'text/event-stream' } }),
      )
      await events.next()
      const silent = await join(server, '/room/listen', { ack: false })
      await events.next()
      // Bun, which rounds it up, cuts after 4 s.
      const answer = server.post('asked', '?require-ack=true&_timeout=6500')
      expect((await silent.nth('DATA')).payload).toBe('asked')
      expect(await events.next()).toMatchObject({ data: { payload: 'asked' } })
      expect((await answer).status).toBe(408)
      await server.post('later')
      expect((await silent.nth('DATA', 2)).payload).toBe('later')
      expect(await events.next()).toMatchObject({ data: { payload: 'later' } })
    })

    it('notices that the reader of a stream has gone [RS-4, LI-3]', async (test) => {
      const server = await start(test, { graceMs: 300 })
      const watcher = await join(server, '/room/listen')
      const reader = new AbortController()
      const answer = await server.fetch(`${server.url}/room/listen?member=true&session=new`, {
        headers: { accept: 'text/event-stream' },
        signal: reader.signal,
      })
      const { data } = (await new EventReader(answer).next())!
      reader.abort()
      expect((await watcher.nth('PRESENCE:LEFT')).payload).toEqual({ clientID: data.clientID })
    })

    it('takes our subprotocol of those offered, and knows the token in another one to the end [OR-2]', async (test) => {
      const server = await start(test, { token: 'secret' })
      const member = await join(server, '/room/listen', { protocols: ['bearer.secret', 'websockets.do'] })
      expect(member.socket.protocol).toBe('websockets.do')
      member.send({ type: 'EMIT', payload: 1 })
      expect((await member.nth('EMITTED')).payload).toMatchObject({ success: true })
    })

    it('does not repeat a token in its answer [OR-2]', async (test) => {
      const { port } = await start(test)
      const raw = await RawSocket.open(port)
      await raw.upgrade('/room/listen', ['Sec-WebSocket-Protocol: bearer.secret'])
      expect(raw.text).not.toMatch(/sec-websocket-protocol|secret/i)
      raw.reset()
    })

    it('answers a handshake that is none, and goes on [ER-1]', async (test) => {
      const server = await start(test)
      const request =
        'GET /room/listen HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'
      const raw = (await RawSocket.open(server.port)).write(request)
      expect(await raw.until((text) => text.includes('\r\n'))).toMatch(/^HTTP\/1\.1 4\d\d /)
      raw.reset()
      await join(server, '/room/listen')
    })

    it('does not let GET emit for want of authorize where other machines reach it [EM-2]', async (test) => {
      const server = await start(test, {}, { hostname: '0.0.0.0' })
      expect((await server.fetch(`${server.url}/room/emit?a=1`)).status).toBe(405)
    })

    it('tells everybody that it goes down, and ends [HL-1]', async (test) => {
      const server = await start(test)
      const member = await join(server, '/room/listen', { ack: false })
      const events = new EventReader(
        await server.fetch(`${server.url}/room/listen`, { headers: { accept: 'text/event-stream' } }),
      )
      const answer = server.post(1, '?require-ack=true')
      const { eventID } = await member.nth('DATA')
      const closed = server.close({ drainMs: 5_000 })
      member.ack(eventID!)
      expect((await answer).status).toBe(200)
      expect((await member.nth('ERROR')).payload).toMatchObject({ code: 'DRAINING' })
      expect((await member.ended).code).toBe(1012)
      expect((await events.rest()).at(-1)).toMatchObject({ event: 'ERROR', data: { payload: { code: 'DRAINING' } } })
      await closed
    })
  })
}

for (const name of ['Bun', 'Deno']) {
  const { command } = runtimes.find((runtime) => runtime.name === name) ?? {}
  describe(`a server below a path on ${name}`, { concurrent: true, skip: !command }, () => {
    it('keeps the rules there, and answers nothing beside it [CH-5]', async (test) => {
      const server = await start(test, {}, { basePath: '/realtime' })
      const report = await runConformance(server, { level: 'seed' })
      expect(failures(report)).toBe('')
      const { origin } = new URL(server.url)
      expect((await server.fetch(`${origin}/room/emit`, { method: 'POST', body: '1' })).status).toBe(404)
      expect((await new SeedClient({ ...server, url: origin }, '/room/listen').ended).code).toBe(1006)
    })
  })
}

describe('a server on Bun', { concurrent: true, skip: !runtimes.find(({ name }) => name === 'Bun')?.command }, () => {
  it('knows that it is public where nobody said where to listen, though Bun calls that "localhost" [EM-2]', async (test) => {
    const server = await start(test, {}, { hostname: null })
    expect((await server.fetch(`${server.url}/room/emit?a=1`)).status).toBe(405)
  })

  it('cuts off who pings and never reads [ER-2]', async (test) => {
    const server = await start(test, { limits: { maxBufferedBytes: 64 * 1024 } })
    const watcher = await join(server, '/room/listen')
    const { clientID, raw } = await stalledMember(test, server.port)
    void raw.pour(Buffer.concat(Array.from({ length: 500 }, () => frame({ opcode: 9, payload: 'x'.repeat(125) }))))
    expect((await watcher.nth('PRESENCE:LEFT')).payload).toEqual({ clientID })
  })
})

describe(
  'the adapter for Node, on Deno',
  { concurrent: true, skip: !runtimes.find(({ name }) => name === 'Deno')?.command },
  () => {
    const open = openIn('Deno', {}, 'node')

    it('keeps every rule there too, and bounds what Deno’s own WebSockets do not [LM-1]', async ({
      onTestFinished,
    }) => {
      const server = await open({ history: { readable: true }, getEmit: true })
      onTestFinished(() => server.close())
      expect(failures(await runConformance(server))).toBe('')
      await endlessFragments(server.port)
    })
  },
)

async function start({ onTestFinished, task }: TestContext, options: AdapterOptions = {}, settings?: HostSettings) {
  const name = /on (.*)$/.exec(task.suite?.name ?? '')?.[1] ?? ''
  const server = await openIn(name, settings)(options)
  onTestFinished(() => server.close())
  const post = (payload: unknown, query = '') =>
    server.fetch(`${server.url}/room/emit${query}`, { method: 'POST', body: JSON.stringify(payload) })
  return { ...server, post }
}

function failures(report: Report): string {
  return report.failed === 0 ? '' : formatReport(report)
}

/** Joins and reads nothing any more. */
async function stalledMember({ onTestFinished }: TestContext, port: number) {
  const raw = await RawSocket.open(port)
  onTestFinished(() => raw.reset())
  const clientID = await raw.upgrade('/room/listen')
  raw.socket.pause()
  const cut = async () => {
    raw.socket.resume()
    await raw.ended
  }
  return { raw, clientID, cut }
}
