// The program's side of a channel: server.channel(name).
import { describe, expect, it } from 'vitest'
import { observe } from '../support/event-stream'
import { createWorld } from '../support/world'

describe('server.channel(name).emit', () => {
  it('reaches every member and observer, and resolves to the result that HTTP answers [EM-6, EM-7]', async () => {
    const world = createWorld()
    const members = [await world.connect('a/b'), await world.connect('a/b')]
    const stream = await observe(world, 'a/b')
    const result = await world.server.channel('a/b').emit({ hello: 'world' })
    await world.settled()
    expect(result).toEqual({ success: true, eventID: members[0]!.last('DATA')!['eventID'], recipients: 2 })
    for (const { data } of [...members, stream]) expect(data).toEqual([{ hello: 'world' }])
    expect(members[0]!.last('DATA')).not.toHaveProperty('from')
  })

  it('sends at once: what is asked next sees it as sent [EM-9]', async () => {
    const world = createWorld()
    const room = world.server.channel('room')
    void room.emit(1)
    expect(room.history().map(({ payload }) => payload)).toEqual([1])
  })

  it.each([
    ['a number', 1, 1, undefined],
    ['0', 0, 0, undefined],
    ['unknown ids', ['client_x', '__proto__'], 0, ['client_x', '__proto__']],
  ])('takes clients as %s [EM-4, EM-5]', async (_, clients, recipients, unknown) => {
    const world = createWorld()
    await world.connect('room')
    const result = await world.server.channel('room').emit('hi', { clients })
    expect(result).toMatchObject({ success: true, recipients })
    expect(result.unknown).toEqual(unknown)
  })

  it.each([
    ['clients: -1', { clients: -1 }],
    ['clients: 1.5', { clients: 1.5 }],
    ['clients: NaN', { clients: Number.NaN }],
    ['clients: Infinity', { clients: Infinity }],
    ['no clients at all', { clients: [] }],
    ['an empty id', { clients: [''] }],
    ['101 clients', { clients: Array.from({ length: 101 }, (_, n) => `client_${n}`) }],
    ['clients in a string', { clients: 'client_x' as never }],
    ['clients: null', { clients: null as never }],
    ['timeoutMs: 0', { timeoutMs: 0 }],
    ['timeoutMs: 60,001', { timeoutMs: 60_001 }],
    ['timeoutMs: NaN', { timeoutMs: Number.NaN }],
    ['timeoutMs: Infinity', { timeoutMs: Infinity }],
    ['an eventID of another shape', { eventID: 'evt_short' }],
  ])('rejects %s with BAD_PARAMETER, and reaches nobody [EM-5, ACK-3, EM-8]', async (_, options) => {
    const world = createWorld()
    const member = await world.connect('room')
    const emission = world.server.channel('room').emit('hi', options)
    await expect(emission).rejects.toMatchObject({ name: 'WebSocketsError', code: 'BAD_PARAMETER', status: 400 })
    await expect(emission).rejects.toThrow(/expected/)
    await world.settled()
    expect(member.data).toEqual([])
  })

  const circular: Record<string, unknown> = {}
  circular['self'] = circular

  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a BigInt', 1n],
    ['a circle', circular],
    [
      'a throwing toJSON',
      {
        toJSON() {
          throw new Error('toJSON')
        },
      },
    ],
  ])('rejects %s with BAD_PAYLOAD [EM-1]', async (_, payload) => {
    const world = createWorld()
    const member = await world.connect('room')
    await expect(world.server.channel('room').emit(payload)).rejects.toMatchObject({ code: 'BAD_PAYLOAD', status: 400 })
    await world.settled()
    expect(member.data).toEqual([])
    expect(world.errors).toEqual([])
  })

  it('takes what JSON.stringify takes: dates, toJSON, holes [EM-1]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    await world.server.channel('room').emit({ at: new Date(0), gone: undefined, list: [undefined, Number.NaN] })
    await world.settled()
    expect(member.data).toEqual([{ at: '1970-01-01T00:00:00.000Z', list: [null, null] }])
  })

  it('says with NOT_ENOUGH_CLIENTS how many there are, and nothing is sent [EM-4]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    await expect(world.server.channel('room').emit('hi', { clients: 2 })).rejects.toThrow(/\b1\b/)
    await world.settled()
    expect(member.data).toEqual([])
  })
})

