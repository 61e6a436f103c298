// crossws, and what is built on it (h3, Nitro): `hooks` for its WebSockets, `fetch` for the HTTP routes, or `fetch` for both. Only conversion.
import { closeCode } from '@websockets.do/protocol'
import type { Connection } from '../core/ports'
import type { Accept, Peer } from '../http/handler'
import type { Exposure } from '../http/origin'
import type { Server } from '../server'
import { belowBasePath, checkBasePath } from './base-path'
import { asksForWebSocket, subprotocolOf } from './handshake'
import { wsLimits, type WsLimits } from './ws-limits'

export interface CrosswsMountOptions {
  /** Such as `/realtime`: what does not lie below is answered with 404. Default: everything lies below. */
  readonly basePath?: string
  /** Whether other machines can reach the server, which crossws can't tell. Default `public`: then GET may not emit without `authorize` [EM-2]. */
  readonly exposure?: Exposure
}

/** As crossws hands over a connection. */
export interface CrosswsPeer {
  readonly context: object
  readonly bufferedAmount?: number
  readonly websocket?: { readonly bufferedAmount?: number }
  send(text: string): unknown
  close(code?: number, reason?: string): void
  terminate(): void
}

/** What an accepted upgrade hands back to crossws. */
export interface CrosswsAcceptance {
  readonly headers?: Record<string, string>
  readonly context: Record<string, unknown>
}

/** For `hooks` of a crossws adapter, or for `defineWebSocketHandler`. None of them throws or rejects. */
export interface CrosswsHooks {
  upgrade(request: Request): Promise<Response | CrosswsAcceptance>
  open(peer: CrosswsPeer): void
  message(peer: CrosswsPeer, message: { readonly rawData: unknown }): void
  ping(peer: CrosswsPeer): void
  close(peer: CrosswsPeer, details: { readonly code?: number }): void
  error(peer: CrosswsPeer): void
}

export interface CrosswsMounted {
  readonly hooks: CrosswsHooks
  /** Answers the HTTP routes, and hands `hooks` to crossws where the request asks for a WebSocket: one route mounts both. */
  fetch(request: Request): Promise<Response>
  /** The server's limits, for the `options` of crossws' plugin, or its part `node` for crossws' own Node adapter. Without them `ws` buffers up to 100 MiB of a message. */
  readonly options: {
    readonly node: {
      readonly serverOptions: WsLimits
    }
  }
}

/** Mounts a server where crossws 0.4 carries the WebSockets. Throws BAD_PARAMETER for a base path that is none. */
export function crossws(
  server: Server,
  { basePath = '', exposure = 'public' }: CrosswsMountOptions = {},
): CrosswsMounted {
  checkBasePath(basePath)
  const { maxBufferedBytes } = server.limits
  const connections = new WeakMap<CrosswsPeer, Connection>()

  function peerOf(request: Request): Peer {
    // Of srvx, on which h3 and Nitro stand; crossws' bare adapters know no address at this point.
    const { ip } = request as { readonly ip?: unknown }
    return typeof ip === 'string' ? { address: ip, exposure } : { exposure }
  }

  /** Runs what may fail by the other side's doing, such as a send to a peer that has gone. */
  function attempt(run: () => void): void {
    try {
      run()
    } catch (error) {
      server.report(error, 'a WebSocket')
    }
  }

  const hooks: CrosswsHooks = {
    async upgrade(request) {
      try {
        const below = belowBasePath(trueRequest(request), basePath)
        const accept = below ? await server.upgrade(below, peerOf(request)) : notOurs()
        if (accept instanceof Response) return accept
        const protocol = subprotocolOf(request)
        const headers = protocol === undefined ? {} : { headers: { 'sec-websocket-protocol': protocol } }
        return { ...headers, context: { [ACCEPT]: accept } }
      } catch (error) {
        server.report(error, 'an upgrade')
        return new Response(null, { status: 400 })
      }
    },
    open(peer) {
      const accept = (peer.context as { readonly [ACCEPT]?: Accept })[ACCEPT]
      attempt(() => {
        // A runtime that puts its WebSockets to sleep wakes up with contexts that are empty.
        if (!accept) return peer.close(LOST)
        const connection = accept({
          get bufferedAmount() {
            return bufferedAmountOf(peer)
          },
          send: (text) => attempt(() => void peer.send(text)),
          close(code, reason) {
            // A close frame would wait behind all that a slow reader has not read.
            attempt(() => (code === closeCode.SLOW_CONSUMER ? peer.terminate() : peer.close(code, reason)))
          },
        })
        connections.set(peer, connection)
      })
    },
    message(peer, { rawData }) {
      attempt(() => connections.get(peer)?.receive(rawData))
    },
    ping(peer) {
      // Each is answered by the runtime, and whoever never reads makes it queue the answers without end.
      attempt(() => void (bufferedAmountOf(peer) > maxBufferedBytes && peer.terminate()))
    },
    close(peer, { code }) {
      attempt(() => connections.get(peer)?.closed(code))
    },
    error(peer) {
      // Somebody who breaks the rules of WebSockets is not a member until the runtime has closed the socket.
      attempt(() => connections.get(peer)?.closed(ABNORMAL))
    },
  }

  return {
    hooks,
    async fetch(request) {
      try {
        const below = belowBasePath(trueRequest(request), basePath)
        if (!below) return notOurs()
        return asksForWebSocket(request) ? handOver(request, hooks) : await server.fetch(below, peerOf(request))
      } catch (error) {
        server.report(error, 'an HTTP request')
        return new Response(null, { status: 400 })
      }
    },
    options: {
      node: {
        serverOptions: wsLimits(server.limits),
      },
    },
  }
}

/** crossws looks for hooks at the request, and at the response, which whoever adds headers to it makes anew. */
function handOver(request: Request, hooks: CrosswsHooks): Response {
  const { context } = request as { readonly context?: object }
  for (const carrier of [request, context ?? {}]) Reflect.set(carrier, HOOKS, hooks)
  const response = new Response('crossws must take this upgrade: see its plugin for your server', {
    status: 426,
    headers: { upgrade: 'websocket' },
  })
  return Object.assign(response, { crossws: hooks })
}

/** Hosts have requests of their own kinds, which lack what the copying of a request relies on. */
function trueRequest(request: Request): Request {
  const { method, headers } = request
  // `duplex` is what fetch demands for a body that is still arriving.
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: request.body, duplex: 'half' }
  return new Request(request.url, { method, headers: new Headers(headers), ...body })
}

function bufferedAmountOf(peer: CrosswsPeer): number {
  return peer.bufferedAmount ?? peer.websocket?.bufferedAmount ?? 0
}

function notOurs(): Response {
  return new Response(null, { status: 404 })
}

const ACCEPT = Symbol('accept')
const HOOKS = Symbol.for('crossws.hooks')
/** What a connection that broke off is reported as. */
const ABNORMAL = 1006
/** That of a server which lost what it knew: the client comes back. */
const LOST = 1012
