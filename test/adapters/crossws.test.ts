// What the crossws adapter hands to crossws and takes from it, by a crossws that is played.
import { createServer, type ServerOptions } from '@websockets.do/server-core'
import { crossws, type CrosswsMountOptions, type CrosswsPeer } from '@websockets.do/server-core/crossws'
import { describe, expect, it, onTestFinished } from 'vitest'

const LISTEN = 'http://app.example/realtime/room/listen'

class PlayedPeer implements CrosswsPeer {
  readonly sent: string[] = []
  readonly ends: (string | number | undefined)[] = []
  readonly context: object
  bufferedAmount = 0
  fault: Error | undefined

  constructor(context: object) {
    this.context = context
  }

  send(text: string): void {
    if (this.fault) throw this.fault
    this.sent.push(text)
  }

  close(code?: number): void {
    if (this.fault) throw this.fault
    this.ends.push(code)
  }

  terminate(): void {
    this.ends.push('terminated')
  }

  frames(): any[] {
    return this.sent.map((text) => JSON.parse(text))
  }
}

function mount(options: ServerOptions = {}, mountOptions: CrosswsMountOptions = {}) {
  const faults: unknown[] = []
  const server = createServer({ ...options, onError: (error) => void faults.push(error) })
  onTestFinished(() => server.close({ drainMs: 0 }))
  const mounted = crossws(server, { basePath: '/realtime', ...mountOptions })
  async function open(headers: Record<string, string> = {}): Promise<PlayedPeer> {
    const verdict = await mounted.hooks.upgrade(new Request(LISTEN, { headers }))
    if (verdict instanceof Response) throw new Error(`refused with ${verdict.status}`)
    const peer = new PlayedPeer(Object.assign({}, verdict.context))
    mounted.hooks.open(peer)
    return peer
  }
  return { ...mounted, server, faults, open }
}

const emit = (url = 'http://app.example/realtime/room/emit', init: RequestInit = {}) =>
  new Request(url, { method: 'POST', body: '{"hello":"all"}', ...init })

describe('the hooks for crossws', () => {
  it('make a member of whoever crossws lets in, and carry both ways [LI-1, CH-5]', async () => {
    const { open, hooks, fetch } = mount()
    const peer = await open()
    expect(peer.frames()[0]).toMatchObject({ type: 'CONNECTED' })
    expect(await (await fetch(emit())).json()).toMatchObject({ success: true, recipients: 1 })
    expect(peer.frames()[1]).toMatchObject({ type: 'DATA', payload: { hello: 'all' } })
    hooks.message(peer, { rawData: '{"type":"PING"}' })
    expect(peer.frames()[2]).toMatchObject({ type: 'PONG' })
  })

  it('take a binary frame for one, however the runtime holds it [CL-7]', async () => {
    const { open, hooks } = mount()
    const peer = await open()
    for (const rawData of [Buffer.from('{"type":"PING"}'), new ArrayBuffer(2)]) hooks.message(peer, { rawData })
    const codes = peer.frames().map(({ type, payload }) => [type, payload.code])
    expect(codes.slice(1)).toEqual([1, 2].map(() => ['ERROR', 'BAD_MESSAGE']))
  })

  it('choose the subprotocol of this server where it is offered, and never the token [OR-2]', async () => {
    const { hooks } = mount({ authorize: ({ token }) => token === 'right' })
    const upgrade = (offered: string) =>
      hooks.upgrade(new Request(LISTEN, { headers: { 'sec-websocket-protocol': offered } }))
    expect(await upgrade('bearer.right, websockets.do')).toMatchObject({
      headers: { 'sec-websocket-protocol': 'websockets.do' },
    })
    expect(await upgrade('bearer.right')).not.toHaveProperty('headers')
    expect(await upgrade('bearer.wrong, websockets.do')).toHaveProperty('status', 403)
  })

  it('answer an upgrade that is refused, or lies elsewhere, with a response [CH-5, LI-6]', async () => {
    const { hooks } = mount()
    const statusOf = async (url: string) => ((await hooks.upgrade(new Request(url))) as Response).status
    expect(await statusOf('http://app.example/realtime/room/nowhere')).toBe(404)
    expect(await statusOf('http://app.example/realtimes/room/listen')).toBe(404)
    expect(await statusOf('http://app.example/room/listen')).toBe(404)
  })

  it.each([
    [1000, 1000],
    [1005, 1005],
    [undefined, undefined],
  ])('tell how a client left: %s [RS-5]', async (code, reported) => {
    const left: (number | undefined)[] = []
    const { open, hooks } = mount({ graceMs: 0, onLeave: (leave) => void left.push(leave.code) })
    const peer = await open()
    hooks.close(peer, code === undefined ? {} : { code })
    hooks.close(peer, { code: 1000 })
    expect(left).toEqual([reported])
  })

  it('let go of a member at once whose frames are illegal [MS-4]', async () => {
    const { open, hooks, server } = mount({ graceMs: 0 })
    const peer = await open()
    hooks.error(peer)
    expect(server.channel('room').members()).toEqual([])
  })

  it('close what is too long with 1009, and whoever does not read without a word [LM-1]', async () => {
    const { open, hooks, server } = mount({ limits: { maxMessageBytes: 1_024, maxBufferedBytes: 4_096 } })
    const wordy = await open()
    hooks.message(wordy, { rawData: 'x'.repeat(2_000) })
    expect(wordy.ends).toEqual([1009])
    const slow = await open()
    slow.bufferedAmount = 5_000
    await server.channel('room').emit('more')
    expect(slow.ends).toEqual(['terminated'])
    const pinging = await open()
    pinging.bufferedAmount = 5_000
    hooks.ping(pinging)
    expect(pinging.ends).toEqual(['terminated'])
  })

  it('close whoever comes with a context that the runtime has emptied with 1012, so that they come back [RS-5]', () => {
    const { hooks } = mount()
    const peer = new PlayedPeer({})
    hooks.open(peer)
    hooks.message(peer, { rawData: '{"type":"PING"}' })
    hooks.close(peer, {})
    expect([peer.ends, peer.sent]).toEqual([[1012], []])
  })

  it('throw nothing into crossws, and tell onError what a peer has thrown', async () => {
    const { open, server, faults } = mount()
    const peer = await open()
    peer.fault = new Error('gone')
    await server.channel('room').emit('anything')
    server.channel('room').disconnect(peer.frames()[0].clientID)
    expect(faults.length).toBeGreaterThan(0)
    expect(new Set(faults)).toEqual(new Set([peer.fault]))
  })
})