describe('server.channel(name)', () => {
  it('lists the members with presence and user, and nobody where nobody is [MB-1, MS-11]', async () => {
    const world = createWorld({ authorize: () => ({ user: 'alice' }) })
    const room = world.server.channel('room')
    expect(room.members()).toEqual([])
    const member = await world.connect('room', { query: '?presence={"n":1}' })
    expect(room.members()).toEqual([{ clientID: member.clientID, presence: { n: 1 }, user: 'alice' }])
    expect(world.server.channel('other').members()).toEqual([])
  })

  it('stays the same channel through every life of it [CH-4]', async () => {
    const world = createWorld({ history: { maxEvents: 0 } })
    const room = world.server.channel('room')
    for (let life = 0; life < 3; life++) {
      const member = await world.connect('room')
      expect(room.members()).toHaveLength(1)
      await room.emit(life)
      await world.settled()
      expect(member.data).toEqual([life])
      member.close()
      await world.settled()
      expect(room.members()).toEqual([])
    }
    expect(world.clock.pending).toBe(0)
  })

  it('reads the newest public events, 100 or as many as it wants [HI-1]', async () => {
    const { server } = createWorld()
    const room = server.channel('room')
    expect(room.history()).toEqual([])
    for (let n = 1; n <= 120; n++) await room.emit(n)
    expect(room.history()).toHaveLength(100)
    expect(room.history({ limit: 2 }).map(({ payload, seq }) => [payload, seq])).toEqual([
      [119, 119],
      [120, 120],
    ])
  })

  it.each([0, -1, 1.5, 1_001, Number.NaN, Infinity])('reads no history of %d events: BAD_PARAMETER [HI-1]', (limit) => {
    const room = createWorld().server.channel('room')
    expect(() => room.history({ limit })).toThrow(expect.objectContaining({ code: 'BAD_PARAMETER' }))
  })

  it('gives copies: what the program does to them changes nothing [ER-1]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { query: '?presence={"list":[1]}' })
    const room = world.server.channel('room')
    await room.emit({ list: [1] })
    const [entry] = room.history() as any[]
    entry.payload.list.push(2)
    expect(room.history()[0]!.payload).toEqual({ list: [1] })
    const [listed] = room.members() as any[]
    listed.clientID = 'client_other'
    expect(room.members()[0]!.clientID).toBe(member.clientID)
  })
})

describe('server.channel(name).disconnect', () => {
  it.each([
    ['FORBIDDEN by default', undefined, 'FORBIDDEN', 4403],
    ['UNAUTHORIZED', { code: 'UNAUTHORIZED' }, 'UNAUTHORIZED', 4401],
    ['RATE_LIMITED', { code: 'RATE_LIMITED', message: 'slow down' }, 'RATE_LIMITED', 4429],
    ['INTERNAL', { code: 'INTERNAL' }, 'INTERNAL', 1011],
  ] as const)(
    'tells the member %s, closes its socket, and the others hear that it left [MS-4]',
    async (_, options, code, close) => {
      const left: unknown[] = []
      const world = createWorld({ onLeave: (event) => left.push([event.member.clientID, event.code]) })
      const [member, other] = [await world.connect('room'), await world.connect('room')]
      expect(world.server.channel('room').disconnect(member.clientID, options)).toBe(true)
      expect(world.server.channel('room').members()).toHaveLength(1)
      await world.settled()
      expect(member.last('ERROR')!.payload).toEqual({
        code,
        message: options && 'message' in options ? options.message : expect.any(String),
      })
      expect(member.closed?.code).toBe(close)
      expect(other.of('PRESENCE:LEFT').map(({ payload }) => payload)).toEqual([{ clientID: member.clientID }])
      expect(left).toEqual([[member.clientID, close]])
    },
  )

  it('is false for who is not there, or is no longer [MS-4]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const room = world.server.channel('room')
    expect(room.disconnect('client_x')).toBe(false)
    expect(room.disconnect('__proto__')).toBe(false)
    expect(world.server.channel('other').disconnect(member.clientID)).toBe(false)
    expect(room.disconnect(member.clientID)).toBe(true)
    expect(room.disconnect(member.clientID)).toBe(false)
    await world.settled()
    expect(member.of('ERROR')).toHaveLength(1)
  })
})
