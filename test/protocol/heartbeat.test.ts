// PING and PONG: who is kept, who is dropped, and that neither a stall nor a stepped clock drops anybody.
import { describe, expect, it } from 'vitest'
import { createWorld } from '../support/world'

describe('the heartbeat', () => {
  it('pings every 20 seconds, one PING at a time [CL-5]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    await world.advance(19_000)
    expect(member.of('PING')).toHaveLength(0)
    await world.advance(2_000)
    expect(member.of('PING')).toHaveLength(1)
    await world.advance(20_000 * 9)
    expect(member.of('PING')).toHaveLength(10)
    expect(member.closed).toBeUndefined()
  })

  it('drops who does not answer within 15 seconds: ERROR with the seed’s text, then 4408 [CL-5, MS-3]', async () => {
    const world = createWorld()
    const [member, other] = [await world.connect('room', { autoPong: false }), await world.connect('room')]
    await world.advance(20_000 + 14_000)
    expect(member.closed).toBeUndefined()
    expect(member.of('PING')).toHaveLength(1)
    await world.advance(2_000)
    expect(member.last('ERROR')!.payload).toEqual({
      message: 'Client did not respond to PING event',
      code: 'PING_TIMEOUT',
    })
    expect(member.received.at(-1)!.type).toBe('ERROR')
    expect(member.closed?.code).toBe(4408)
    expect(other.of('PRESENCE:LEFT').map(({ payload }) => payload.clientID)).toEqual([member.clientID])
    expect(other.closed).toBeUndefined()
  })

  it('keeps who answers in the last moment [CL-5]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { autoPong: false })
    for (let round = 1; round <= 5; round++) {
      while (member.of('PING').length < round) await world.advance(1_000)
      await world.advance(14_000)
      member.send({ type: 'PONG' })
      await world.settled()
    }
    expect(member.closed).toBeUndefined()
  })

  it.each([
    ['an ACK', { type: 'ACK', payload: { eventID: 'evt_x' } }],
    ['an EMIT', { type: 'EMIT', payload: 1 }],
    ['a PRESENCE', { type: 'PRESENCE', payload: {} }],
    ['a PING', { type: 'PING' }],
  ])('is not answered by %s [CL-5]', async (_, message) => {
    const world = createWorld()
    const member = await world.connect('room', { autoPong: false })
    for (let n = 0; n < 36; n++) {
      member.send(message)
      await world.advance(1_000)
    }
    expect(member.closed?.code).toBe(4408)
  })

  it('is not answered by a PONG that came before the PING [CL-5]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { autoPong: false })
    await world.advance(19_000)
    member.send({ type: 'PONG' })
    await world.advance(17_000)
    expect(member.closed?.code).toBe(4408)
  })

  it('wants one PONG for each PING: two for the first do not count for the second [CL-5]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { autoPong: false })
    await world.advance(20_000)
    member.send({ type: 'PONG' })
    member.send({ type: 'PONG' })
    await world.advance(20_000)
    expect(member.of('PING')).toHaveLength(2)
    await world.advance(16_000)
    expect(member.closed?.code).toBe(4408)
  })

  it.each(['pong', 'Pong'])('takes %s for an answer, with or without more in it [CL-1, CL-5]', async (type) => {
    const world = createWorld()
    const member = await world.connect('room', { autoPong: false })
    for (const more of [{}, { payload: {} }, { payload: null, eventID: 5 }]) {
      await world.advance(20_000)
      member.send({ type, ...more })
    }
    await world.advance(14_000)
    expect(member.of('PING')).toHaveLength(3)
    expect(member.closed).toBeUndefined()
    expect(member.of('ERROR')).toEqual([])
  })

  it('has its times from the options, and says so in CONNECTED [CL-5, MS-6]', async () => {
    const world = createWorld({ heartbeat: { intervalMs: 1_000, timeoutMs: 500 } })
    const member = await world.connect('room', { autoPong: false })
    expect(member.last('CONNECTED')!.payload.heartbeat).toEqual({ intervalMs: 1_000, timeoutMs: 500 })
    await world.advance(900)
    expect(member.of('PING')).toHaveLength(0)
    await world.advance(150)
    expect(member.of('PING')).toHaveLength(1)
    await world.advance(400)
    expect(member.closed).toBeUndefined()
    await world.advance(200)
    expect(member.closed?.code).toBe(4408)
  })

  it('pings each from when it joined [CL-5]', async () => {
    const world = createWorld()
    const early = await world.connect('room')
    await world.advance(10_000)
    const late = await world.connect('room')
    await world.advance(11_000)
    expect([early.of('PING').length, late.of('PING').length]).toEqual([1, 0])
    await world.advance(10_000)
    expect([early.of('PING').length, late.of('PING').length]).toEqual([1, 1])
  })

  it('runs on one timer, whatever the number of members and channels [I10]', async () => {
    const world = createWorld()
    for (const channel of ['a', 'b', 'c', 'a', 'b', 'c']) await world.connect(channel)
    expect(world.clock.pending).toBe(1)
    await world.advance(60_000)
    expect(world.clock.pending).toBe(1)
  })
})

describe('a stall of the process', () => {
  it.each([16_000, 36_000, 600_000])(
    'of %i ms drops nobody who answers, however long nobody could [I17, CL-5]',
    async (stallMs) => {
      const world = createWorld()
      const members = [await world.connect('room'), await world.connect('room')]
      await world.advance(10_000)
      world.clock.freeze(stallMs)
      await world.advance(60_000)
      expect(members.map(({ closed }) => closed)).toEqual([undefined, undefined])
      expect(members.flatMap((member) => member.of('ERROR'))).toEqual([])
    },
  )

  it('with a PING outstanding drops nobody before it could answer [I17, CL-5]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { autoPong: false })
    await world.advance(20_000)
    expect(member.of('PING')).toHaveLength(1)
    world.clock.freeze(600_000)
    await world.advance(1_000)
    expect(member.closed).toBeUndefined()
    member.send({ type: 'PONG' })
    await world.advance(5_000)
    expect(member.closed).toBeUndefined()
    await world.advance(60_000)
    expect(member.closed?.code).toBe(4408)
  })

  it('does not keep the dead: who never answers is dropped after it [I7, I17]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { autoPong: false })
    world.clock.freeze(600_000)
    await world.advance(36_000)
    expect(member.closed?.code).toBe(4408)
  })

  it('again and again drops nobody either: timers that fire once a minute [I17]', async () => {
    const world = createWorld()
    const members = [await world.connect('room'), await world.connect('room')]
    for (let minute = 0; minute < 30; minute++) {
      world.clock.freeze(60_000)
      await world.advance(0)
    }
    expect(members.map(({ closed }) => closed)).toEqual([undefined, undefined])
  })
})

describe('a step of the wall clock', () => {
  it.each([3_600_000, -3_600_000, 86_400_000 * 365])(
    'by %i ms drops nobody, and pings nobody early or late [I17, CL-5]',
    async (stepMs) => {
      const world = createWorld()
      const member = await world.connect('room')
      await world.advance(10_000)
      world.clock.stepWallClock(stepMs)
      await world.advance(9_000)
      expect(member.of('PING')).toHaveLength(0)
      await world.advance(2_000)
      expect(member.of('PING')).toHaveLength(1)
      await world.advance(60_000)
      expect(member.closed).toBeUndefined()
    },
  )

  it('still drops who is silent [I17, CL-5]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { autoPong: false })
    await world.advance(21_000)
    world.clock.stepWallClock(-3_600_000)
    await world.advance(15_000)
    expect(member.closed?.code).toBe(4408)
  })
})
