// createMockServer: what a test does with it, from connecting to the last fault.
import { createClient } from '@websockets.do/client'
import { createMockServer, type MockServer } from '@websockets.do/server-core/mock'
import { describe, expect, it } from 'vitest'
import { clientOf, mockServer, outcomeOf } from './mock-server'

describe('a client on a mock server', () => {
  it('is made of the server as it is, or spread', async () => {
    const server = mockServer()
    const [asItIs, spread] = [createClient(server), createClient({ ...server, onError: () => {} })]
    const channels = [asItIs.channel('room'), spread.channel('room')]
    await server.settled()
    expect(channels.map(({ status }) => status.state)).toEqual(['open', 'open'])
    expect(channels[0]!.members).toHaveLength(2)
    const { emission, heard } = { heard: [] as unknown[], emission: asItIs.publish('room', { hello: 'world' }) }
    channels[1]!.on('event', ({ data }) => heard.push(data))
    await server.settled()
    expect(await emission).toMatchObject({ success: true, recipients: 2 })
    expect(heard).toEqual([{ hello: 'world' }])
    asItIs.close()
    spread.close()
    await server.settled()
    expect(server.leaks().found).toEqual([])
  })

  it('has its own faults collected, with those of the server’s hooks', async () => {
    const server = mockServer({
      onJoin: () => {
        throw new Error('in onJoin')
      },
    })
    await failInHandler(server)
    // Taken out, or the set-up would fail this test for them.
    expect(server.errors.splice(0).map(({ error, context }) => [String(error), context])).toEqual([
      ['Error: in onJoin', 'onJoin'],
      ['Error: in a handler', 'a client'],
    ])
  })

  it('tells its faults to an onError of one’s own instead, and those of the server’s hooks', async () => {
    const told: unknown[] = []
    const server = mockServer({
      onJoin: () => {
        throw new Error('in onJoin')
      },
      onError: (error, context) => void told.push([String(error), context]),
    })
    await failInHandler(server)
    expect(told).toEqual([
      ['Error: in onJoin', 'onJoin'],
      ['Error: in a handler', 'a client'],
    ])
    expect(server.errors).toEqual([])
  })

  it('has nothing left after close(), whatever it was in the middle of [I10]', async () => {
    for (const fault of ['stall', 'hold', 'partition'] as const) {
      const server = createMockServer()
      const client = createClient(server)
      client.channel('room')
      const member = await server.connect('room')
      server.network[fault]()
      member.close()
      void server.emit('room', 1, { requireAck: true })
      await server.close()
      expect(server.leaks().found, fault).toEqual([])
      await server.advance('10m')
      expect(member.socket.readyState, fault).toBe(3)
    }
  })

  it('stays closed once it was, and tells what does not work on one that is stopped', async () => {
    const server = mockServer()
    await server.stop()
    expect(() => server.emit('room', 1)).toThrow(expect.objectContaining({ code: 'DRAINING' }))
    server.start()
    await server.emit('room', 1)
    await server.close()
    expect(() => server.start()).toThrow(expect.objectContaining({ code: 'DRAINING' }))
  })

  it('says why a member was refused, as no browser is told [LI-6]', async () => {
    const server = mockServer({ authorize: ({ token }) => (token === 'ok' ? true : { refuse: 'UNAUTHORIZED' }) })
    const refused = await server.connect('room', { query: 'token=wrong' })
    expect(refused.refused).toMatchObject({ status: 401, code: 'UNAUTHORIZED' })
    expect(refused.closed).toEqual({ code: 1006, reason: '' })
    expect((await server.connect('', { query: '?token=ok' })).refused).toMatchObject({
      status: 400,
      code: 'BAD_CHANNEL',
    })
    expect((await server.connect('room', { query: '?token=ok' })).refused).toBeUndefined()
  })

  it.each([
    ['a seed that is no number', () => createMockServer({ seed: NaN })],
    ['a url with a query', () => createMockServer({ url: 'https://mock.test/?a=1' })],
    ['a url that is none', () => createMockServer({ url: 'mock' })],
    ['a device without a name', () => createMockServer().device('')],
    ['a wall clock that steps by no number', () => createMockServer().clock.stepWallClock('1h' as never)],
    ['a freeze for less than nothing', () => createMockServer().clock.freeze(-1)],
  ])('refuses %s with BAD_PARAMETER', (_, act) => {
    expect(act).toThrow(expect.objectContaining({ code: 'BAD_PARAMETER' }))
  })

  it('takes a url that ends in a slash, and lets time pass once for each advance', async () => {
    const server = mockServer({ url: 'https://mock.test/base/' })
    expect((await server.connect('room')).clientID).not.toBe('')
    void server.advance('5s')
    await server.advance('5s')
    expect(server.clock.now()).toBe(10_000)
  })

  it('reaches the server below a base path too [CH-5]', async () => {
    const server = mockServer({ url: 'https://api.test/realtime' })
    const client = clientOf(server)
    const channel = client.channel('room')
    await server.settled()
    const published = client.publish('room', 1)
    await server.settled()
    expect([channel.status.state, (await published).recipients]).toEqual(['open', 1])
  })
})

