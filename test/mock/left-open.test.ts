// What a broken network leaves behind: ends that wait in vain, timers, places, and requests that nobody wants any more.
import { createMockServer, seededRandom } from '@websockets.do/server-core/mock'
import { describe, expect, it } from 'vitest'
import { Soon } from '../../packages/server-core/src/adapters/memory/wire'
import { Network } from '../../packages/server-core/src/mock/network'
import { Transcript } from '../../packages/server-core/src/mock/transcript'
import { VirtualClock } from '../../packages/server-core/src/mock/virtual-clock'
import { CountingClock } from '../support/counting-clock'
import { mockServer, outcomeOf } from './mock-server'

const sse = { headers: { accept: 'text/event-stream' } }

describe('a WebSocket that closes while the network stalls gives up after a while', () => {
  it.each(['down', 'up', undefined] as const)('stalled before it says so: %s', async (direction) => {
    const server = mockServer()
    const member = await server.connect('room')
    member.network.stall(direction)
    member.close()
    await server.advance('29s')
    expect(member.socket.readyState).toBe(2)
    await server.advance('2s')
    expect(member.closed?.code).toBe(1006)
    // A server that was not told waits for its PONG.
    await server.advance('10s')
    expect(server.leaks().found).toEqual([])
  })

  it.each(['down', 'up', undefined] as const)('stalled while that is under way: %s', async (direction) => {
    const server = mockServer({ network: { latency: 100 } })
    const member = await server.connect('room')
    member.close()
    await server.advance(direction === 'down' ? 150 : 50)
    member.network.stall(direction)
    await server.advance('29s')
    expect(member.socket.readyState).toBe(2)
    await server.advance('20s')
    expect(member.closed?.code).toBe(1006)
    expect(server.leaks().found).toEqual([])
  })

  it('and so does the server’s end, whose close was under way', async () => {
    const left: unknown[] = []
    const server = mockServer({ network: { latency: 100 }, onLeave: ({ code }) => void left.push(code) })
    const member = await server.connect('room')
    server.core().channel('room').disconnect(member.clientID)
    await server.advance(50)
    member.network.stall('down')
    await server.advance('1m')
    expect(left).toEqual([4403])
    expect(member.closed).toBeUndefined()
    member.close()
    await server.advance('1m')
    expect(member.closed?.code).toBe(1006)
    expect(server.leaks().found).toEqual([])
  })
})

describe('a network', () => {
  it('keeps nothing of connections that are over', () => {
    const places = new Map<string, Set<number>>()
    const [soon, travelling] = [new Soon(), new Set<never>()]
    const clock = new VirtualClock()
    const shared = { clock, random: seededRandom(1), transcript: new Transcript(), soon, travelling, places, timers: 0 }
    const wire = new Network(shared).wire('somebody')
    const ends = { kind: 'websocket', url: 'ws://mock.test/room/listen', lose: () => {} } as const
    const lines = [
      wire.connect(ends),
      wire.connect(ends),
      wire.connect({ ...ends, url: 'ws://mock.test/other/listen' }),
    ]
    expect(places.size).toBe(2)
    for (const line of lines) {
      line.over()
      line.over()
    }
    expect(places.size).toBe(0)
  })

  it('waits for nobody any more once the server is closed: no timer of the machine’s is left', async () => {
    const clock = new CountingClock()
    const server = createMockServer({ clock })
    await server.connect('room')
    server.network.sever('client')
    await server.close()
    expect(clock.running).toBe(0)
    expect(server.leaks().found).toEqual([])
  })
})

