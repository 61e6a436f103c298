// install(): the mock server in the place of the global WebSocket and fetch, and everything back in its place after it.
import { createClient } from '@websockets.do/client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
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
  vi.unstubAllGlobals()
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

  it('leaves a page’s own addresses to the page', async () => {
    vi.stubGlobal('location', { href: 'https://app.test/page/' })
    const server = mockServer({ url: 'https://api.test' })
    const restore = server.install()
    expect(await (await fetch('/api/users')).text()).toBe('from elsewhere')
    expect(asked).toEqual(['/api/users'])
    expect(new WebSocket('/room/listen')).toBeInstanceOf(OtherWebSocket)
    expect(OtherWebSocket.made).toEqual([['/room/listen']])
    restore()
    expect(server.transcript()).toBe('')
  })

  it('is found by a page’s own addresses where they are its', async () => {
    vi.stubGlobal('location', { href: 'https://app.test/page/index.html' })
    const server = mockServer({ url: 'https://app.test/page/live' })
    const restore = server.install()
    expect((await fetch('live/_/health')).status).toBe(200)
    expect((await fetch('/page/live/_/health')).status).toBe(200)
    const socket = new WebSocket('live/room/listen')
    await server.settled()
    expect([socket.readyState, socket.url]).toEqual([1, 'wss://app.test/page/live/room/listen'])
    expect(await (await fetch('/live/_/health')).text()).toBe('from elsewhere')
    socket.close()
    restore()
  })

  it.each([
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ])('is undone in any order among others: %i, %i, %i', async (...order) => {
    const servers = ['http://a.test', 'http://b.test', 'http://c.test'].map((url) => mockServer({ url }))
    const restores = servers.map((server) => server.install())
    const installed = new Set([0, 1, 2])
    for (const which of order) {
      restores[which]!()
      installed.delete(which)
      for (const [index, { url }] of servers.entries()) {
        const response = await fetch(`${url}/_/health`)
        expect((await response.text()) === 'from elsewhere').toBe(!installed.has(index))
        const socket = new WebSocket(`${url}/room/listen`)
        expect(socket instanceof OtherWebSocket).toBe(!installed.has(index))
        if (installed.has(index)) socket.close()
      }
    }
    expect([globalThis.WebSocket, globalThis.fetch]).toEqual([OtherWebSocket, otherFetch])
  })

  it('leaves alone what somebody else has put there since, and is not left behind when that is gone', async () => {
    const [below, above] = [mockServer({ url: 'http://a.test' }), mockServer({ url: 'http://b.test' })]
    const restore = below.install()
    const theirs = globalThis.fetch
    const wrapper = ((...args: Parameters<typeof fetch>) => theirs(...args)) as typeof fetch
    put('fetch', wrapper)
    const restoreAbove = above.install()
    restore()
    expect(globalThis.WebSocket).not.toBe(OtherWebSocket)
    restoreAbove()
    expect([globalThis.WebSocket, globalThis.fetch]).toEqual([OtherWebSocket, wrapper])
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