describe('fetch for crossws', () => {
  const wish = () => new Request(LISTEN, { headers: { upgrade: 'WebSocket', connection: 'upgrade' } })

  it('hands the hooks over with the response and with the request where a WebSocket is asked for [CH-5]', async () => {
    const { fetch, hooks } = mount()
    const request = Object.assign(wish(), { context: {} as Record<symbol, unknown> })
    const response = await fetch(request)
    expect(response.status).toBe(426)
    const key = Symbol.for('crossws.hooks')
    for (const found of [Reflect.get(response, 'crossws'), Reflect.get(request, key), request.context[key]])
      expect(found).toBe(hooks)
  })

  it('answers 404 to what does not lie below the base path [CH-5]', async () => {
    const { fetch } = mount()
    for (const path of ['/', '/room/emit', '/realtime2/room/emit', '/REALTIME/room/emit'])
      expect((await fetch(emit(`http://app.example${path}`))).status).toBe(404)
    expect((await fetch(new Request('http://app.example/realtime/_/health'))).status).toBe(200)
  })

  it('serves from the root without a base path [CH-5]', async () => {
    const { fetch } = mount({}, { basePath: '' })
    expect((await fetch(new Request('http://app.example/_/health'))).status).toBe(200)
  })

  it('takes the server for public, unless it is told better: GET may not emit [EM-2]', async () => {
    const get = () => new Request('http://localhost/realtime/room/emit?a=1')
    expect((await mount().fetch(get())).status).toBe(405)
    expect((await mount({}, { exposure: 'loopback' }).fetch(get())).status).toBe(200)
  })

  it('counts the upgrades and requests of an address, where the host knows it [LM-1]', async () => {
    const { fetch, hooks } = mount({ limits: { requestsPerSecond: 1, requestBurst: 2 } })
    const from = <Asked extends Request>(ip: string, request: Asked) => Object.assign(request, { ip })
    await fetch(from('192.0.2.1', emit()))
    await hooks.upgrade(from('192.0.2.1', wish()))
    expect((await fetch(from('192.0.2.1', emit()))).status).toBe(429)
    expect((await fetch(from('192.0.2.2', emit()))).status).toBe(200)
  })

  it('answers 400 to a request that it cannot read, and tells onError', async () => {
    const { fetch, hooks, faults } = mount()
    const broken = { method: 'GET', url: 'no address', headers: new Headers() } as Request
    expect((await fetch(broken)).status).toBe(400)
    expect(await hooks.upgrade(broken)).toMatchObject({ status: 400 })
    expect(faults).toHaveLength(2)
  })

  it.each(['/', 'realtime', '/realtime/', '/a?b', 7])('wants a base path, not %j [CH-5]', (basePath) => {
    expect(() => crossws(createServer(), { basePath } as CrosswsMountOptions)).toThrow(
      expect.objectContaining({ code: 'BAD_PARAMETER' }),
    )
  })
})
