// The mock server's network: late, held, lost, repeated and broken, and who learns of it.
import { describe, expect, it } from 'vitest'
import { clientOf, mockServer } from './mock-server'

describe('a network that takes its time', () => {
  it('brings everything after its latency, each way', async () => {
    const server = mockServer({ network: { latency: 50 } })
    const member = await server.connect('room')
    expect(server.clock.now()).toBe(100)
    member.emit('hello')
    await server.advance(49)
    expect(server.history('room')).toEqual([])
    await server.advance(1)
    expect(server.history('room')).toHaveLength(1)
    expect(member.data).toEqual([])
    await server.advance(50)
    expect(member.data).toEqual(['hello'])
  })

  it('may change while frames are under way, and overtakes none of them', async () => {
    const server = mockServer({ network: { latency: '1s' } })
    const member = await server.connect('room')
    void server.emit('room', 'slow')
    server.network.set({ latency: 0 })
    void server.emit('room', 'fast')
    await server.advance(999)
    expect(member.data).toEqual([])
    await server.advance(1)
    expect(member.data).toEqual(['slow', 'fast'])
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('trembles, and keeps the order of both directions (seed %i)', async (seed) => {
    const server = mockServer({ seed, network: { latency: 20, jitter: 500 } })
    const member = await server.connect('room')
    for (let n = 0; n < 100; n++) {
      member.emit(n, { echo: false })
      void server.emit('room', `down ${n}`)
      if (n % 10 === 0) await server.advance(7)
    }
    await server.settled()
    expect(
      server
        .history('room', 1_000)
        .map(({ payload }) => payload)
        .filter(Number.isInteger),
    ).toEqual(Array.from({ length: 100 }, (_, n) => n))
    expect(member.data).toEqual(Array.from({ length: 100 }, (_, n) => `down ${n}`))
  })

  it('trembles in the same way for the same seed, and in another for another', async () => {
    const times = async (seed: number) => {
      const server = mockServer({ seed, network: { latency: 10, jitter: 100 } })
      const member = await server.connect('room')
      for (let n = 0; n < 5; n++) {
        member.emit(n)
        await server.settled()
      }
      return server.diagram()
    }
    const [one, again, other] = [await times(7), await times(7), await times(8)]
    expect(again).toBe(one)
    expect(other).not.toBe(one)
  })

  it('has conditions for one device, and for one member, beside those of the whole', async () => {
    const server = mockServer({ network: { latency: 10 } })
    const [near, far] = [await server.connect('room', { name: 'near' }), await server.connect('room', { name: 'far' })]
    far.network.set({ latency: '1s' })
    void server.emit('room', 1)
    await server.advance(10)
    expect([near.data, far.data]).toEqual([[1], []])
    await server.advance(990)
    expect(far.data).toEqual([1])
    server.network.connection(near.clientID)?.set({ latency: 300 })
    void server.emit('room', 2)
    await server.advance(299)
    expect(near.data).toEqual([1])
    await server.advance(1)
    expect(near.data).toEqual([1, 2])
    expect(server.network.connection('client_nobody')).toBeUndefined()
    await server.settled()
  })

  it.each([{ latency: '10' }, { latency: -1 }, { jitter: 'soon' }, { latency: NaN }, { jitter: '1 s' }])(
    'takes no %o',
    (conditions) => {
      expect(() => mockServer().network.set(conditions)).toThrow(expect.objectContaining({ code: 'BAD_PARAMETER' }))
    },
  )

  it.each([-0.1, 1.1, NaN])('takes no probability of %d', (repeat) => {
    expect(() => mockServer().network.set({ repeat })).toThrow(expect.objectContaining({ code: 'BAD_PARAMETER' }))
  })
})

describe('what is held', () => {
  it('arrives when it is released, in order, and nothing before', async () => {
    const server = mockServer()
    const member = await server.connect('room')
    server.network.hold()
    for (let n = 0; n < 3; n++) void server.emit('room', n)
    member.emit('from below')
    await server.advance('10s')
    expect(member.data).toEqual([])
    expect(server.history('room')).toHaveLength(3)
    server.network.release()
    await server.settled()
    expect(member.data).toEqual([0, 1, 2, 'from below'])
  })

  it('is held in one direction alone', async () => {
    const server = mockServer()
    const member = await server.connect('room')
    server.network.hold('down')
    member.emit('up')
    await server.settled()
    expect(server.history('room')).toHaveLength(1)
    expect(member.data).toEqual([])
    server.network.hold('up')
    server.network.release('down')
    await server.settled()
    expect(member.data).toEqual(['up'])
    member.emit('never mind')
    await server.settled()
    expect(server.history('room')).toHaveLength(1)
    server.network.release('up')
    await server.settled()
    expect(server.history('room')).toHaveLength(2)
  })

  it('is held for one device, or for one member, and nobody else', async () => {
    const server = mockServer()
    const phone = server.device('phone')
    const channel = clientOf(phone).channel('room')
    const members = [await server.connect('room'), await server.connect('room')]
    const heard: unknown[] = []
    channel.on('event', ({ data }) => heard.push(data))
    phone.network.hold('down')
    members[0]!.network.hold('down')
    void server.emit('room', 1)
    await server.settled()
    expect([heard, members[0]!.data, members[1]!.data]).toEqual([[], [], [1]])
    phone.network.release()
    members[0]!.network.release()
    await server.settled()
    expect([heard, members[0]!.data, members[1]!.data]).toEqual([[1], [1], [1]])
  })

  it('takes its latency too, when it is released before that is over', async () => {
    const server = mockServer({ network: { latency: 100 } })
    const member = await server.connect('room')
    server.network.hold('down')
    void server.emit('room', 1)
    await server.advance(60)
    server.network.release()
    await server.advance(39)
    expect(member.data).toEqual([])
    await server.advance(1)
    expect(member.data).toEqual([1])
  })

  it.each([3, 4, 5])('trembles, is held and released, and loses nothing (seed %i)', async (seed) => {
    const server = mockServer({ seed, network: { latency: 5, jitter: 33 } })
    const member = await server.connect('room')
    for (let n = 0; n < 60; n++) {
      void server.emit('room', n)
      if (n % 7 === 0) server.network.hold()
      if (n % 11 === 0) server.network.release()
      await server.advance(3)
    }
    server.network.release()
    await server.settled()
    expect(member.data).toEqual(Array.from({ length: 60 }, (_, n) => n))
  })

  it('is waited for by nobody: settled resolves', async () => {
    const server = mockServer({ network: { latency: 10 } })
    const member = await server.connect('room')
    server.network.hold()
    member.emit(1)
    const before = server.clock.now()
    await server.settled()
    expect(server.clock.now()).toBe(before)
    server.network.release()
    await server.settled()
    expect(member.data).toEqual([1])
  })

  it('keeps a new connection from opening until it is released', async () => {
    const server = mockServer()
    server.network.hold('down')
    const member = await server.connect('room')
    expect([member.socket.readyState, server.members('room').length]).toEqual([0, 1])
    server.network.release()
    await server.settled()
    expect(member.types()).toEqual(['CONNECTED'])
  })
})

describe('what is repeated', () => {
  it('arrives twice, downwards', async () => {
    const server = mockServer()
    const [twice, once] = [await server.connect('room'), await server.connect('room')]
    twice.network.repeatNext(2, 'down')
    for (const n of [1, 2, 3]) void server.emit('room', n)
    await server.settled()
    expect(twice.data).toEqual([1, 1, 2, 2, 3])
    expect(once.data).toEqual([1, 2, 3])
  })

  it('arrives twice, upwards, and an EMIT with an id counts once [EM-8]', async () => {
    const server = mockServer()
    const member = await server.connect('room')
    member.network.repeatNext(2, 'up')
    member.emit('with', { eventID: 'evt_0123456789abcdef' })
    member.emit('without')
    await server.settled()
    expect(server.history('room').map(({ payload }) => payload)).toEqual(['with', 'without', 'without'])
    expect(member.of('EMITTED')).toHaveLength(4)
  })

  it('is counted once in what is buffered, at either end', async () => {
    const server = mockServer({ limits: { maxBufferedBytes: 500 } })
    const member = await server.connect('room')
    member.network.repeatNext(20)
    member.emit('x'.repeat(40))
    expect(member.socket.bufferedAmount).toBeGreaterThan(40)
    for (let n = 0; n < 10; n++) {
      void server.emit('room', n)
      await server.settled()
    }
    expect(member.socket.bufferedAmount).toBe(0)
    member.network.repeatNext(0)
    member.network.hold('down')
    for (let n = 0; n < 6; n++) void server.emit('room', 'x'.repeat(100))
    member.network.release()
    await server.settled()
    expect(member.closed?.code).toBe(4413)
  })

  it('is drawn with the probability that was set, and by the seed', async () => {
    const count = async (seed: number, repeat: number) => {
      const server = mockServer({ seed })
      const member = await server.connect('room')
      server.network.set({ repeat })
      for (let n = 0; n < 100; n++) void server.emit('room', n)
      await server.settled()
      return member.data.length
    }
    expect([await count(1, 0), await count(1, 1)]).toEqual([100, 200])
    expect(await count(5, 0.3)).toBe(await count(5, 0.3))
    expect(await count(5, 0.3)).toBeGreaterThan(110)
    expect(await count(5, 0.3)).toBeLessThan(150)
  })
})
