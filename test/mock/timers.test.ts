// The mock server beside other people's timers: vitest's fake ones, before and after it, as its clock, and the machine's own.
import { createClient } from '@websockets.do/client'
import { createMockServer, fakeTimers, type MockServer } from '@websockets.do/server-core/mock'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { endsByItself } from './ends-by-itself'
import { mockServer } from './mock-server'

afterEach(() => void vi.useRealTimers())

type ToFake = NonNullable<NonNullable<Parameters<typeof vi.useFakeTimers>[0]>['toFake']>

const everything: ToFake = [
  ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const),
  ...(['Date', 'performance', 'queueMicrotask', 'hrtime'] as const),
]

/** A little of everything: open, emit, acknowledge, PING, break, come back. */
async function live(server: MockServer): Promise<string> {
  const client = createClient(server)
  const channel = client.channel('room')
  const member = await server.connect('room', { autoAck: true })
  const emission = channel.emit('hello', { n: 1 }, { requireAck: true })
  await server.advance('30s')
  const { acked = [] } = await emission
  server.network.sever()
  await server.advance('30s')
  const { state } = channel.status
  client.close()
  await server.settled()
  const response = await server.fetch(`${server.url}/room/members`)
  return `${state}, acked ${acked.includes(member.clientID)}, answered ${response.status}`
}

const expected = 'open, acked true, answered 200'

describe('a mock server with a clock of its own', () => {
  it.each([
    ['the usual ones', undefined],
    ['all that can be', everything],
    ['setTimeout alone', ['setTimeout'] as ToFake],
  ])('does not mind fake timers: %s', async (_which, toFake) => {
    const options = toFake ? { toFake } : {}
    vi.useFakeTimers(options)
    expect(await live(mockServer())).toBe(expected)
    vi.useRealTimers()
    const server = mockServer()
    vi.useFakeTimers(options)
    expect(await live(server)).toBe(expected)
    vi.useRealTimers()
    expect(await live(mockServer())).toBe(expected)
  })

  it('moves no fake time, and is moved by none', async () => {
    vi.useFakeTimers()
    const server = mockServer()
    const before = Date.now()
    await server.advance('1m')
    expect(Date.now()).toBe(before)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(server.clock.now()).toBe(60_000)
  })
})

describe('a mock server on vitest’s fake timers', () => {
  it('is of one time with the app’s own setTimeout and Date', async () => {
    vi.useFakeTimers()
    const server = createMockServer({ clock: fakeTimers(vi), network: { latency: 20 } })
    const client = createClient(server)
    const channel = client.channel('room')
    const heard: unknown[] = []
    channel.on('tick', ({ data }) => heard.push(data))
    const started = Date.now()
    const interval = setInterval(() => void channel.emit('tick', Date.now() - started), 1_000)
    await server.advance('3.5s')
    clearInterval(interval)
    expect(heard).toEqual([1_000, 2_000, 3_000])
    expect(Date.now() - started).toBe(3_500)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(channel.status.state).toBe('open')
    expect(Date.now() - started).toBe(63_500)
    client.close()
    await server.settled()
    await server.advance('1s')
    server.assertNoLeaks()
  })

  it.each([1, 2, 3])('keeps the order on a network that trembles by fractions of ms (seed %i)', async (seed) => {
    vi.useFakeTimers()
    const server = createMockServer({ seed, clock: fakeTimers(vi), network: { latency: 0.3, jitter: 30 } })
    const member = await server.connect('room')
    for (let n = 0; n < 50; n++) {
      void server.emit('room', n)
      if (n % 5 === 0) await server.advance(1)
    }
    await server.settled()
    expect(member.data).toEqual(Array.from({ length: 50 }, (_, n) => n))
    member.close()
    await server.settled()
    await server.advance('1s')
  })
})

describe('a mock server on the machine’s clock', () => {
  it('waits for what takes its time', async () => {
    const clock = {
      now: () => performance.now(),
      unixNow: () => Date.now(),
      after(ms: number, run: () => void) {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
      every(ms: number, run: () => void) {
        const timer = setInterval(run, ms)
        return () => clearInterval(timer)
      },
    }
    const server = createMockServer({ clock, network: { latency: 1, jitter: 3 } })
    const member = await server.connect('room')
    const before = performance.now()
    for (let n = 0; n < 20; n++) member.emit(n, { echo: true })
    await server.settled()
    expect(member.data).toEqual(Array.from({ length: 20 }, (_, n) => n))
    expect(performance.now() - before).toBeGreaterThan(1)
    member.close()
    await server.settled()
    await server.advance(10)
    await server.close()
  })

  it('leaves nothing that keeps a process alive: one that forgets its mock server ends by itself', async () => {
    const told = await endsByItself(`
      import { createClient } from '@websockets.do/client'
      import { createMockServer } from '@websockets.do/server-core/mock'
      const server = createMockServer({ network: { latency: 20, jitter: 5 } })
      const channel = createClient(server).channel('room')
      const member = await server.connect('room', { autoAck: true })
      const emission = channel.emit('hello', 1, { requireAck: true })
      await server.advance('90s')
      server.network.stall()
      channel.emit('unheard', 2)
      console.log(JSON.stringify({ state: channel.status.state, acked: (await emission).acked.length }))
    `)
    expect(told).toEqual({ state: 'open', acked: 2 })
  })
})
