// An app that uses mock-socket's WebSocket, and the server in memory behind it.
import { createServer } from '@websockets.do/server-core'
import { memory } from '@websockets.do/server-core/memory'
import { mockSocket } from '@websockets.do/server-core/mock/mock-socket'
import { Server, WebSocket as MockWebSocket } from 'mock-socket'
import { describe, expect, it, onTestFinished } from 'vitest'
import { join, SeedClient } from '../support/seed-client'
import { firstMessage, global, type Install, life, startApp, url } from './app'
import { clientContract } from './client-contract'
import { endsByItself } from './ends-by-itself'
import { httpContract } from './http-contract'
import { socketContract } from './socket-contract'

const plain = { url, WebSocket: MockWebSocket as unknown as typeof WebSocket }

const install: Install = (server, options) => {
  const bridge = mockSocket(server, url, options)
  onTestFinished(() => bridge.close())
  return bridge
}

describe('an app behind mock-socket', () => {
  clientContract(install)
  socketContract(install)
  httpContract(install)

  it('reaches other Servers of its test as before', async () => {
    const other = new Server('wss://other.example/chat', { mock: false })
    onTestFinished(() => other.close())
    other.on('connection', (socket) => socket.send('hello'))
    startApp(install)
    const socket = new WebSocket('wss://other.example/chat')
    expect(await firstMessage(socket)).toBe('hello')
    expect(socket).toBeInstanceOf(MockWebSocket)
  })

  it('leaves its address to a Server that was there first', async () => {
    const own = new Server('wss://api.example/realtime/room/listen', { mock: false })
    onTestFinished(() => own.close())
    own.on('connection', (socket) => socket.send('{"type":"MINE"}'))
    startApp(install)
    expect(await new SeedClient(global(), '/room/listen').nth('MINE')).toEqual({ type: 'MINE' })
    await join(global(), '/lobby/listen')
  })

  it('has its own WebSocket back afterwards, and what was open is closed with 1001', async () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')
    const server = createServer()
    const bridge = mockSocket(memory(server), url)
    expect(globalThis.WebSocket).toBe(bridge.WebSocket)
    const seed = await join(global(), '/room/listen')
    const early = new SeedClient(global(), '/room/listen')
    bridge.close()
    expect(await Promise.all([seed.ended, early.ended])).toEqual([
      { code: 1001, reason: '' },
      { code: 1001, reason: '' },
    ])
    expect(Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')).toEqual(before)
    const again = new Server('wss://api.example/realtime/room/listen', { mock: false })
    again.close()
    expect(await until(() => server.channel('room').members().length === 0)).toBe(true)
    bridge.close()
    await expect(bridge.fetch('data:,outside')).resolves.toMatchObject({ status: 200 })
  })

  it('keeps a WebSocket that somebody else has put there since', () => {
    const bridge = mockSocket(memory(createServer()), url)
    const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')!
    onTestFinished(() => void Reflect.deleteProperty(globalThis, 'WebSocket'))
    Object.defineProperty(globalThis, 'WebSocket', { ...before, value: MockWebSocket })
    bridge.close()
    expect(globalThis.WebSocket).toBe(MockWebSocket)
  })

  it('leaves the global WebSocket alone where it is told to, and hands out its own', async () => {
    const before = globalThis.WebSocket
    const bridge = mockSocket(memory(createServer()), url, { mock: false })
    onTestFinished(() => bridge.close())
    expect(globalThis.WebSocket).toBe(before)
    await join({ url, WebSocket: bridge.WebSocket }, '/room/listen')
  })

  it("is reached by mock-socket's own WebSocket too, in the channels that were named", async () => {
    const tokens: (string | undefined)[] = []
    const server = createServer({ authorize: ({ token }) => token !== 'wrong' && tokens.push(token) > 0 })
    const bridge = mockSocket(memory(server), url, { channels: ['room', 'a/b'] })
    onTestFinished(() => bridge.close())
    const first = await join(plain, '/room/listen?presence=%7B%22n%22%3A1%7D', {
      protocols: ['bearer.x', 'websockets.do'],
    })
    const second = await join(global(), '/room/listen')
    expect(second.of('CONNECTED')[0]!.payload.members).toMatchObject([{ clientID: first.clientID, presence: { n: 1 } }])
    expect(first.socket.protocol).toBe('websockets.do')
    expect(tokens).toEqual(['x', undefined])
    expect(await first.leave(4001)).toMatchObject({ code: 4001 })
    await join(plain, '/a%2Fb/listen')
    const refused = new SeedClient(plain, '/room/listen?token=wrong')
    expect(await refused.ended).toMatchObject({ code: 1006 })
    expect(refused.received).toEqual([])
  })

  it('sends whatever it is given as text, but for what is binary', async () => {
    startApp(install)
    const seed = await join(global(), '/room/listen')
    seed.socket.send(7 as unknown as string)
    expect((await seed.nth('ERROR')).payload).toMatchObject({
      code: 'BAD_MESSAGE',
      message: expect.not.stringMatching(/binary/),
    })
  })

  it('fetches what lies elsewhere as before', async () => {
    const { fetch } = startApp(install)
    expect(await (await fetch('data:,elsewhere')).text()).toBe('elsewhere')
    expect(await life('/nowhere')).toEqual(['error', 'close 1006'])
  })

  it('leaves nothing open: the process ends by itself', async () => {
    const program = `
      import { createServer } from '@websockets.do/server-core'
      import { memory } from '@websockets.do/server-core/memory'
      import { mockSocket } from '@websockets.do/server-core/mock/mock-socket'
      import { createClient } from '@websockets.do/client'
      const bridge = mockSocket(memory(createServer()), '${url}')
      const client = createClient({ url: '${url}', fetch: bridge.fetch })
      const room = client.channel('room')
      console.log(JSON.stringify(await room.emit({ hello: 'world' }, { requireAck: true })))
      new WebSocket('wss://api.example/realtime/room/listen')
      client.close()
      bridge.close()`
    expect(await endsByItself(program)).toMatchObject({ success: true, recipients: 1 })
  })
})

/** Gives what was closed the turns that its last deliveries take. */
async function until(isSo: () => boolean): Promise<boolean> {
  for (let turn = 0; turn < 10 && !isSo(); turn++) await new Promise((resolve) => setImmediate(resolve))
  return isSo()
}
