// A server in memory behind mock-socket, reached by the bridge's WebSocket and fetch.
import { createServer } from '@websockets.do/server-core'
import { type OpenAdapter, serverOptionsOf } from '@websockets.do/server-core/conformance'
import { memory } from '@websockets.do/server-core/memory'
import { mockSocket } from '@websockets.do/server-core/mock/mock-socket'

let count = 0

export const openMockSocket: OpenAdapter = async (options) => {
  // mock-socket knows each address once in a process.
  const url = `https://server-${++count}.example/realtime`
  const server = createServer(serverOptionsOf(options))
  const bridge = mockSocket(memory(server), url, { mock: false })
  const closed: Promise<unknown>[] = []
  class WatchedWebSocket extends bridge.WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols)
      closed.push(new Promise((resolve) => this.addEventListener('close', resolve)))
    }
  }
  return {
    url,
    WebSocket: WatchedWebSocket,
    fetch: bridge.fetch,
    disconnect: (channel, clientID) => server.channel(channel).disconnect(clientID),
    async close(how) {
      await server.close({ drainMs: 0, ...how })
      // The bridge would close by itself what the server has closed and mock-socket has not yet brought.
      await Promise.all(closed)
      bridge.close()
    },
  }
}
