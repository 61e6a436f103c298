// Bun: the two fields that `Bun.serve` wants. Only conversion; the protocol is the core's.
import { WebSocketsError } from '../error'
import type { Peer } from '../http/handler'
import { isLoopbackName } from '../http/origin'
import type { Server } from '../server'
import { belowBasePath, checkBasePath } from './base-path'
import { BunListener, type BunSocket } from './bun/listener'
import { asksForWebSocket, subprotocolOf } from './handshake'

export interface BunOptions {
  /** Such as `/realtime`: what lies below is the server's, the rest gets 404 [CH-5]. Default: all is the server's. */
  readonly basePath?: string
}

/** As much of Bun's server as is used here. */
export interface BunServer {
  readonly address?: unknown
  upgrade(request: Request, options: { data: unknown; headers: Record<string, string> }): boolean
  timeout(request: Request, seconds: number): void
  requestIP(request: Request): { readonly address: string } | null
}

/** What `Bun.serve` takes; `fetch` and `websocket` may also be fields of a program of your own. */
export interface BunHandlers {
  /** `bunServer` is Bun's server, or what has it as `server`, as the `env` of some frameworks. */
  fetch(request: Request, bunServer: unknown): Promise<Response>
  /** Shared by all that `bun` mounts in one program. */
  readonly websocket: {
    readonly maxPayloadLength: number
    readonly backpressureLimit: number
    readonly idleTimeout: number
    readonly sendPings: boolean
    readonly perMessageDeflate: boolean
    open(socket: BunSocket): void
    message(socket: BunSocket, message: string | Uint8Array): void
    ping(socket: BunSocket): void
    close(socket: BunSocket, code: number): void
  }
}

/**
 * For `Bun.serve({ port: 8787, ...bun(server) })`. To end it, `await server.close({ drainMs })` tells all listeners, and then
 * `await bunServer.stop()` waits until they have gone.
 */
export function bun(server: Server, { basePath = '' }: BunOptions = {}): BunHandlers {
  checkBasePath(basePath)
  const { maxMessageBytes, maxBufferedBytes } = server.limits

  async function answer(request: Request, below: Request, env: unknown): Promise<Response> {
    const bunServer = serverOf(env)
    const peer = peerOf(request, bunServer)
    // Bun would cut, after 10 s by default, what waits for acknowledgements, for `authorize` or for the next event.
    bunServer.timeout(request, 0)
    if (!asksForWebSocket(request)) {
      const response = await server.fetch(below, peer)
      if (!isEventStream(response)) bunServer.timeout(request, KEEP_ALIVE_SECONDS)
      return response
    }
    const accept = await server.upgrade(below, peer)
    if (accept instanceof Response) {
      bunServer.timeout(request, KEEP_ALIVE_SECONDS)
      return accept
    }
    const data = new BunListener(server, accept)
    // Without an answer of ours Bun accepts what was offered first, which may be the one that carries the token.
    const headers = { 'sec-websocket-protocol': subprotocolOf(request) ?? '' }
    // Bun does not look at the answer to what it has upgraded, but a framework in between may want one.
    return new Response(null, { status: bunServer.upgrade(request, { data, headers }) ? 200 : 400 })
  }

  return {
    async fetch(request, env) {
      try {
        const below = belowBasePath(request, basePath)
        return below ? await answer(request, below, env) : new Response(null, { status: 404 })
      } catch (error) {
        server.report(error, 'a request from Bun')
        return new Response(null, { status: 500 })
      }
    },
    websocket: {
      maxPayloadLength: maxMessageBytes,
      // No limit of Bun's: it would drop frames silently. The core counts what waits, and knows that a replay may exceed that.
      backpressureLimit: 0,
      // The heartbeat is the core's.
      idleTimeout: 0,
      sendPings: false,
      perMessageDeflate: false,
      open: (socket) => listenerOf(socket)?.open(socket),
      message: (socket, message) => listenerOf(socket)?.receive(message),
      // A peer that pings and never reads would make Bun queue pongs without end.
      ping(socket) {
        if (listenerOf(socket) && socket.getBufferedAmount() > maxBufferedBytes) socket.terminate()
      },
      close: (socket, code) => listenerOf(socket)?.closed(code),
    },
  }
}

function serverOf(env: unknown): BunServer {
  const bunServer = isObject(env) && 'server' in env ? env.server : env
  if (isObject(bunServer) && 'requestIP' in bunServer) return bunServer as BunServer
  throw new WebSocketsError(
    'BAD_PARAMETER',
    'expected the server of Bun beside the request: `fetch(request, bunServer)`',
  )
}

function peerOf(request: Request, bunServer: BunServer): Peer {
  const address = bunServer.requestIP(request)?.address
  return { ...(address !== undefined && { address }), exposure: isOnLoopback(bunServer) ? 'loopback' : 'public' }
}

// Not by `hostname`: that is "localhost" where none was given, and Bun listens on every address then.
function isOnLoopback({ address: bound }: BunServer): boolean {
  const isAddress =
    typeof bound === 'object' && bound !== null && 'address' in bound && typeof bound.address === 'string'
  return isAddress && isLoopbackName(bound.address as string)
}

function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type') === 'text/event-stream'
}

// Whoever else has WebSockets in the same program may hand all of them to us.
function listenerOf({ data }: BunSocket): BunListener | undefined {
  return data instanceof BunListener ? data : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** How long Bun keeps a connection between two requests unless it is told otherwise; it does not say what it was told. */
const KEEP_ALIVE_SECONDS = 10
