// An app whose network msw has replaced, and the server in memory behind it.
import { createServer } from '@websockets.do/server-core'
import { memory } from '@websockets.do/server-core/memory'
import { mswHandlers } from '@websockets.do/server-core/mock/msw'
import { http, HttpResponse, ws } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket as NodeWebSocket } from 'ws'
import { join } from '../support/seed-client'
import { deferred, firstMessage, global, type Install, life, startApp, url } from './app'
import { clientContract } from './client-contract'
import { endsByItself } from './ends-by-itself'
import { httpContract } from './http-contract'
import { socketContract } from './socket-contract'

const network = setupServer()

const install: Install = (server, options) => {
  network.use(...mswHandlers(server, url, options))
  onTestFinished(() => network.resetHandlers())
  return { fetch: (...request) => globalThis.fetch(...request) }
}

describe('an app behind msw', () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')
  beforeAll(() => {
    Object.defineProperty(globalThis, 'WebSocket', { configurable: true, writable: true, value: NodeWebSocket })
    network.listen({ onUnhandledRequest: 'error' })
  })
  afterAll(() => {
    network.close()
    expect(globalThis.WebSocket).toBe(NodeWebSocket)
    if (before) Object.defineProperty(globalThis, 'WebSocket', before)
    else Reflect.deleteProperty(globalThis, 'WebSocket')
  })

  clientContract(install)
  socketContract(install)
  httpContract(install)

  it('reaches other handlers of its test, below another address, as before', async () => {
    const other = ws.link('wss://other.example/chat')
    network.use(
      http.get('https://api.example/other', () => HttpResponse.text('other')),
      http.get('https://api.example/realtimes/emit', () => HttpResponse.text('a segment is whole')),
      other.addEventListener('connection', ({ client }) => client.send('{"type":"OTHER"}')),
    )
    startApp(install)
    expect(await (await fetch('https://api.example/other')).text()).toBe('other')
    expect(await (await fetch('https://api.example/realtimes/emit')).text()).toBe('a segment is whole')
    const socket = new WebSocket('wss://other.example/chat')
    expect(await firstMessage(socket)).toBe('{"type":"OTHER"}')
    socket.close()
  })

  it.each(['wss://api.example/realtime/', 'https://api.example:443/realtime', 'https://API.example/realtime'])(
    'finds the server where the test spells the address %s',
    async (spelling) => {
      network.use(...mswHandlers(memory(createServer()), spelling))
      onTestFinished(() => network.resetHandlers())
      await join(global(), '/room/listen')
      expect((await fetch(`${url}/room/members`)).status).toBe(200)
    },
  )

  it('finds a server at the root of a host', async () => {
    network.use(...mswHandlers(memory(createServer()), 'http://root.example:8787'))
    onTestFinished(() => network.resetHandlers())
    await join({ url: 'http://root.example:8787', WebSocket }, '/room/listen')
    expect((await fetch('http://root.example:8787/room/members')).status).toBe(200)
  })

  it('finds no server any more once the handlers are gone', async () => {
    startApp(install)
    await join(global(), '/room/listen')
    network.resetHandlers()
    network.use(http.all('*', () => HttpResponse.text('nobody', { status: 418 })))
    expect((await fetch(`${url}/room/members`)).status).toBe(418)
    network.use(ws.link('*').addEventListener('connection', ({ client }) => client.close(4000, 'nobody')))
    expect(await life('/room/listen')).toEqual(['close 4000'])
    network.resetHandlers()
  })

  it('leaves with its code also where msw lets a reason through that is too long', async () => {
    const left = deferred<number | undefined>()
    startApp(install, { onLeave: ({ code }) => left.resolve(code) })
    const seed = await join(global(), '/room/listen')
    seed.socket.close(4001, 'x'.repeat(200))
    expect(await left.promise).toBe(4001)
  })

  it('refuses an address that is none', () => {
    expect(() => mswHandlers(memory(createServer()), 'ftp://api.example')).toThrow(/http\(s\) or ws\(s\) url/)
  })

  it('leaves nothing open: the process ends by itself', async () => {
    const program = `
      import { createServer } from '@websockets.do/server-core'
      import { memory } from '@websockets.do/server-core/memory'
      import { mswHandlers } from '@websockets.do/server-core/mock/msw'
      import { createClient } from '@websockets.do/client'
      import { setupServer } from 'msw/node'
      import { WebSocket } from 'ws'
      globalThis.WebSocket = WebSocket
      const network = setupServer(...mswHandlers(memory(createServer()), '${url}'))
      network.listen()
      const client = createClient({ url: '${url}' })
      const room = client.channel('room')
      console.log(JSON.stringify(await room.emit({ hello: 'world' }, { requireAck: true })))
      new globalThis.WebSocket('wss://api.example/realtime/room/listen')
      client.close()
      network.close()`
    expect(await endsByItself(program)).toMatchObject({ success: true, recipients: 1 })
  })
})
