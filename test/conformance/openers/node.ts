// A server on a port of this machine, reached by the WebSocket of `ws` and by Node's fetch.
import { createServer } from '@websockets.do/server-core'
import { type OpenAdapter, serverOptionsOf } from '@websockets.do/server-core/conformance'
import { serve } from '@websockets.do/server-core/node'
import { WebSocket } from 'ws'

export const openNode: OpenAdapter = async (options) => {
  const server = createServer(serverOptionsOf(options))
  const { url, close } = await serve(server, { port: 0 })
  let closing: Promise<void> | undefined
  return {
    url,
    WebSocket,
    fetch,
    disconnect: (channel, clientID) => server.channel(channel).disconnect(clientID),
    close: (how) => (closing ??= close({ drainMs: 0, ...how })),
  }
}
