// Connections that break, stall or are cut off by a partition: who learns of it, and when.
import { describe, expect, it } from 'vitest'
import { clientOf, mockServer, outcomeOf } from './mock-server'

describe('a severed connection', () => {
  it('is lost at both ends, without a close frame: 1006, and LEFT for the others [MS-4]', async () => {
    const left: unknown[] = []
    const server = mockServer({ onLeave: ({ code }) => void left.push(code) })
    const [lost, other] = [await server.connect('room'), await server.connect('room')]
    lost.network.sever()
    expect(lost.closed).toBeUndefined()
    await server.settled()
    expect(lost.closed).toEqual({ code: 1006, reason: '' })
    expect(lost.failed).toBe(true)
    expect(left).toEqual([1006])
    expect(other.last('PRESENCE:LEFT')!.payload).toEqual({ clientID: lost.clientID })
    expect(server.network.connected()).toHaveLength(1)
  })

  it('loses what is under way', async () => {
    const server = mockServer({ network: { latency: 10 } })
    const member = await server.connect('room')
    void server.emit('room', 'never heard')
    member.emit('never published')
    member.network.sever()
    await server.advance('1s')
    expect(member.data).toEqual([])
    expect(server.history('room').map(({ payload }) => payload)).toEqual(['never heard'])
  })

  it('that only the client has lost is a member until PING_TIMEOUT [CL-5, I7]', async () => {
    const server = mockServer()
    const [lost, other] = [await server.connect('room'), await server.connect('room')]
    lost.network.sever('client')
    await server.settled()
    expect(lost.closed?.code).toBe(1006)
    expect(server.members('room')).toHaveLength(2)
    expect(other.of('PRESENCE:LEFT')).toEqual([])
    await server.advance('36s')
    expect(server.members('room').map(({ clientID }) => clientID)).toEqual([other.clientID])
    expect(other.of('PRESENCE:LEFT')).toHaveLength(1)
    expect(other.closed).toBeUndefined()
  })

  it('that only the server has lost leaves the client believing in it', async () => {
    const server = mockServer()
    const [lost, other] = [await server.connect('room'), await server.connect('room')]
    lost.network.sever('server')
    await server.settled()
    expect(other.of('PRESENCE:LEFT')).toHaveLength(1)
    lost.emit('into the void')
    await server.advance('1h')
    expect([lost.socket.readyState, lost.closed]).toEqual([1, undefined])
    expect(other.data).toEqual([])
    lost.close(4000)
    await server.advance('29s')
    expect(lost.closed).toBeUndefined()
    await server.advance('2s')
    expect(lost.closed?.code).toBe(1006)
    expect(server.network.connected()).toHaveLength(1)
  })

  it('before it was accepted fails, and nobody joins', async () => {
    let admit = (_verdict: boolean) => {}
    const joined: unknown[] = []
    const server = mockServer({
      authorize: () => new Promise<boolean>((resolve) => (admit = resolve)),
      onJoin: (event) => void joined.push(event),
    })
    const member = await server.connect('room')
    server.network.sever()
    admit(true)
    await server.settled()
    expect(member.closed?.code).toBe(1006)
    expect(joined).toEqual([])
  })

  it('is opened again by our client, which is a new member where its session is over', async () => {
    const server = mockServer({ graceMs: 0 })
    const channel = clientOf(server).channel('room')
    await server.settled()
    const first = channel.self?.clientID
    server.network.sever()
    await server.settled()
    expect(channel.status.state).toBe('reconnecting')
    await server.advance('2s')
    expect(channel.status.state).toBe('open')
    expect(channel.self?.clientID).not.toBe(first)
    expect(server.members('room')).toHaveLength(1)
  })
})

describe('a connection that drops after some frames', () => {
  it.each([0, 1, 5])('lets %i of them through, downwards', async (frames) => {
    const server = mockServer()
    const [member, other] = [await server.connect('room'), await server.connect('room')]
    member.network.dropAfter(frames, { direction: 'down' })
    for (let n = 0; n < 8; n++) void server.emit('room', n)
    await server.settled()
    expect(member.closed?.code).toBe(1006)
    expect(member.data).toEqual(Array.from({ length: frames }, (_, n) => n))
    expect(other.data).toHaveLength(8)
  })

  it('lets so many through in time: what had arrived before counts as nothing', async () => {
    const server = mockServer()
    const member = await server.connect('room')
    member.network.dropAfter(2, { direction: 'up' })
    for (const n of [1, 2]) {
      member.emit(n)
      await server.settled()
    }
    expect(member.closed).toBeUndefined()
    member.emit(3)
    await server.settled()
    expect(member.closed?.code).toBe(1006)
    expect(server.history('room').map(({ payload }) => payload)).toEqual([1, 2])
  })

  it('stalls instead, where that is wanted: nobody is told', async () => {
    const server = mockServer()
    const member = await server.connect('room')
    member.network.dropAfter(1, { direction: 'down', how: 'stall' })
    for (let n = 0; n < 3; n++) void server.emit('room', n)
    await server.settled()
    expect(member.data).toEqual([0])
    expect(member.closed).toBeUndefined()
    member.emit('still heard')
    await server.settled()
    expect(server.history('room')).toHaveLength(4)
  })
})