describe('a member that a test scripts', () => {
  it('joins with a presence, a query, and subprotocols [LI-4, OR-2]', async () => {
    const tokens: unknown[] = []
    const server = mockServer({ authorize: ({ token }) => tokens.push(token) > 0, history: { readable: true } })
    for (const n of [1, 2, 3]) void server.emit('room', n)
    const presence = { name: 'Ä & b?', at: [1, { x: null }] }
    const member = await server.connect('room', {
      presence,
      query: '?rewind=2',
      protocols: ['websockets.do', 'bearer.secret'],
    })
    expect(server.members('room')).toEqual([{ clientID: member.clientID, presence }])
    expect(member.data).toEqual([2, 3])
    expect(member.socket.protocol).toBe('websockets.do')
    expect(tokens).toContain('secret')
    expect((await server.connect('room', { query: '?token=other' })).socket.readyState).toBe(1)
    expect(tokens).toContain('other')
  })

  it('says that it was refused, and with which code [LI-6]', async () => {
    const server = mockServer({ authorize: () => ({ refuse: 'UNAUTHORIZED' }) })
    const plain = await server.connect('room')
    expect([plain.closed, plain.failed, plain.received]).toEqual([{ code: 1006, reason: '' }, true, []])
    const session = await server.connect('room', { query: '?session=new' })
    expect(session.closed).toEqual({ code: 4401, reason: 'UNAUTHORIZED' })
    expect(session.types()).toEqual(['ERROR'])
  })

  it('goes to the channel of exactly that name, however it has to be written [CH-1]', async () => {
    const server = mockServer()
    for (const name of ['a/b', 'ä 🦊', '%41', '?x=1', '__proto__', 'emit']) {
      await server.connect(name)
      expect(server.members(name)).toHaveLength(1)
    }
  })

  it('may begin to answer PING, or to acknowledge, at any time [CL-5, ACK-3]', async () => {
    const server = mockServer()
    const member = await server.connect('room', { autoPong: false })
    await server.advance('20s')
    member.send({ type: 'PONG' })
    member.autoPong = true
    await server.advance('5m')
    expect(member.closed).toBeUndefined()
    expect(member.sent).toHaveLength(member.of('PING').length)
    const first = outcomeOf(server.emit('room', 1, { requireAck: true }))
    await server.settled()
    expect(first.state).toBe('pending')
    member.ack(member.last('DATA')!['eventID'], { reply: 'by hand' })
    member.autoAck = true
    const second = server.emit('room', 2, { requireAck: true })
    await server.settled()
    expect(await second).toMatchObject({ success: true, acked: [member.clientID] })
    expect(first.value).toMatchObject({ success: true, replies: { [member.clientID]: { reply: 'by hand' } } })
    member.autoPong = false
    await server.advance('1m')
    expect(member.closed?.code).toBe(4408)
  })

  it('keeps what it sent and was sent, in order, as objects and as texts', async () => {
    const server = mockServer()
    const member = await server.connect('room')
    member.emit({ n: 1 }, { echo: false })
    member.setPresence({ here: true })
    member.sendText('{')
    await server.settled()
    expect(member.sent).toEqual([
      { type: 'EMIT', payload: { n: 1 }, echo: false },
      { type: 'PRESENCE', payload: { here: true } },
      '{',
    ])
    expect(member.types()).toEqual(['CONNECTED', 'EMITTED', 'PRESENCE:UPDATED', 'ERROR'])
    expect(member.texts.map((text) => JSON.parse(text))).toEqual(member.received)
    expect([member.of('ERROR').length, member.last('ERROR')!.payload.code]).toEqual([1, 'BAD_MESSAGE'])
    member.close(4000, 'done')
    await server.settled()
    expect(member.closed).toEqual({ code: 4000, reason: 'done' })
  })
})

