// install(): the mock server in the place of the global WebSocket and fetch, and everything back in its place after it.
import { createClient } from '@websockets.do/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mockServer } from './mock-server'

class OtherWebSocket extends EventTarget {
  static made: unknown[][] = []
  constructor(...args: unknown[]) {
    super()
    OtherWebSocket.made.push(args)
  }
}

const before = {
  WebSocket: Object.getOwnPropertyDescriptor(globalThis, 'WebSocket'),
  fetch: Object.getOwnPropertyDescriptor(globalThis, 'fetch')!,
}
const asked: unknown[] = []
const otherFetch = async (input: unknown) => {
  asked.push(input)
  return new Response('from elsewhere')
}

function put(name: 'WebSocket' | 'fetch', value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
}

beforeEach(() => {
  asked.length = 0
  OtherWebSocket.made = []
  put('WebSocket', OtherWebSocket)
  put('fetch', otherFetch)
})

afterEach(() => {
  if (before.WebSocket) Object.defineProperty(globalThis, 'WebSocket', before.WebSocket)
  else Reflect.deleteProperty(globalThis, 'WebSocket')
  Object.defineProperty(globalThis, 'fetch', before.fetch)
})

describe('a mock server that is installed', () => {
  it('is what a client finds that is given nothing but a url', async () => {
    const server = mockServer({ url: 'https://api.test/realtime' })
    const restore = server.install()
    const client = createClient({ url: 'https://api.test/realtime', clock: server.clock })
    const channel = client.channel('room')
    await server.settled()
    const published = client.publish('room', 1)
    await server.settled()
    expect([channel.status.state, (await published).recipients]).toEqual(['open', 1])
    client.close()
    restore()
  })

  it('leaves all other hosts and paths to whatever was there', async () => {
    const server = mockServer({ url: 'https://api.test/realtime' })
    const restore = server.install()
    for (const url of [
      'wss://elsewhere.test/realtime/room/listen',
      'wss://api.test/room',
      'wss://api.test/realtimes',
    ]) {
      expect(new WebSocket(url, ['a'])).toBeInstanceOf(OtherWebSocket)
      expect(OtherWebSocket.made.at(-1)).toEqual([url, ['a']])
    }
    for (const url of ['https://elsewhere.test/', new URL('https://api.test/x'), new Request('https://api.test/y')]) {
      expect(await (await fetch(url)).text()).toBe('from elsewhere')
    }
    expect(asked).toHaveLength(3)
    expect(server.transcript()).toBe('')
    for (const input of [
      'https://api.test/realtime/_/health',
      new URL('https://api.test/realtime/_/health'),
      new Request('https://api.test/realtime/_/health'),
      '/realtime/_/health',
    ]) {
      expect((await fetch(input)).status).toBe(200)
    }
    expect(asked).toHaveLength(3)
    restore()
  })

  it('puts back what was there', () => {
    const restore = mockServer().install()
    expect([globalThis.WebSocket === (OtherWebSocket as unknown), globalThis.fetch === otherFetch]).toEqual([
      false,
      false,
    ])
    restore()
    expect([globalThis.WebSocket, globalThis.fetch]).toEqual([OtherWebSocket, otherFetch])
    put('WebSocket', 'somebody else’s since')
    restore()
    expect(globalThis.WebSocket).toBe('somebody else’s since')
  })

  it('puts back nothing where there was nothing', () => {
    Reflect.deleteProperty(globalThis, 'WebSocket')
    Reflect.deleteProperty(globalThis, 'fetch')
    const restore = mockServer().install()
    expect([typeof WebSocket, typeof fetch]).toEqual(['function', 'function'])
    restore()
    expect(['WebSocket' in globalThis, 'fetch' in globalThis]).toEqual([false, false])
  })

  it('may stand beside another one, each for its own url', async () => {
    const [one, other] = [mockServer({ url: 'http://one.test' }), mockServer({ url: 'http://other.test' })]
    const restores = [one.install(), other.install()]
    const sockets = ['ws://one.test/room/listen', 'ws://other.test/room/listen'].map((url) => new WebSocket(url))
    await one.settled()
    await other.settled()
    expect([one.members('room').length, other.members('room').length]).toEqual([1, 1])
    expect(sockets.map(({ readyState }) => readyState)).toEqual([1, 1])
    expect(sockets.every((socket) => socket instanceof WebSocket)).toBe(true)
    for (const restore of restores.reverse()) restore()
    expect(globalThis.WebSocket).toBe(OtherWebSocket)
  })

  it('is a WebSocket like any other: constants, instanceof, and a base for other classes', async () => {
    const server = mockServer()
    const restore = server.install()
    expect([WebSocket.OPEN, WebSocket.name, WebSocket.CLOSED]).toEqual([1, 'WebSocket', 3])
    class Named extends WebSocket {
      label = 'mine'
    }
    const socket = new Named('ws://mock.test/room/listen')
    expect([socket.label, socket instanceof Named, socket instanceof WebSocket]).toEqual(['mine', true, true])
    expect(new WebSocket('ws://elsewhere.test/') instanceof WebSocket).toBe(true)
    expect(() => new WebSocket('ws://[')).toThrow(expect.objectContaining({ name: 'SyntaxError' }))
    await server.settled()
    socket.close()
    await server.settled()
    restore()
  })
})
