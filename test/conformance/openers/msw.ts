// A server in memory behind msw, reached by the globals that msw has replaced.
import { createServer } from '@websockets.do/server-core'
import { type OpenAdapter, serverOptionsOf } from '@websockets.do/server-core/conformance'
import { memory } from '@websockets.do/server-core/memory'
import { mswHandlers } from '@websockets.do/server-core/mock/msw'
import { setupServer } from 'msw/node'
import { WebSocket } from 'ws'

/** One for all: it replaces globals, and puts them back when the last server is gone. */
const network = setupServer()
const open = new Map<string, ReturnType<typeof mswHandlers>>()
let before: PropertyDescriptor | undefined
let count = 0

export const openMsw: OpenAdapter = async (options) => {
  const url = `https://server-${++count}.example/realtime`
  const server = createServer(serverOptionsOf(options))
  if (open.size === 0) listen()
  open.set(url, mswHandlers(memory(server), url))
  network.resetHandlers(...[...open.values()].flat())
  return {
    url,
    WebSocket: globalThis.WebSocket,
    fetch: (...request) => globalThis.fetch(...request),
    disconnect: (channel, clientID) => server.channel(channel).disconnect(clientID),
    async close(how) {
      await server.close({ drainMs: 0, ...how })
      if (!open.delete(url)) return
      network.resetHandlers(...[...open.values()].flat())
      if (open.size === 0) unlisten()
    },
  }
}

// Where there is no WebSocket (Node 20) msw has nothing to replace.
function listen(): void {
  before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')
  Object.defineProperty(globalThis, 'WebSocket', { configurable: true, writable: true, value: WebSocket })
  network.listen({ onUnhandledRequest: 'bypass' })
}

function unlisten(): void {
  network.close()
  if (before) Object.defineProperty(globalThis, 'WebSocket', before)
  else Reflect.deleteProperty(globalThis, 'WebSocket')
}