describe('the server behind it', () => {
  it('emits as a program does, and tells who is there and what was [EM-4, HI-1]', async () => {
    const server = mockServer()
    const [one, other] = [await server.connect('room'), await server.connect('room')]
    const result = await server.emit('room', 'for one', { clients: [one.clientID] })
    expect(result).toMatchObject({ success: true, recipients: 1 })
    for (let n = 0; n < 5; n++) void server.emit('room', n)
    await server.settled()
    expect([one.data, other.data]).toEqual([
      ['for one', 0, 1, 2, 3, 4],
      [0, 1, 2, 3, 4],
    ])
    expect(server.history('room').map(({ payload }) => payload)).toEqual([0, 1, 2, 3, 4])
    expect(server.history('room', 2).map(({ payload }) => payload)).toEqual([3, 4])
    expect([server.members('room').length, server.members('elsewhere')]).toEqual([2, []])
  })

  it('is the same again for the same seed: every frame, and every time', async () => {
    const run = async (seed: number) => {
      const server = mockServer({ seed, network: { latency: 5, jitter: 50, repeat: 0.1 } })
      const channels = [clientOf(server).channel('room'), clientOf(server.device('phone')).channel('room')]
      await server.settled()
      for (let n = 0; n < 10; n++) {
        void channels[n % 2]!.emit('tick', n, { clients: 1, requireAck: true })
        await server.advance(40)
      }
      server.network.sever()
      await server.advance('5s')
      for (const channel of channels) channel.close()
      await server.settled()
      return { text: server.transcript({ heartbeat: true }), diagram: server.diagram({ last: 1_000 }) }
    }
    const [one, again, other] = [await run(11), await run(11), await run(12)]
    expect(again).toEqual(one)
    expect(other.diagram).not.toBe(one.diagram)
  })

  it('has 1 for a seed unless it is told, and says which', () => {
    expect([mockServer().seed, mockServer({ seed: 5 }).seed]).toEqual([1, 5])
  })

  it('settles with as much time as frames take to arrive, and leaves timers alone', async () => {
    const server = mockServer({ network: { latency: 25 } })
    let fired = false
    server.clock.after(1_000, () => (fired = true))
    const member = await server.connect('room')
    expect(server.clock.now()).toBe(50)
    member.emit(1)
    await server.settled()
    expect(server.clock.now()).toBe(100)
    await server.settled()
    expect([server.clock.now(), fired]).toEqual([100, false])
    await server.advance('0.9s')
    expect([server.clock.now(), fired]).toEqual([1_000, true])
  })

  it('waits for hooks that take their time over promises alone', async () => {
    const server = mockServer({
      async authorize() {
        for (let n = 0; n < 50; n++) await Promise.resolve()
        return true
      },
    })
    expect((await server.connect('room')).types()).toEqual(['CONNECTED'])
  })
})

describe('time', () => {
  it.each([
    ['90s', 90_000],
    ['1.5m', 90_000],
    ['250ms', 250],
    ['0.5h', 1_800_000],
    ['0s', 0],
    [250, 250],
    [0, 0],
    [0.5, 0.5],
  ])('passes by %s', async (duration, ms) => {
    const server = mockServer()
    await server.advance(duration)
    expect(server.clock.now()).toBe(ms)
  })

  it.each([
    '',
    '90',
    's',
    '1d',
    '-1s',
    '1 s',
    ' 1s',
    '1s ',
    '1e3ms',
    '.5s',
    '1.s',
    '1S',
    '१s',
    -1,
    NaN,
    Infinity,
    '∞s',
  ])('does not pass by %o', async (duration) => {
    const server = mockServer()
    await expect(server.advance(duration)).rejects.toMatchObject({ code: 'BAD_PARAMETER' })
    expect(server.clock.now()).toBe(0)
  })

  it('passes timer by timer, and everything arrives in between', async () => {
    const server = mockServer({ network: { latency: 10 } })
    const member = await server.connect('room')
    const seen: unknown[] = []
    for (const ms of [100, 200, 300]) {
      server.clock.after(ms, () => {
        seen.push(member.data.length)
        void server.emit('room', ms)
      })
    }
    await server.advance('1s')
    expect(seen).toEqual([0, 1, 2])
    expect(member.data).toEqual([100, 200, 300])
  })
})

async function failInHandler(server: MockServer): Promise<void> {
  const channel = clientOf(server).channel('room')
  channel.on('event', () => {
    throw new Error('in a handler')
  })
  await server.settled()
  void server.emit('room', 1)
  await server.settled()
}
