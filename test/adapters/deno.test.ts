// The adapter for Deno, on a Deno that notes what is done to it. The real one is in test/runtime/adapters.test.ts.
import { createServer, type ServerOptions } from '@websockets.do/server-core'
import { deno, type DenoOptions, serve } from '@websockets.do/server-core/deno'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type FakeDenoSocket, installDeno } from './deno-fake'

function start(options: ServerOptions = {}, denoOptions: DenoOptions = {}) {
  const fake = installDeno()
  const server = createServer(options)
  onTestFinished(() => server.close({ drainMs: 0 }))
  const handler = deno(server, denoOptions)
  const ask = (path: string, init: RequestInit = {}, info?: unknown) =>
    handler(new Request(`http://localhost:8787${path}`, init), info)
  async function knock(path = '/room/listen', more: Record<string, string> = {}): Promise<FakeDenoSocket> {
    const response = await ask(path, { headers: { ...HANDSHAKE, ...more } })
    expect(response).toBe(fake.responses.at(-1))
    return fake.sockets.at(-1)!
  }
  async function join(path?: string, more?: Record<string, string>): Promise<FakeDenoSocket> {
    const socket = await knock(path, more)
    socket.opens()
    return socket
  }
  return { fake, server, ask, knock, join }
}

const HANDSHAKE = { upgrade: 'websocket', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' }

describe('a WebSocket on Deno', () => {
  it('is a member from the moment it opens, and none if it never does [ER-1]', async () => {
    const { knock, server } = start()
    const socket = await knock()
    expect(server.stats()).toMatchObject({ members: 0 })
    socket.ends(0)
    expect(server.stats()).toMatchObject({ members: 0 })
    expect(socket.sent).toEqual([])
  })

  it('hears in order, and the close last', async () => {
    const { join, server } = start()
    const socket = await join()
    for (const n of [1, 2]) server.channel('room').emit(n)
    server.channel('room').disconnect(socket.frames[0].clientID)
    server.channel('room').emit('too late')
    expect(socket.types).toEqual(['CONNECTED', 'DATA', 'DATA', 'ERROR'])
    expect(socket.closed?.code).toBeGreaterThan(0)
  })

  it('is read as text, and bytes are refused [CL-7]', async () => {
    const { join } = start()
    const socket = await join()
    expect(socket.binaryType).toBe('arraybuffer')
    socket.receives('{"type":"PING"}')
    socket.receives(new ArrayBuffer(2))
    expect(socket.types).toEqual(['CONNECTED', 'PONG', 'ERROR'])
  })

  it.each([
    [1000, 1000],
    [1005, 1005],
    [4000, 4000],
    [0, 1006],
  ])('that ends with %i is reported with %i [RS-5]', async (code, reported) => {
    const left: (number | undefined)[] = []
    const { join } = start({ onLeave: ({ code: was }) => void left.push(was) })
    const [watcher, socket] = [await join(), await join()]
    socket.ends(code)
    expect(left).toEqual([reported])
    expect(watcher.types).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'PRESENCE:LEFT'])
  })

  it('keeps the place of a session where no close frame came [RS-5]', async () => {
    const { join } = start()
    const [watcher, socket] = [await join(), await join('/room/listen?session=new')]
    socket.ends(0)
    expect(watcher.types).toEqual(['CONNECTED', 'PRESENCE:JOINED'])
  })

  it('is closed when too much waits to be read, gets no more, and the others hear that it left [LM-1]', async () => {
    const { join, server } = start({ limits: { maxBufferedBytes: 1_000 } })
    const [watcher, slow] = [await join(), await join()]
    slow.bufferedAmount = 5_000
    for (const n of [1, 2]) server.channel('room').emit(n)
    expect(slow.types).toEqual(['CONNECTED'])
    expect(slow.closed).toMatchObject({ reason: 'SLOW_CONSUMER' })
    expect(watcher.types).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'DATA', 'PRESENCE:LEFT', 'DATA'])
  })

  it('that fails while it is written to is closed, and nobody else notices [ER-1]', async () => {
    const errors: unknown[] = []
    const { join, server } = start({ onError: (error) => void errors.push(error) })
    const [watcher, broken] = [await join(), await join()]
    broken.fault = new Error('broken')
    server.channel('room').emit(1)
    expect(errors).toEqual([broken.fault])
    expect(broken.closed?.code).toBe(1011)
    expect(watcher.types).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'DATA', 'PRESENCE:LEFT'])
  })

  it.each([
    ['bearer.secret, websockets.do', 'websockets.do'],
    ['bearer.secret,websockets.do', 'websockets.do'],
    ['bearer.secret', null],
  ])('offers the subprotocols "%s" and gets %j [OR-2]', async (offered, taken) => {
    const { join, fake } = start()
    await join('/room/listen', { 'sec-websocket-protocol': offered })
    expect(fake.responses[0]!.headers.get('sec-websocket-protocol')).toBe(taken)
    expect(fake.options).toEqual([{ idleTimeout: 0 }])
  })
})

