// Deno: the handler that `Deno.serve` wants. Only conversion; the protocol is the core's.
import { closeCode } from '@websockets.do/protocol'
import type { Connection, Socket } from '../core/ports'
import { WebSocketsError } from '../error'
import type { Accept, Peer } from '../http/handler'
import type { Exposure } from '../http/origin'
import type { Server } from '../server'
import { belowBasePath, checkBasePath } from './base-path'
import { asksForWebSocket, subprotocolOf } from './handshake'

export interface DenoOptions {
  /** Such as `/realtime`: what lies below is the server's, the rest gets 404 [CH-5]. Default: all is the server's. */
  readonly basePath?: string
  /** What Deno listens on, which it does not say. Default public: GET emits only where there is `authorize` [EM-2]. */
  readonly exposure?: Exposure
}

/** As much of what Deno tells of a request as is used here. */
export interface DenoInfo {
  readonly remoteAddr?: unknown
}

export type DenoHandler = (request: Request, info?: DenoInfo) => Promise<Response>

interface Upgraded {
  readonly socket: WebSocket
  readonly response: Response
}

interface DenoGlobal {
  upgradeWebSocket(request: Request, options: { idleTimeout: number }): Upgraded
}

/**
 * For `Deno.serve({ port: 8787 }, deno(server))`. To end it, `await server.close({ drainMs })` tells all listeners, and then
 * `await httpServer.shutdown()` waits until they have gone.
 *
 * Deno cannot cut a WebSocket: one whose other end has stopped reading stays open, with up to `maxBufferedBytes` that wait in it,
 * until that end is gone, though it has left its channel long before. And Deno reads messages of up to 64 MiB before the core refuses them.
 */
export function deno(server: Server, { basePath = '', exposure = 'public' }: DenoOptions = {}): DenoHandler {
  checkBasePath(basePath)

  async function answer(request: Request, below: Request, peer: Peer): Promise<Response> {
    if (!asksForWebSocket(request)) return await server.fetch(below, peer)
    const accept = await server.upgrade(below, peer)
    if (accept instanceof Response) return accept
    const subprotocol = subprotocolOf(request)
    const upgraded = upgrade(request)
    if (!upgraded) return new Response(null, { status: 400 })
    // Not by Deno's option: it takes a list whose commas have no space after them for one name, and refuses.
    if (subprotocol !== undefined) upgraded.response.headers.set('sec-websocket-protocol', subprotocol)
    connect(server, upgraded.socket, accept)
    return upgraded.response
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
  const { Deno } = globalThis as { Deno?: DenoGlobal }
  if (!Deno) throw new WebSocketsError('BAD_PARAMETER', 'expected to run in Deno: its WebSockets are its own')
  try {
    // The heartbeat is the core's.
    return Deno.upgradeWebSocket(request, { idleTimeout: 0 })
  } catch {
    return undefined
  }
}

function connect(server: Server, webSocket: WebSocket, accept: Accept): void {
  let connection: Connection | undefined
  const socket: Socket = {
    get bufferedAmount() {
      return webSocket.bufferedAmount
    },
    send: (text) => webSocket.send(text),
    // A slow reader's close frame waits behind what it has not read; Deno has nothing that would not wait.
    close: (code, reason) => webSocket.close(code, reason),
  }
  const on = <Type extends keyof WebSocketEventMap>(type: Type, run: (event: WebSocketEventMap[Type]) => void): void =>
    webSocket.addEventListener(type, (event) => {
      try {
        run(event)
      } catch (error) {
        // What a listener throws would end the process.
        server.report(error, 'a WebSocket of Deno')
        webSocket.close(closeCode.INTERNAL)
      }
    })
  webSocket.binaryType = 'arraybuffer'
  // Before it opens there is nobody who could leave, and it may never open.
  on('open', () => (connection = accept(socket)))
  on('message', ({ data }) => connection?.receive(data))
  on('error', () => connection?.closed(ABNORMAL))
  // Without a close frame Deno says 0.
  on('close', ({ code }) => connection?.closed(code || ABNORMAL))
}

function addressOf(info: DenoInfo | undefined): Pick<Peer, 'address'> {
  const remote = info?.remoteAddr
  const isNamed = typeof remote === 'object' && remote !== null && 'hostname' in remote
  return isNamed && typeof remote.hostname === 'string' ? { address: remote.hostname } : {}
}

/** What a connection that broke off is reported as. */
const ABNORMAL = 1006
