// Sharing somebody's HTTP server: what lies below the base path is ours, everything else reaches whom it would have reached [CH-5].
import type { IncomingMessage, Server as HttpServer } from 'node:http'
import { isBelow } from './http'

type Listener<Rest extends unknown[]> = (message: IncomingMessage, ...rest: Rest) => void

/** Steps in front of an event's listeners; `nobody` answers where there are none. The result steps back. */
export function interpose<Rest extends unknown[]>(
  httpServer: HttpServer,
  event: 'request' | 'upgrade',
  basePath: string,
  ours: Listener<Rest>,
  nobody: Listener<Rest>,
): () => void {
  const hosts = httpServer.rawListeners(event) as Listener<Rest>[]
  let inFront = true
  const listener: Listener<Rest> = (message, ...rest) => {
    if (inFront && isBelow(message.url, basePath)) return ours(message, ...rest)
    for (const host of hosts) host.call(httpServer, message, ...rest)
    if (hosts.length === 0) nobody(message, ...rest)
  }
  httpServer.removeAllListeners(event)
  httpServer.on(event, listener as () => void)
  return () => {
    inFront = false
    // Whoever stepped in front of us meanwhile goes on handing to us: then we only pass on.
    if (!httpServer.listeners(event).includes(listener as () => void)) return
    httpServer.off(event, listener as () => void)
    for (const host of hosts) httpServer.on(event, host as () => void)
  }
}