describe('an aborted request', () => {
  it('is heard of by the server when that has come up the line', async () => {
    const server = mockServer({ network: { latency: 100 } })
    const controller = new AbortController()
    const asked = server.fetch(`${server.url}/room/listen`, { ...sse, signal: controller.signal })
    await server.settled()
    const reading = outcomeOf(
      (await asked)
        .body!.getReader()
        .read()
        .then(() => controller.signal.reason),
    )
    controller.abort()
    await server.advance(99)
    expect([reading.state, server.core().stats().observers]).toEqual(['resolved', 1])
    expect(server.network.connected()).toHaveLength(1)
    await server.advance(1)
    expect(server.core().stats().observers).toBe(0)
    expect(server.network.connected()).toEqual([])
    expect(server.transcript()).toMatch(/-> gone$/)
  })

  it('was sent all the same: what it asked for happens', async () => {
    const server = mockServer({ network: { latency: 100 } })
    const member = await server.connect('room')
    const controller = new AbortController()
    const init = { method: 'POST', body: '1', signal: controller.signal }
    const answer = outcomeOf(server.fetch(`${server.url}/room/emit`, init))
    await server.advance(50)
    controller.abort()
    await Promise.resolve()
    await server.advance(0)
    expect(answer).toMatchObject({ state: 'rejected', value: { name: 'AbortError' } })
    await server.settled()
    expect(member.data).toEqual([1])
    expect(server.network.connected()).toHaveLength(1)
  })

  it('is held like anything else', async () => {
    const server = mockServer()
    const controller = new AbortController()
    await server.fetch(`${server.url}/room/listen`, { ...sse, signal: controller.signal })
    server.network.hold('up')
    controller.abort()
    await server.settled()
    expect(server.core().stats().observers).toBe(1)
    server.network.release()
    await server.settled()
    expect(server.core().stats().observers).toBe(0)
    expect(server.leaks().found).toEqual([])
  })

  it.each(['aborted', 'cancelled'])(
    'is lost like anything else: the server believes in its observer, %s',
    async (how) => {
      const server = mockServer()
      const phone = server.device('phone')
      const controller = new AbortController()
      const response = await phone.fetch(`${server.url}/room/listen`, { ...sse, signal: controller.signal })
      phone.network.partition()
      if (how === 'aborted') controller.abort()
      else await response.body!.cancel()
      await server.advance('10s')
      expect(server.core().stats().observers).toBe(1)
      expect(server.network.connected()).toHaveLength(1)
      // Nobody acknowledges what it writes.
      await server.advance('1m')
      expect(server.core().stats().observers).toBe(0)
      expect(server.leaks().found).toEqual([])
    },
  )

  it.each(['at once', 'while it is asked for', 'full of what nobody reads'])(
    'that the client alone has lost is over for the server too, in the end: %s',
    async (when) => {
      const server = mockServer({ network: { latency: 10 } })
      const asked = outcomeOf(server.fetch(`${server.url}/room/listen`, sse))
      await server.advance(when === 'while it is asked for' ? 15 : 50)
      if (when.startsWith('full')) for (let n = 0; n < 20; n++) void server.emit('room', n)
      server.network.sever('client')
      await server.settled()
      expect(asked.state).toBe(when === 'while it is asked for' ? 'rejected' : 'resolved')
      expect(server.core().stats().observers).toBe(1)
      await server.advance('31s')
      expect(server.leaks().found).toEqual([])
    },
  )

  it('that has stalled is over for the server, and its reader is left believing in it', async () => {
    const server = mockServer()
    const response = await server.fetch(`${server.url}/room/listen`, sse)
    const reader = response.body!.getReader()
    await reader.read()
    const next = outcomeOf(reader.read())
    server.network.stall()
    await server.advance('1m')
    expect([server.core().stats().observers, next.state, server.network.connected().length]).toEqual([0, 'pending', 1])
    await reader.cancel()
    await server.settled()
    expect(server.leaks().found).toEqual([])
  })

  it.each(['before', 'after'])(
    'leaves nothing where the server never heard of it: it was lost %s the abort',
    async (when) => {
      const server = mockServer({ network: { latency: 10 } })
      const controller = new AbortController()
      const answer = outcomeOf(server.fetch(`${server.url}/room/members`, { signal: controller.signal }))
      await server.advance(5)
      if (when === 'before') server.network.partition()
      controller.abort()
      if (when === 'after') server.network.partition()
      await server.settled()
      expect(answer).toMatchObject({ state: 'rejected', value: { name: 'AbortError' } })
      expect(server.leaks()).toMatchObject({ connections: 0, found: [] })
    },
  )

  it('is over once the server has said all it had to say, to nobody', async () => {
    const server = mockServer()
    const controller = new AbortController()
    const answer = outcomeOf(server.fetch(`${server.url}/room/members`, { signal: controller.signal }))
    server.network.hold('down')
    await server.settled()
    server.network.stall('up')
    controller.abort()
    await server.settled()
    expect(answer.state).toBe('rejected')
    expect(server.network.connected()).toEqual([])
    server.network.release()
  })
})

it('a stopped server’s refusal arrives like any other answer', async () => {
  const server = mockServer()
  await server.stop()
  server.network.hold('down')
  const answer = outcomeOf(server.fetch(`${server.url}/_/health`))
  await server.settled()
  expect(answer.state).toBe('pending')
  server.network.release()
  await server.settled()
  expect(answer).toMatchObject({ state: 'rejected', value: { name: 'TypeError' } })
  expect(server.network.connected()).toEqual([])
  expect(server.transcript()).toContain('<- refused')
})
