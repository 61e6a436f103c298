// The adapter for Bun, on a Bun that notes what is done to it. The real one is in test/runtime/adapters.test.ts.
import { createServer, type ServerOptions } from '@websockets.do/server-core'
import { bun, type BunOptions } from '@websockets.do/server-core/bun'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FakeBun, type FakeBunSocket } from './bun-fake'

function start(options: ServerOptions = {}, bunOptions: BunOptions = {}) {
  const server = createServer(options)
  const handlers = bun(server, bunOptions)
  const host = new FakeBun(handlers)
  onTestFinished(() => server.close({ drainMs: 0 }))
  const ask = (path: string, init: RequestInit = {}) =>
    handlers.fetch(new Request(`http://localhost:8787${path}`, init), host)
  async function join(path = '/room/listen', headers: Record<string, string> = {}): Promise<FakeBunSocket> {
    expect((await ask(path, { headers: { upgrade: 'websocket', ...headers } })).status).toBe(200)
    await turn()
    return host.socket!
  }
  return { server, handlers, host, ask, join }
}

/** All microtasks that are due. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

const types = (socket: FakeBunSocket) => socket.frames.map(({ type }) => type)

describe('what Bun writes', () => {
  it('is in one cork for each turn, in order', async () => {
    const { server, join } = start()
    const socket = await join()
    expect(socket.corks.length).toBe(1)
    for (const n of [1, 2, 3]) server.channel('room').emit(n)
    expect(socket.corks.length).toBe(1)
    await turn()
    expect(socket.corks.length).toBe(2)
    expect(socket.corks[1]!.map((text) => JSON.parse(text).payload)).toEqual([1, 2, 3])
  })

  it('comes before the close of the same turn, and nothing after it', async () => {
    const { server, join } = start()
    const socket = await join()
    const { clientID } = socket.frames[0]
    server.channel('room').emit('last')
    server.channel('room').disconnect(clientID)
    server.channel('room').emit('too late')
    await turn()
    expect(socket.frames.slice(1).map(({ type, payload }) => [type, payload?.code ?? payload])).toEqual([
      ['DATA', 'last'],
      ['ERROR', 'FORBIDDEN'],
    ])
    expect(socket.ended).toMatchObject({ reason: 'FORBIDDEN' })
  })

  it('counts as waiting from the moment it is said, and after that as long as Bun has it [LM-1]', async () => {
    const { server, join } = start({ limits: { maxBufferedBytes: 1_000 } })
    const [quick, slow] = [await join(), await join()]
    slow.buffered = 900
    server.channel('room').emit('x'.repeat(200))
    await turn()
    expect(slow.ended).toBe('terminated')
    expect(types(slow)).not.toContain('DATA')
    expect(types(quick)).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'DATA', 'PRESENCE:LEFT'])
    for (let n = 0; n < 10; n++) server.channel('room').emit('x'.repeat(200))
    await turn()
    expect(quick.ended).toBe('terminated')
  })

  it('is never less than what was said: where Bun drops a frame it ends the connection, and the member may come back [RS-5]', async () => {
    const { server, join } = start()
    const watcher = await join()
    const socket = await join('/room/listen?session=new')
    socket.room = 1
    for (const n of [1, 2, 3]) server.channel('room').emit(n)
    await turn()
    expect(socket.frames.at(-1)).toMatchObject({ type: 'DATA', payload: 1 })
    expect(socket.ended).toBe('terminated')
    expect(types(watcher)).not.toContain('PRESENCE:LEFT')
  })

  it('may be a replay that exceeds what may otherwise wait [HI-1]', async () => {
    const { server, join } = start({ limits: { maxBufferedBytes: 2_000 }, history: { readable: true } })
    for (let n = 0; n < 20; n++) server.channel('room').emit('x'.repeat(1_000))
    const socket = await join('/room/listen?rewind=20')
    expect(types(socket)).toEqual(['CONNECTED', ...Array.from({ length: 20 }, () => 'DATA')])
    expect(socket.ended).toBeUndefined()
  })
})

describe('a WebSocket that ends on Bun', () => {
  it.each([1000, 1005, 1006, 4000])('is reported with its code: %i [RS-5]', async (code) => {
    const left: (number | undefined)[] = []
    const { join } = start({ onLeave: ({ code: was }) => void left.push(was) })
    const [watcher, socket] = [await join(), await join()]
    socket.peerCloses(code)
    await turn()
    expect(left).toEqual([code])
    expect(types(watcher)).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'PRESENCE:LEFT'])
  })

  it.each([
    [1000, true],
    [1006, false],
  ])('takes a session along with %i: %s [RS-5]', async (code, isOver) => {
    const { join } = start()
    const [watcher, socket] = [await join(), await join('/room/listen?session=new')]
    socket.peerCloses(code)
    await turn()
    expect(types(watcher).includes('PRESENCE:LEFT')).toBe(isOver)
  })

  it('is told apart from one that closes by itself while it is being closed', async () => {
    const left: (number | undefined)[] = []
    const { server, join } = start({ onLeave: ({ code }) => void left.push(code) })
    const socket = await join()
    server.channel('room').disconnect(socket.frames[0].clientID)
    socket.peerCloses(1000)
    await turn()
    expect(left).toHaveLength(1)
  })

  it('is ended when it pings and reads nothing, and not when it reads [ER-2]', async () => {
    const { join } = start({ limits: { maxBufferedBytes: 1_000 } })
    const socket = await join()
    socket.ping()
    expect(socket.ended).toBeUndefined()
    socket.buffered = 1_001
    socket.ping()
    expect(socket.ended).toBe('terminated')
  })
})

describe('what Bun reads', () => {
  it('is text, and bytes are refused [CL-7]', async () => {
    const { join } = start()
    const socket = await join()
    socket.receive('{"type":"PING"}')
    socket.receive(new Uint8Array([1, 2]))
    await turn()
    expect(types(socket)).toEqual(['CONNECTED', 'PONG', 'ERROR'])
  })

  it('is bounded by Bun itself, which has no heartbeat of its own [LM-1, CL-5]', () => {
    const { websocket } = start({ limits: { maxMessageBytes: 1_234 } }).handlers
    expect(websocket).toMatchObject({
      maxPayloadLength: 1_234,
      backpressureLimit: 0,
      idleTimeout: 0,
      sendPings: false,
      perMessageDeflate: false,
    })
  })

  it('may be a WebSocket of somebody else’s, which is left alone', () => {
    const { handlers } = start()
    const stranger = { data: undefined } as unknown as FakeBunSocket
    expect(() => {
      handlers.websocket.open(stranger)
      handlers.websocket.message(stranger, 'hi')
      handlers.websocket.close(stranger, 1000)
    }).not.toThrow()
  })
})

describe('a request to Bun', () => {
  it('is answered, and the connection is kept for a while after it', async () => {
    const { ask, host } = start()
    const answer = await ask('/_/health')
    expect(answer.status).toBe(200)
    expect(host.timeouts).toEqual([0, 10])
  })

  it('that is a stream is never cut by Bun, and leaves nothing when its reader has gone [LI-2]', async () => {
    const { ask, host, server } = start()
    const answer = await ask('/room/listen', { headers: { accept: 'text/event-stream' } })
    expect(host.timeouts).toEqual([0])
    expect(server.stats()).toMatchObject({ observers: 1 })
    await answer.body?.cancel()
    expect(server.stats()).toMatchObject({ observers: 0 })
  })

  it('is refused as HTTP where no WebSocket can be [LI-6]', async () => {
    const { ask, host } = start({ authorize: () => false })
    const answer = await ask('/room/listen', { headers: { upgrade: 'websocket' } })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ error: { code: 'FORBIDDEN' } })
    expect(host.socket).toBeUndefined()
  })

  it('that Bun does not upgrade, because it has gone or is malformed, leaves no ghost [ER-1]', async () => {
    const { ask, host, server } = start()
    host.isThere = false
    expect((await ask('/room/listen', { headers: { upgrade: 'websocket' } })).status).toBe(400)
    expect(server.stats()).toMatchObject({ members: 0 })
  })

  it.each([
    ['bearer.secret, websockets.do', 'websockets.do'],
    ['bearer.secret,websockets.do', 'websockets.do'],
    ['bearer.secret', ''],
    ['', ''],
  ])('offers the subprotocols "%s" and gets "%s" [OR-2]', async (offered, taken) => {
    const { join, host } = start()
    await join('/room/listen', { 'sec-websocket-protocol': offered })
    expect(host.headers).toEqual({ 'sec-websocket-protocol': taken })
  })

  it.each([
    ['127.0.0.1', 200],
    ['::1', 200],
    ['::', 405],
    ['0.0.0.0', 405],
  ])('emits by GET where Bun is bound to %s: %i [EM-2]', async (address, status) => {
    const { ask, host } = start()
    host.address = { address, family: 'IP', port: 8787 }
    expect((await ask('/room/emit?a=1')).status).toBe(status)
  })

  it('does not emit by GET over a path of the file system, behind which anybody may be [EM-2]', async () => {
    const { ask, host } = start()
    host.address = '/run/app.sock'
    host.ip = null
    expect((await ask('/room/emit?a=1')).status).toBe(405)
  })

  it('counts against its address [LM-1]', async () => {
    const { ask, host } = start({ limits: { requestBurst: 1 } })
    host.ip = { address: '192.0.2.7' }
    const statuses = [(await ask('/room/members')).status, (await ask('/room/members')).status]
    expect(statuses).toEqual([200, 429])
  })

  it('without Bun’s server beside it is a mistake that is reported, and is answered 500 [ER-1]', async () => {
    const errors: unknown[] = []
    const { handlers } = start({ onError: (error) => void errors.push(error) })
    const answer = await handlers.fetch(new Request('http://localhost/_/health'), undefined)
    expect(answer.status).toBe(500)
    expect(errors).toMatchObject([{ code: 'BAD_PARAMETER' }])
  })
})

describe('bun below a path', () => {
  it('answers there, also by the env of a framework, and leaves the rest [CH-5]', async () => {
    const { handlers, host } = start({}, { basePath: '/realtime' })
    const ask = async (path: string, init: RequestInit = {}) =>
      (await handlers.fetch(new Request(`http://localhost${path}`, init), { server: host })).status
    expect(await ask('/realtime/_/health')).toBe(200)
    expect(await ask('/realtime/room/emit?x=1', { method: 'POST', body: '{"a":1}' })).toBe(200)
    expect(await ask('/_/health')).toBe(404)
    expect(await ask('/realtimes/_/health')).toBe(404)
    expect(host.socket).toBeUndefined()
    expect(await ask('/realtime/room/listen', { headers: { upgrade: 'websocket' } })).toBe(200)
    expect(host.socket).toBeDefined()
  })

  it.each(['realtime', '/', '/a/', '/a?b', 5])('refuses %j as a path [CH-5]', (basePath) => {
    expect(() => bun(createServer(), { basePath: basePath as string })).toThrow(
      expect.objectContaining({ code: 'BAD_PARAMETER' }),
    )
  })
})
