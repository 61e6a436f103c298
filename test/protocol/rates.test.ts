// How much a client may send, what is free, and what becomes of one that goes on and on.
import { createServer } from '@websockets.do/server-core'
import { memory } from '@websockets.do/server-core/memory'
import { describe, expect, it } from 'vitest'
import type { RawMember } from '@websockets.do/server-core/mock'
import { ask, post, upgrade } from '../support/requests'
import { join } from '../support/seed-client'
import { createWorld } from '../support/world'

function times(count: number, act: (n: number) => void): void {
  for (let n = 0; n < count; n++) act(n)
}

const codes = (member: RawMember, type: string) =>
  member.of(type).map(({ payload }) => payload.error?.code ?? payload.code)

describe('the rate of a connection', () => {
  it('lets 200 messages through at once, and refuses the next: EMITTED with RATE_LIMITED and retryAfterMs [CL-8]', async () => {
    const world = createWorld()
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    times(200, (n) => member.send({ type: 'EMIT', payload: n }))
    await world.settled()
    expect(other.data).toHaveLength(200)
    member.send({ type: 'EMIT', payload: 'too much', ref: 'r' })
    await world.settled()
    expect(other.data).toHaveLength(200)
    const { payload } = member.last('EMITTED')!
    expect(payload).toMatchObject({ success: false, ref: 'r', error: { code: 'RATE_LIMITED', retryAfterMs: 20 } })
    expect(member.of('ERROR')).toEqual([])
    expect(member.closed).toBeUndefined()
  })

  it('never says 0 ms, also where there is a token again by the time it says so [CL-8]', async () => {
    // Each look at the clock is 4 ms later than the one before: sometimes a token comes back just then.
    let now = 0
    const clock = { now: () => (now += 4), unixNow: () => now, after: () => () => {}, every: () => () => {} }
    const server = createServer({ clock, limits: { messagesPerSecond: 20, messageBurst: 100 } })
    const member = await join(memory(server), '/room/listen')
    times(400, (n) => member.send({ type: 'EMIT', payload: n }))
    await member.nth('EMITTED', 400)
    const refused = member.of('EMITTED').filter(({ payload }) => !payload.success)
    expect(refused.length).toBeGreaterThan(0)
    for (const { payload } of refused) expect(payload.error.retryAfterMs).toBeGreaterThan(0)
    await server.close({ drainMs: 0 })
  })

  it('refills by 50 a second, and retryAfterMs is true [CL-8]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    times(201, (n) => member.send({ type: 'EMIT', payload: n }))
    await world.settled()
    const { retryAfterMs } = member.last('EMITTED')!.payload.error
    await world.advance(retryAfterMs - 1)
    member.send({ type: 'EMIT', payload: 'early' })
    await world.settled()
    expect(member.last('EMITTED')!.payload.success).toBe(false)
    await world.advance(1)
    member.send({ type: 'EMIT', payload: 'on time' })
    await world.settled()
    expect(member.last('EMITTED')!.payload.success).toBe(true)
    await world.advance(1_000)
    times(51, (n) => member.send({ type: 'EMIT', payload: n }))
    await world.settled()
    expect(
      member
        .of('EMITTED')
        .slice(-51)
        .map(({ payload }) => payload.success),
    ).toEqual([...Array.from({ length: 50 }, () => true), false])
  })

  it('never saves up more than the burst [CL-8]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    await world.advance(600_000)
    times(201, (n) => member.send({ type: 'EMIT', payload: n }))
    await world.settled()
    expect(member.of('EMITTED').filter(({ payload }) => payload.success)).toHaveLength(200)
  })

  it('counts PRESENCE too: beyond it ERROR RATE_LIMITED, and nothing changes [CL-8]', async () => {
    const world = createWorld()
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    times(201, (n) => member.send({ type: 'PRESENCE', payload: { n } }))
    await world.settled()
    expect(other.of('PRESENCE:UPDATED')).toHaveLength(200)
    expect(other.last('PRESENCE:UPDATED')!.payload.presence).toEqual({ n: 199 })
    expect(member.of('ERROR').map(({ payload }) => payload)).toMatchObject([{ code: 'RATE_LIMITED', retryAfterMs: 20 }])
    expect(member.closed).toBeUndefined()
  })

  it.each([
    ['ACKs that nobody awaits', { type: 'ACK', payload: { eventID: 'evt_x' } }],
    ['PONGs that nobody asked for', { type: 'PONG' }],
    ['PINGs', { type: 'PING' }],
    ['unknown types', { type: 'FUTURE' }],
  ])('counts %s [CL-8]', async (_, message) => {
    const world = createWorld()
    const member = await world.connect('room')
    times(200, () => member.send(message))
    member.send({ type: 'EMIT', payload: 1 })
    await world.settled()
    expect(codes(member, 'EMITTED')).toEqual(['RATE_LIMITED'])
  })

  it('is not touched by ACKs that are awaited [CL-8, ACK-5]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { autoAck: true })
    const emits = Array.from({ length: 400 }, (_, n) => world.pending('/room/emit?require-ack=true', post(n)))
    await world.settled()
    expect(emits.every(({ answer }) => answer?.status === 200)).toBe(true)
    times(200, (n) => member.send({ type: 'EMIT', payload: n }))
    await world.settled()
    expect(member.of('EMITTED').every(({ payload }) => payload.success)).toBe(true)
    expect(member.of('EMITTED')).toHaveLength(200)
  })

  it('is not touched by PONGs that were asked for [CL-8, CL-5]', async () => {
    const world = createWorld({
      limits: { messagesPerSecond: 1, messageBurst: 1 },
      heartbeat: { intervalMs: 100, timeoutMs: 100 },
    })
    const member = await world.connect('room')
    await world.advance(5_000)
    expect(member.of('PING').length).toBeGreaterThan(40)
    expect(member.closed).toBeUndefined()
    expect(member.of('ERROR')).toEqual([])
    member.send({ type: 'EMIT', payload: 1 })
    await world.settled()
    expect(member.last('EMITTED')!.payload.success).toBe(true)
  })

  it('still lets PONG and awaited ACKs through when it is used up [CL-8]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    times(220, (n) => member.send({ type: 'EMIT', payload: n, clients: 0 }))
    const emit = world.pending('/room/emit?require-ack=true', post('hi'))
    await world.settled()
    member.ack(member.last('DATA')!['eventID'])
    await world.settled()
    expect(emit.answer!.status).toBe(200)
    await world.advance(60_000)
    expect(member.closed).toBeUndefined()
  })

  it('is each connection’s own [CL-8, ER-1]', async () => {
    const world = createWorld()
    const [greedy, modest] = [await world.connect('room'), await world.connect('room')]
    times(300, (n) => greedy.send({ type: 'EMIT', payload: n }))
    modest.send({ type: 'EMIT', payload: 'mine' })
    await world.settled()
    expect(modest.last('EMITTED')!.payload.success).toBe(true)
  })

  it('has its numbers from the options [CL-8]', async () => {
    const world = createWorld({ limits: { messagesPerSecond: 2, messageBurst: 3 } })
    const member = await world.connect('room')
    times(4, (n) => member.send({ type: 'EMIT', payload: n }))
    await world.settled()
    expect(member.of('EMITTED').map(({ payload }) => payload.success)).toEqual([true, true, true, false])
    expect(member.last('EMITTED')!.payload.error.retryAfterMs).toBe(500)
  })

  it.each([
    ['EMIT', { type: 'EMIT', payload: 1, clients: 0 }],
    ['PONG', { type: 'PONG' }],
    ['ACK', { type: 'ACK', payload: {} }],
    ['PRESENCE', { type: 'PRESENCE', payload: {} }],
    ['PING', { type: 'PING' }],
  ])('closes on sustained abuse alone: a flood of %s ends with 4429, a burst does not [CL-8]', async (_, message) => {
    const world = createWorld()
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    times(400, () => member.send(message))
    await world.settled()
    expect(member.closed).toBeUndefined()
    for (let round = 0; round < 30 && !member.closed; round++) {
      times(400, () => member.closed ?? member.send(message))
      await world.settled()
    }
    expect(member.last('ERROR')!.payload).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) })
    expect(member.closed).toEqual({ code: 4429, reason: expect.stringMatching(/^retry-after=\d+$/) })
    expect(other.closed).toBeUndefined()
    expect(other.of('PRESENCE:LEFT')).toHaveLength(1)
  })
})