describe('a request to Deno', () => {
  it('is refused as HTTP where no WebSocket can be [LI-6]', async () => {
    const { ask, fake } = start({ authorize: () => false })
    expect((await ask('/room/listen', { headers: HANDSHAKE })).status).toBe(403)
    expect(fake.sockets).toEqual([])
  })

  it('is answered 400 where it is no handshake, and nobody joins [ER-1]', async () => {
    const { ask, server } = start()
    expect((await ask('/room/listen', { headers: { upgrade: 'websocket' } })).status).toBe(400)
    expect(server.stats()).toMatchObject({ members: 0 })
  })

  it('is answered 500 where Deno is not, which is reported [ER-1]', async () => {
    const errors: unknown[] = []
    const { ask } = start({ onError: (error) => void errors.push(error) })
    Reflect.deleteProperty(globalThis, 'Deno')
    expect((await ask('/room/listen', { headers: HANDSHAKE })).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'BAD_PARAMETER' }])
  })

  it('that is a stream leaves nothing when its reader has gone [LI-2]', async () => {
    const { ask, server } = start()
    const answer = await ask('/room/listen', { headers: { accept: 'text/event-stream' } })
    expect(server.stats()).toMatchObject({ observers: 1 })
    await answer.body?.cancel()
    expect(server.stats()).toMatchObject({ observers: 0 })
  })

  it('counts against its address, of which Deno tells only before it is answered [LM-1]', async () => {
    const { ask } = start({ limits: { requestBurst: 1 } })
    let isAnswered = false
    const info = {
      get remoteAddr() {
        if (isAnswered) throw new TypeError('Request closed')
        return { transport: 'tcp', hostname: '192.0.2.7', port: 1 }
      },
    }
    const statuses = [(await ask('/room/members', {}, info)).status, (await ask('/room/members', {}, info)).status]
    isAnswered = true
    expect(statuses).toEqual([200, 429])
  })

  it.each([
    [{}, 405],
    [{ exposure: 'loopback' }, 200],
    [{ exposure: 'public' }, 405],
  ] as [DenoOptions, number][])('emits by GET with %j: %i [EM-2]', async (options, status) => {
    const { ask } = start({}, options)
    expect((await ask('/room/emit?a=1')).status).toBe(status)
  })

  it('is answered below a path, and the rest is not [CH-5]', async () => {
    const { ask, fake, knock } = start({}, { basePath: '/realtime' })
    expect((await ask('/realtime/_/health')).status).toBe(200)
    expect((await ask('/realtime/room/emit', { method: 'POST', body: '1' })).status).toBe(200)
    expect((await ask('/_/health')).status).toBe(404)
    await knock('/realtime/room/listen')
    expect(fake.sockets).toHaveLength(1)
  })

  it('never meets a path that is none [CH-5]', () => {
    expect(() => deno(createServer(), { basePath: 'realtime' })).toThrow(
      expect.objectContaining({ code: 'BAD_PARAMETER' }),
    )
  })
})

describe('serve on Deno', () => {
  it('listens on loopback alone where nobody says more, and shuts down after the core has closed [HL-1]', async () => {
    const fake = installDeno()
    const server = createServer()
    const { port, close } = serve(server)
    expect(fake.served).toMatchObject({ port: 8787, hostname: '127.0.0.1' })
    expect(port).toBe(8787)
    await close({ drainMs: 0 })
    expect(fake.ends).toEqual(['shutdown'])
    expect((await server.fetch(new Request('http://localhost/_/health'))).status).toBe(503)
  })
})
