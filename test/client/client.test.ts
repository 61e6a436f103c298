import { createClient, type ClientOptions } from '@websockets.do/client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createWorld } from '../support/world'
import { scripted } from './support/scripted-server'

afterEach(() => vi.unstubAllGlobals())

describe('client.channel', () => {
  it('is the same object for the same name, until it is closed', () => {
    const { client } = scripted()
    const channel = client.channel('room')
    expect(client.channel('room')).toBe(channel)
    expect(client.channel('other')).not.toBe(channel)
    channel.close()
    expect(client.channel('room')).not.toBe(channel)
  })

  it('gives a new object also to a handler that hears of the closing', () => {
    const { client } = scripted()
    const channel = client.channel('room')
    let next: unknown
    channel.on('status', ({ state }) => {
      if (state === 'closed') next = client.channel('room', { connect: false })
    })
    channel.close()
    expect(next).not.toBe(channel)
    expect(client.channel('room', { connect: false })).toBe(next)
  })

  it.each(['', '.', '..', '_', 'a\nb', 'a\u0000', 'a\u007f', '\ud800', 'ü'.repeat(101)])(
    'refuses the name %j [CH-1] [CH-3]',
    async (name) => {
      const { client } = scripted()
      expect(() => client.channel(name)).toThrow(expect.objectContaining({ code: 'BAD_CHANNEL' }))
      await expect(client.publish(name, 1)).rejects.toMatchObject({ code: 'BAD_CHANNEL' })
    },
  )

  it.each(['...', 'a/b', '__proto__', 'emit', '_/health', 'ü'.repeat(100), 'a?b#c', '🙂'])(
    'takes the name %j to the server as it is [CH-1]',
    async (name) => {
      const world = createWorld()
      const channel = world.client().channel(name)
      const member = await world.connect(name)
      await channel.emit({ n: 1 }, { echo: false })
      await world.settled()
      expect(member.data).toEqual([{ n: 1 }])
    },
  )
})

describe("the server's URL", () => {
  const dialledBy = async (options: ClientOptions): Promise<string> => {
    const { client, dialled } = scripted(options)
    client.channel('room')
    return (await dialled()).url.href.split('?')[0]!
  }

  it.each([
    ['http://h.test', 'ws://h.test/room/listen'],
    ['https://h.test:8443/', 'wss://h.test:8443/room/listen'],
    ['ws://h.test/base', 'ws://h.test/base/room/listen'],
    ['WSS://h.test/a/b//', 'wss://h.test/a/b/room/listen'],
  ])('may be %s', async (url, expected) => {
    expect(await dialledBy({ url })).toBe(expected)
  })

  it("is the page's own origin by default, read when it is needed", async () => {
    const { client, dialled } = scripted({ url: undefined })
    vi.stubGlobal('location', { origin: 'https://page.test' })
    client.channel('room')
    expect((await dialled()).url.href).toMatch(/^wss:\/\/page\.test\/room\/listen/)
  })

  it('is missed with a clear error where there is none', async () => {
    const { client } = scripted({ url: undefined })
    expect(() => client.channel('room')).toThrow(expect.objectContaining({ code: 'BAD_PARAMETER' }))
    await expect(client.publish('room', 1)).rejects.toMatchObject({ code: 'BAD_PARAMETER' })
    expect(() => createClient({ url: 'localhost:3000' }).channel('room')).toThrow(
      expect.objectContaining({ code: 'BAD_PARAMETER' }),
    )
  })
})

describe('what the platform offers', () => {
  it('is looked up when a socket is opened, not before', async () => {
    const { client, dialled, sockets } = scripted()
    const Fake = sockets
    void Fake
    client.channel('other')
    const fake = (await dialled()).constructor
    const bare = createClient({ url: 'http://h.test' })
    vi.stubGlobal('WebSocket', fake)
    const channel = bare.channel('room')
    expect((await dialled()).url.host).toBe('h.test')
    channel.close()
  })

  it('serves as clock, ids and console where the program gives none', async () => {
    const { dialled } = scripted()
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const script = scripted({ clock: undefined, random: undefined, id: undefined, onError: undefined })
    const channel = script.client.channel('room')
    const socket = await script.dialled()
    socket.connected()
    channel.on('data', () => {
      throw new Error('thrown')
    })
    socket.data(1)
    void channel.emit({ n: 1 })
    expect(error).toHaveBeenCalledWith(expect.objectContaining({ message: 'thrown' }))
    expect(socket.of('EMIT')[0]?.['eventID']).toMatch(/^evt_[A-Za-z0-9_-]{16,64}$/)
    expect(script.client.clock.now()).toBeGreaterThan(0)
    void dialled
    error.mockRestore()
  })
})

