// Sharing somebody's HTTP server: what lies below the base path is ours, everything else reaches whom it would have reached [CH-5].
import type { IncomingMessage, Server as HttpServer } from 'node:http'
import { isBelow } from './http'

type Listener<Rest extends unknown[]> = (message: IncomingMessage, ...rest: Rest) => void

/** Steps in front of an event's listeners, those that come later too; `nobody` answers where there are none. The result steps back. */
export function interpose<Rest extends unknown[]>(
  httpServer: HttpServer,
  event: 'request' | 'upgrade',
  basePath: string,
  ours: Listener<Rest>,
  nobody: Listener<Rest>,
): () => void {
  const emit = httpServer.emit
  let inFront = true
  // Node looks whether there is a listener at all before it emits. Of several mounts the first answers for nobody.
  const last: Listener<Rest> = (message, ...rest) => {
    const listeners = httpServer.listeners(event)
    if (listeners[0] === last && listeners.every((listener) => lasts.has(listener))) nobody(message, ...rest)
  }
  lasts.add(last)
  const stepIn = function (this: HttpServer, name: string, ...args: unknown[]): boolean {
    const [message, ...rest] = args as [IncomingMessage, ...Rest]
    if (!inFront || name !== event || !isBelow(message.url, basePath))
      return Reflect.apply(emit, this, [name, ...args]) as boolean
    ours(message, ...rest)
    return true
  } as HttpServer['emit']
  httpServer.emit = stepIn
  httpServer.on(event, last as () => void)
  return () => {
    inFront = false
    httpServer.off(event, last as () => void)
    // Whoever stepped in front of us meanwhile goes on handing to us: then we only pass on.
    if (httpServer.emit === stepIn) httpServer.emit = emit
  }
}

const lasts = new WeakSet<object>()
