// A mock-socket Server for every channel: an app that uses mock-socket's WebSocket talks to the server in memory.
import { type Client, Server, WebSocket as MockWebSocket } from 'mock-socket'
import type { Memory } from '../adapters/memory'
import { SUBPROTOCOL } from '../http/token'
import type { BridgeOptions } from './bridge-options'
import { forwarded } from './forwarded'
import { type MappedUrls, mappedUrls } from './mapped-url'
import { openPipe, type Pipe } from './pipe'
import { replaceGlobal } from './replace-global'
import { uncaught } from './uncaught'

export interface MockSocketOptions extends BridgeOptions {
  /** Puts the bridge's WebSocket in the place of the global one, as mock-socket's `Server` does. Default true. */
  readonly mock?: boolean
  /** Channels that mock-socket's own WebSocket reaches too, without the bridge's: mock-socket has to be told each address. */
  readonly channels?: readonly string[]
}

export interface MockSocketBridge {
  /** mock-socket's WebSocket, which also reaches every channel of the server. */
  readonly WebSocket: typeof WebSocket
  /** What mock-socket has not: requests below the url reach the server, any other takes the way that it took before. */
  readonly fetch: typeof fetch
  /** Puts the global WebSocket back, and closes what is still open with 1001. `Symbol.dispose` does the same, where there is one. */
  close(): void
}

/**
 * Every socket below `url` reaches `server`; any other finds what mock-socket has for it.
 *
 * - mock-socket has no HTTP: hand the bridge's `fetch` to the client, as in `createClient({ url, fetch: bridge.fetch })`, or stub the global one by it.
 * - It matches whole addresses, so there is a `Server` for each that was asked for. One that you made yourself keeps its address.
 * - A refused connection is an `error` and a close with 1006, and was never open. One by mock-socket's own WebSocket (`channels`) is
 *   open first, and closed with 1006 then: mock-socket asks nobody before it opens.
 * - `wasClean` is false for all codes but 1000 and 1005. It tells no Origin: `origin` says it.
 */
export function mockSocket(
  server: Memory,
  url: string | URL,
  { origin, mock = true, channels = [] }: MockSocketOptions = {},
): MockSocketBridge {
  const urls = mappedUrls(url)
  const servers = new Map<string, Server>()
  /** What waits for mock-socket to open a socket of the bridge's own class. */
  const waiting = new WeakMap<object, (client: Client) => void>()
  let isClosed = false
  const map: MappedUrls['map'] = (address) => (isClosed ? undefined : urls.map(address))

  /** Whether this bridge has the address. */
  function serve(address: string | URL): boolean {
    const key = String(address).replace(/[?#].*$/, '')
    if (servers.has(key)) return true
    try {
      let offered: readonly string[] = []
      const selectProtocol = (protocols: string[]) => {
        offered = protocols
        return protocols.includes(SUBPROTOCOL) ? SUBPROTOCOL : ''
      }
      const own = new Server(key, { mock: false, selectProtocol })
      own.on('connection', (client) => {
        const opened = waiting.get(client.target)
        if (opened) opened(client)
        else joinOpen(client, offered)
      })
      servers.set(key, own)
      return true
    } catch {
      // A Server of the app's test has the address.
      return false
    }
  }

  function joinOpen(client: Client, offered: readonly string[]): void {
    const target = map(client.url)
    if (target === undefined) return
    const pipe = openPipe(server, target, offered, origin)
    closeWith(client.target, pipe)
    flow(client, pipe)
  }

  class BridgedWebSocket extends MockWebSocket {
    constructor(address: string | URL, protocols: string | string[] = []) {
      const target = map(address)
      const isServed = target !== undefined && serve(address)
      super(address, protocols)
      if (isServed) this.#join(target, [protocols].flat())
    }

    /** mock-socket opens after 4 ms. If the server has not decided by then, the opening is held back until it has. */
    #join(target: string, protocols: readonly string[]): void {
      const pipe = openPipe(server, target, protocols, origin)
      const state = this as { readyState: number }
      const dispatch = super.dispatchEvent.bind(this)
      let isAccepted = false
      let held: Event | undefined
      let connected: Client | undefined
      this.dispatchEvent = (event: Event, ...more: []) => {
        if (event.type !== 'open' || isAccepted) return dispatch(event, ...more)
        held = event
        state.readyState = CONNECTING
        return true
      }
      closeWith(this, pipe)
      waiting.set(this, (client) => {
        connected = client
        if (isAccepted) flow(client, pipe)
      })
      void pipe.accepted.then((verdict) => {
        if (state.readyState !== CONNECTING) return
        // Closing what is not yet open is mock-socket's way of a failed connection.
        if (!verdict) return this.close()
        isAccepted = true
        if (!held || !connected) return
        state.readyState = OPEN
        const open = held
        uncaught(() => void dispatch(open))
        flow(connected, pipe)
      })
    }
  }

  const base = String(url).replace(/^http/i, 'ws').replace(/\/+$/, '')
  for (const channel of channels) serve(`${base}/${encodeURIComponent(channel)}/listen`)
  const replaced = mock ? replaceGlobal('WebSocket', BridgedWebSocket) : undefined
  const close = () => {
    isClosed = true
    replaced?.undo()
    for (const own of servers.values()) uncaught(() => own.close({ code: GOING_AWAY, reason: '', wasClean: true }))
    servers.clear()
  }
  const bridge: MockSocketBridge = {
    WebSocket: BridgedWebSocket as unknown as typeof WebSocket,
    fetch: mappedFetch(server, map, origin),
    close,
  }
  const { dispose } = Symbol as { dispose?: symbol }
  return dispose ? Object.assign(bridge, { [dispose]: close }) : bridge
}

function closeWith(socket: MockWebSocket, pipe: Pipe): void {
  socket.addEventListener('close', (event) => {
    const { code, reason } = event as CloseEvent
    pipe.close(code, reason)
  })
}

function flow(client: Client, pipe: Pipe): void {
  // mock-socket hands over what was sent as it is: a number is not yet text.
  client.on('message', (data) => pipe.send(typeof data === 'object' ? data : String(data)))
  const socket = client.target
  pipe.flow({
    message(text) {
      if (socket.readyState === OPEN) client.send(text)
    },
    closed(code, reason) {
      // mock-socket would close it once more.
      if (socket.readyState === OPEN) client.close({ code, reason, wasClean: true })
    },
  })
}

function mappedFetch(server: Memory, map: MappedUrls['map'], origin: string | undefined): typeof fetch {
  // It may be about to be stubbed by this one.
  const outside = globalThis.fetch
  return async (input, init) => {
    const target = map(input instanceof Request ? input.url : input)
    if (target === undefined) return await outside(input, init)
    return await forwarded(server, target, new Request(input instanceof Request ? input : target, init), origin)
  }
}

const CONNECTING = 0
const OPEN = 1
const GOING_AWAY = 1001
