// A server behind crossws' Node adapter on srvx, as h3 and Nitro have it: one `fetch` for HTTP and WebSockets.
import { setTimeout as pause } from 'node:timers/promises'
import { createServer, type ServerOptions } from '@websockets.do/server-core'
import { crossws } from '@websockets.do/server-core/crossws'
import { WebSocket as WsWebSocket } from 'ws'
import { framework } from './support/installed'

/** What the tests use of srvx, extended by crossws. */
interface CrosswsServer {
  serve(options: object): { ready(): Promise<{ readonly url: string }>; close(force?: boolean): Promise<void> }
}

export interface OpenCrosswsOptions extends ServerOptions {
  /** Where given, `authorize` allows this token everything, and refuses all others. */
  readonly token?: string
}

export async function openCrossws({ token, ...options }: OpenCrosswsOptions = {}) {
  const { serve } = await framework<CrosswsServer>('crossws/dist/server/node.mjs')
  const server = createServer({ ...options, ...(token !== undefined && { authorize: only(token) }) })
  const mounted = crossws(server, { basePath: '/realtime', exposure: 'loopback' })
  const host = serve({
    fetch: mounted.fetch,
    websocket: { options: mounted.options },
    port: 0,
    hostname: '127.0.0.1',
    silent: true,
    gracefulShutdown: false,
  })
  const { url } = await host.ready()
  return {
    url: new URL('/realtime', url).href,
    WebSocket: WsWebSocket as unknown as typeof WebSocket,
    fetch,
    ...(token !== undefined && { token }),
    disconnect: (channel: string, clientID: string) => server.channel(channel).disconnect(clientID),
    async close({ drainMs = 0 }: { readonly drainMs?: number } = {}) {
      await server.close({ drainMs })
      // What was said last is on its way: whoever keeps its connection longer is cut.
      await Promise.race([host.close(), pause(GRACE_MS, undefined, { ref: false })])
      await host.close(true)
    },
  }
}

function only(allowed: string): NonNullable<ServerOptions['authorize']> {
  return ({ token }) => (token === allowed ? { user: { name: 'Ada' } } : { refuse: 'UNAUTHORIZED' })
}

const GRACE_MS = 300
