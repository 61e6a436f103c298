// A server in memory behind msw, reached by the globals that msw has replaced.
import { createServer } from '@websockets.do/server-core'
import { type OpenAdapter, serverOptionsOf } from '@websockets.do/server-core/conformance'
import { type Memory, memory } from '@websockets.do/server-core/memory'
import { mswHandlers } from '@websockets.do/server-core/mock/msw'
import { setupServer } from 'msw/node'
import { WebSocket } from 'ws'

const base = 'https://api.example'

/** By the path below which each is. They stay, as a host does whose server has gone. */
const servers = new Map<string, Memory>()

/** Replaces the globals, as an app's tests do in their set-up. */
export function installMsw(): () => void {
  // Where there is no WebSocket (Node 20) msw has nothing to replace.
  const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')
  Object.defineProperty(globalThis, 'WebSocket', { configurable: true, writable: true, value: WebSocket })
  const network = setupServer(...mswHandlers(allServers(), base))
  network.listen({ onUnhandledRequest: 'error' })
  return () => {
    network.close()
    if (before) Object.defineProperty(globalThis, 'WebSocket', before)
    else Reflect.deleteProperty(globalThis, 'WebSocket')
  }
}

export const openMsw: OpenAdapter = async (options) => {
  const path = `server-${servers.size + 1}`
  const url = `${base}/${path}`
  const server = createServer(serverOptionsOf(options))
  servers.set(path, memory(server, { url }))
  return {
    url,
    WebSocket: globalThis.WebSocket,
    fetch: (...request) => globalThis.fetch(...request),
    disconnect: (channel, clientID) => server.channel(channel).disconnect(clientID),
    close: (how) => server.close({ drainMs: 0, ...how }),
  }
}

/** One pair of handlers for all, since msw keeps each that there ever was. */
function allServers(): Memory {
  const serverAt = (address: string | URL): Memory => {
    const [, path = ''] = new URL(address).pathname.split('/')
    const server = servers.get(path)
    if (!server) throw new TypeError(`expected the path of a server, got ${String(address)}`)
    return server
  }
  const open = function (address: string | URL, ...rest: []): globalThis.WebSocket {
    return Reflect.construct(serverAt(address).WebSocket, [address, ...rest]) as globalThis.WebSocket
  }
  return {
    url: base,
    WebSocket: open as unknown as Memory['WebSocket'],
    fetch: async (input, init) => await serverAt(input instanceof Request ? input.url : input).fetch(input, init),
  }
}