describe('a number of frames', () => {
  it.each([-1, 1.5, NaN, '2', null, -Infinity])('is a whole one: %j is refused', async (frames) => {
    const { network } = mockServer()
    const refused = expect.objectContaining({ code: 'BAD_PARAMETER' })
    expect(() => network.dropAfter(frames as number)).toThrow(refused)
    expect(() => network.repeatNext(frames as number)).toThrow(refused)
  })

  it('may be without end', async () => {
    const server = mockServer()
    const member = await server.connect('room')
    member.network.dropAfter(0)
    member.network.dropAfter(Infinity)
    member.network.repeatNext(Infinity)
    for (let n = 0; n < 3; n++) void server.emit('room', n)
    await server.settled()
    expect(member.data).toEqual([0, 0, 1, 1, 2, 2])
  })
})

describe('a stalled connection', () => {
  it('is dropped for want of a PONG, and the client is left believing in it [CL-5, I7]', async () => {
    const server = mockServer()
    const [stalled, other] = [await server.connect('room'), await server.connect('room')]
    stalled.network.stall()
    await server.advance('19s')
    expect(server.members('room')).toHaveLength(2)
    await server.advance('17s')
    expect(server.members('room').map(({ clientID }) => clientID)).toEqual([other.clientID])
    expect(stalled.closed).toBeUndefined()
    expect(stalled.of('PING')).toEqual([])
  })

  it('that stalls upwards hears the ERROR, and the end', async () => {
    const server = mockServer()
    const stalled = await server.connect('room')
    stalled.network.stall('up')
    await server.advance('36s')
    expect(stalled.last('ERROR')!.payload.code).toBe('PING_TIMEOUT')
    expect(stalled.closed?.code).toBe(4408)
  })

  it('leaves a request without an answer until its sender gives up', async () => {
    const server = mockServer({ network: { latency: 10 } })
    const controller = new AbortController()
    const answer = outcomeOf(server.fetch(`${server.url}/room/members`, { signal: controller.signal }))
    server.network.stall('down')
    await server.advance('1m')
    expect(answer.state).toBe('pending')
    controller.abort()
    await server.settled()
    expect(answer).toMatchObject({ state: 'rejected', value: { name: 'AbortError' } })
    expect(server.network.connected()).toEqual([])
  })
})

describe('a partition', () => {
  it('swallows everything, old connections and new, until it is healed', async () => {
    const server = mockServer()
    const channel = clientOf(server).channel('room')
    const other = await server.connect('room')
    server.network.partition()
    void server.emit('room', 'unheard')
    const late = await server.connect('room', { name: 'late' })
    const answer = outcomeOf(server.fetch(`${server.url}/room/members`))
    await server.advance('70s')
    expect([late.socket.readyState, answer.state, other.data]).toEqual([0, 'pending', []])
    expect(server.members('room')).toEqual([])
    expect(channel.status.state).toBe('open')
    server.network.heal()
    await server.settled()
    expect((await server.connect('room')).types()).toEqual(['CONNECTED'])
  })

  it('once healed breaks what had stalled, as soon as an end says something', async () => {
    const server = mockServer()
    const member = await server.connect('room')
    server.network.partition()
    await server.settled()
    server.network.heal()
    await server.settled()
    expect(member.closed).toBeUndefined()
    member.emit('anybody there?')
    await server.settled()
    expect(member.closed?.code).toBe(1006)
    expect(server.members('room')).toEqual([])
  })

  it('of one device leaves the others alone', async () => {
    const server = mockServer()
    const [cut, free] = [server.device('cut'), server.device('free')]
    const channels = [cut, free].map((device) => clientOf(device).channel('room'))
    await server.settled()
    cut.network.partition()
    await server.advance('70s')
    expect(server.members('room').map(({ clientID }) => clientID)).toEqual([channels[1]!.self?.clientID])
    expect(channels[1]!.members).toHaveLength(1)
  })

  it('shorter than the heartbeat goes by unnoticed where nothing was said [CL-5]', async () => {
    const server = mockServer()
    const member = await server.connect('room')
    await server.advance('1s')
    server.network.hold()
    await server.advance('30s')
    server.network.release()
    await server.advance('10m')
    expect(member.closed).toBeUndefined()
    expect(server.members('room')).toHaveLength(1)
  })
})

describe('a request whose connection is lost', () => {
  it.each(['under way', 'being answered'])('rejects with a TypeError: %s', async (when) => {
    const server = mockServer({
      network: { latency: 10 },
      authorize: () => (when === 'under way' ? true : new Promise<boolean>(() => {})),
    })
    const answer = outcomeOf(server.fetch(`${server.url}/room/emit`, { method: 'POST', body: '1' }))
    await server.advance(when === 'under way' ? 5 : 15)
    server.network.sever()
    await server.settled()
    expect(answer).toMatchObject({ state: 'rejected', value: { name: 'TypeError' } })
    expect(server.network.connected()).toEqual([])
  })
})