describe('the rate of an address', () => {
  const peer = { address: '203.0.113.5' }

  it('lets 500 requests through at once, and answers the next 429 with Retry-After [LM-1]', async () => {
    const world = createWorld()
    for (let n = 0; n < 500; n++) expect((await ask(world, '/room/members', {}, peer)).status).toBe(200)
    const refused = await ask(world, '/room/members', {}, peer)
    expect(refused).toMatchObject({
      status: 429,
      body: { success: false, error: { code: 'RATE_LIMITED', retryAfterMs: 10 } },
    })
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await upgrade(world, '/room/listen', { peer })).toMatchObject({ status: 429 })
    expect((await ask(world, '/room/members', {}, { address: '203.0.113.6' })).status).toBe(200)
    expect((await ask(world, '/_/health', {}, peer)).status).toBe(200)
    await world.advance(1_000)
    const answers = []
    for (let n = 0; n < 101; n++) answers.push((await ask(world, '/room/members', {}, peer)).status)
    expect(answers).toEqual([...Array.from({ length: 100 }, () => 200), 429])
  })

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.8.8.8'])(
    'does not hold for loopback: %s [LM-1]',
    async (address) => {
      const world = createWorld({ limits: { requestBurst: 1, requestsPerSecond: 1 } })
      for (let n = 0; n < 5; n++) expect((await ask(world, '/room/members', {}, { address })).status).toBe(200)
    },
  )

  it('reads no forwarded address, unless it trusts a proxy; then the last [LM-1]', async () => {
    const limits = { requestBurst: 1, requestsPerSecond: 1 }
    const from = (forwarded: string) => ({ headers: { 'x-forwarded-for': forwarded } })
    const direct = createWorld({ limits })
    expect((await ask(direct, '/room/members', from('198.51.100.1'), peer)).status).toBe(200)
    expect((await ask(direct, '/room/members', from('198.51.100.2'), peer)).status).toBe(429)
    const proxied = createWorld({ limits, trustProxy: true })
    expect((await ask(proxied, '/room/members', from('6.6.6.6, 198.51.100.1'), peer)).status).toBe(200)
    expect((await ask(proxied, '/room/members', from('6.6.6.6, 198.51.100.2'), peer)).status).toBe(200)
    expect((await ask(proxied, '/room/members', from('7.7.7.7, 198.51.100.1'), peer)).status).toBe(429)
  })
})