describe('client.publish', () => {
  it('reaches the members over HTTP, with an id, and tells what became of it [EM-8a]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { autoAck: true })
    const seen: Request[] = []
    const client = world.client({
      token: async () => 'secret',
      fetch: async (input, init) => {
        seen.push(new Request(input as string, init))
        return await world.fetch(input, init)
      },
    })
    const result = await client.publish(
      'room',
      { n: 1 },
      { requireAck: true, timeoutMs: 2_000, clients: [member.clientID] },
    )
    expect(result).toMatchObject({ success: true, acked: [member.clientID] })
    const { searchParams } = new URL(seen[0]!.url)
    expect(searchParams.get('_event-id')).toMatch(/^evt_[\w-]{16,64}$/)
    expect(searchParams.get('_timeout')).toBe('2000')
    expect(seen[0]!.headers.get('authorization')).toBe('Bearer secret')
  })

  it('resolves with a missing acknowledgement, which is a result [ACK-3]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const publishing = world.client().publish('room', { n: 1 }, { requireAck: true, timeoutMs: 1_000 })
    await world.advance(1_000)
    expect(await publishing).toMatchObject({
      success: false,
      pending: [member.clientID],
      error: { code: 'ACK_TIMEOUT' },
    })
  })

  it("rejects with the server's refusal", async () => {
    const world = createWorld()
    await expect(world.client().publish('room', 1, { clients: 3 })).rejects.toMatchObject({
      code: 'NOT_ENOUGH_CLIENTS',
      status: 400,
    })
  })

  const answering = (body: string, init: ResponseInit) =>
    scripted({ fetch: async () => new Response(body, init) }).client

  it('tells when to come back', async () => {
    const body = '{"success":false,"error":{"code":"RATE_LIMITED","message":"x","retryAfterMs":70}}'
    await expect(answering(body, { status: 429 }).publish('room', 1)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
      retryAfterMs: 70,
    })
  })

  it("rejects what is not an answer of the server's", async () => {
    await expect(answering('<html>', { status: 502 }).publish('room', 1)).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      status: 502,
    })
    for (const body of ['{"error":{"code":502}}', '{"error":"Bad gateway"}']) {
      await expect(answering(body, { status: 502 }).publish('room', 1)).rejects.toMatchObject({
        name: 'WebSocketsError',
        status: 502,
      })
    }
    await expect(answering('null', { status: 500 }).publish('room', 1)).rejects.toMatchObject({
      code: 'INTERNAL',
      status: 500,
    })
    const cause = new TypeError('unreachable')
    const offline = scripted({ fetch: () => Promise.reject(cause) }).client
    await expect(offline.publish('room', 1)).rejects.toMatchObject({ code: 'CONNECTION_LOST', cause })
  })

  it('rejects with the reason of an abort', async () => {
    const world = createWorld()
    await world.connect('room')
    const controller = new AbortController()
    const publishing = world.client().publish('room', 1, { requireAck: true, signal: controller.signal })
    await world.settled()
    controller.abort(new Error('changed my mind'))
    await expect(publishing).rejects.toThrow('changed my mind')
  })

  it('refuses what JSON can not carry', async () => {
    await expect(scripted().client.publish('room', undefined)).rejects.toMatchObject({ code: 'BAD_PAYLOAD' })
  })
})

describe('channel.history', () => {
  it('gives the retained events, oldest first [HI-1]', async () => {
    const world = createWorld({ history: { readable: true } })
    const client = world.client()
    for (const n of [1, 2, 3]) await client.publish('room', { n })
    const channel = client.channel('room', { connect: false })
    const { epoch, seq, history } = await channel.history({ limit: 2 })
    expect(seq).toBe(3)
    expect(history.map(({ payload }) => payload)).toEqual([{ n: 2 }, { n: 3 }])
    const before = await channel.history({ before: `${epoch}:${history[0]!.seq}` })
    expect(before.history.map(({ payload }) => payload)).toEqual([{ n: 1 }])
  })

  it('rejects where it may not be read [OR-3]', async () => {
    const world = createWorld()
    await expect(world.client().channel('room').history()).rejects.toMatchObject({ code: 'FORBIDDEN', status: 403 })
  })
})
