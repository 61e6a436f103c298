// A server behind crossws' Node adapter on srvx, as h3 and Nitro have it: one `fetch` for HTTP and WebSockets.
import { setTimeout as pause } from 'node:timers/promises'
import { createServer, type Server } from '@websockets.do/server-core'
import { type OpenAdapter, serverOptionsOf } from '@websockets.do/server-core/conformance'
import { crossws } from '@websockets.do/server-core/crossws'
import { WebSocket } from 'ws'
import { framework } from '../../frameworks/support/installed'

/** What is used of srvx, extended by crossws. */
interface CrosswsServer {
  serve(options: object): { ready(): Promise<{ readonly url: string }>; close(force?: boolean): Promise<void> }
}

export const openCrossws: OpenAdapter = async (options) => {
  const server = createServer(serverOptionsOf(options))
  const { url, close } = await serveByCrossws(server)
  let closing: Promise<void> | undefined
  return {
    url,
    WebSocket,
    fetch,
    disconnect: (channel, clientID) => server.channel(channel).disconnect(clientID),
    close: (how) => (closing ??= close({ drainMs: 0, ...how })),
  }
}

export async function serveByCrossws(server: Server) {
  const { serve } = await framework<CrosswsServer>('crossws/dist/server/node.mjs')
  const { fetch: answer, options } = crossws(server, { basePath: '/realtime', exposure: 'loopback' })
  const listening = { port: 0, hostname: '127.0.0.1', silent: true, gracefulShutdown: false }
  const host = serve({ ...listening, fetch: answer, websocket: { options } })
  const { url } = await host.ready()
  return {
    url: new URL('/realtime', url).href,
    async close(how: { readonly drainMs?: number } = {}) {
      await server.close(how)
      // What was said last is on its way: whoever keeps its connection longer is cut.
      await Promise.race([host.close(), pause(GRACE_MS, undefined, { ref: false })])
      await host.close(true)
    },
  }
}

const GRACE_MS = 300
