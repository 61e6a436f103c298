// Deno: a handler for `Deno.serve`, or `serve` on a port of its own. Only conversion; the protocol is the core's.
import { WebSocketsError } from '../error'
import type { Peer } from '../http/handler'
import { type Exposure, isLoopbackName } from '../http/origin'
import type { Server } from '../server'
import { belowBasePath, checkBasePath } from './base-path'
import { connect } from './deno/socket'
import { asksForWebSocket, subprotocolOf } from './handshake'

export interface DenoOptions {
  /** Such as `/realtime`: what lies below is the server's, the rest gets 404 [CH-5]. Default: all is the server's. */
  readonly basePath?: string
  /** What Deno listens on, which it does not say. Default public: GET emits only where there is `authorize` [EM-2]. */
  readonly exposure?: Exposure
}

/** `info` is what Deno tells of a request, which some frameworks have as their `env`. */
export type DenoHandler = (request: Request, info?: unknown) => Promise<Response>

export interface DenoServeOptions {
  /** Default 8787; 0 takes any that is free. */
  readonly port?: number
  /** Default 127.0.0.1: this machine alone. */
  readonly hostname?: string
  readonly basePath?: string
}

export interface DenoServed {
  readonly port: number
  /** Tells all listeners, waits up to `drainMs` (default 10,000) for awaited acknowledgements, then ends every connection that can be ended. */
  close(options?: { readonly drainMs?: number }): Promise<void>
}

interface Upgraded {
  readonly socket: WebSocket
  readonly response: Response
}

interface DenoGlobal {
  upgradeWebSocket(request: Request, options: { idleTimeout: number }): Upgraded
  serve(
    options: { port: number; hostname: string; onListen(): void },
    handler: DenoHandler,
  ): { readonly addr: { readonly port?: number }; shutdown(): Promise<void> }
}

/**
 * For `Deno.serve(deno(server))`, or `export default { fetch: deno(server) }` with `deno serve`.
 *
 * Deno cannot cut a WebSocket: one whose other end has stopped reading stays open, with up to `maxBufferedBytes` that wait in it,
 * until that end is gone, though it has left its channel long before. And Deno bounds no message that comes in fragments. Where anybody
 * may connect, `serve` of the adapter for Node runs on Deno as well, and bounds both.
 */
export function deno(server: Server, options: DenoOptions = {}): DenoHandler {
  return mount(server, options, new Set())
}

/** Listens on a port. Throws what Deno throws when it can't, such as AddrInUse. */
export function serve(
  server: Server,
  { port = 8787, hostname = '127.0.0.1', basePath = '' }: DenoServeOptions = {},
): DenoServed {
  const open = new Set<WebSocket>()
  const exposure = isLoopbackName(hostname) ? 'loopback' : 'public'
  const handler = mount(server, { basePath, exposure }, open)
  const httpServer = denoGlobal().serve({ port, hostname, onListen() {} }, handler)
  return {
    port: httpServer.addr.port ?? port,
    async close(options) {
      await server.close(options)
      // As it shuts down, Deno closes with 1001 whatever is open yet, and overtakes what is about to be said.
      for (let waited = 0; open.size > 0 && waited < GRACE_MS; waited += POLL_MS) await pause(POLL_MS)
      await Promise.race([httpServer.shutdown(), pause(GRACE_MS)])
    },
  }
}

function mount(server: Server, { basePath = '', exposure = 'public' }: DenoOptions, open: Set<WebSocket>): DenoHandler {
  checkBasePath(basePath)

  async function answer(request: Request, below: Request, peer: Peer): Promise<Response> {
    if (!asksForWebSocket(request)) return await server.fetch(below, peer)
    const accept = await server.upgrade(below, peer)
    if (accept instanceof Response) return accept
    const subprotocol = subprotocolOf(request)
    const upgraded = upgrade(request)
    if (!upgraded) return new Response(null, { status: 400 })
    const { socket, response } = upgraded
    // Not by Deno's option: it takes a list whose commas have no space after them for one name, and refuses.
    if (subprotocol !== undefined) response.headers.set('sec-websocket-protocol', subprotocol)
    socket.addEventListener('open', () => open.add(socket))
    socket.addEventListener('close', () => open.delete(socket))
    connect(server, socket, accept)
    return response
  }

  return async (request, info) => {
    try {
      // First of all: once the request is answered Deno has forgotten it.
      const peer = { ...addressOf(info), exposure }
      const below = belowBasePath(kept(request), basePath)
      return below ? await answer(request, below, peer) : new Response(null, { status: 404 })
    } catch (error) {
      server.report(error, 'a request from Deno')
      return new Response(null, { status: 500 })
    }
  }
}

// Who listens is known by its first request for as long as it does, and Deno takes the headers away once that is answered.
function kept(request: Request): Request {
  return request.method === 'GET' ? new Request(request.url, { headers: [...request.headers] }) : request
}

/** Undefined for a handshake that is none. */
function upgrade(request: Request): Upgraded | undefined {
  const { upgradeWebSocket } = denoGlobal()
  try {
    // The heartbeat is the core's.
    return upgradeWebSocket(request, { idleTimeout: 0 })
  } catch {
    return undefined
  }
}

function denoGlobal(): DenoGlobal {
  const { Deno } = globalThis as { Deno?: DenoGlobal }
  if (!Deno) throw new WebSocketsError('BAD_PARAMETER', 'expected to run in Deno')
  return Deno
}

function addressOf(info: unknown): Pick<Peer, 'address'> {
  const { remoteAddr } = Object(info) as { remoteAddr?: unknown }
  const { hostname } = Object(remoteAddr) as { hostname?: unknown }
  return typeof hostname === 'string' ? { address: hostname } : {}
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

const GRACE_MS = 300
const POLL_MS = 10
