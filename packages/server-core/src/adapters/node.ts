// Node: `serve` a server on a port of its own, or `attach` it to somebody's HTTP server. Only conversion; the protocol is the core's.
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http'
import type { Duplex } from 'node:stream'
import type { Peer } from '../http/handler'
import type { Exposure } from '../http/origin'
import type { Server } from '../server'
import { checkBasePath } from './base-path'
import { asksForWebSocket, exposureOf, peerOf, readAgain, refuse, requestOf, respond } from './node/http'
import { interpose } from './node/interpose'
import { connect, webSocketServer } from './node/socket'

export interface ServeOptions {
  /** Default 8787; 0 takes any that is free. */
  readonly port?: number
  /** Default 127.0.0.1: this machine alone. */
  readonly host?: string
  /** Asked first; undefined leaves the request to the server. For a page of your own. */
  readonly page?: (request: Request) => Response | undefined | Promise<Response | undefined>
}

export interface Served {
  /** `http://host:port` */
  readonly url: string
  readonly port: number
  /** Tells all listeners, waits up to `drainMs` (default 10,000) for awaited acknowledgements, then ends every connection. */
  close(options?: { readonly drainMs?: number }): Promise<void>
}

export interface AttachOptions {
  /** Such as `/realtime`: what lies below is the server's, everything else stays the host's [CH-5]. */
  readonly basePath: string
}

export interface Attached {
  /** Gives the HTTP server back as it was, and cuts the WebSockets that are still open. */
  detach(): void
}

/** Listens on a port. Rejects when it can't: the error's `code` is Node's, such as EADDRINUSE. */
export async function serve(
  server: Server,
  { port = 8787, host = '127.0.0.1', page }: ServeOptions = {},
): Promise<Served> {
  const { handshakeTimeoutMs, bodyTimeoutMs } = server.limits
  const httpServer = createHttpServer({
    headersTimeout: handshakeTimeoutMs,
    // The core's own limit on bodies comes first, and answers in words.
    requestTimeout: 2 * (handshakeTimeoutMs + bodyTimeoutMs),
    connectionsCheckingInterval: Math.min(1_000, handshakeTimeoutMs),
  })
  const { detach } = mount(server, httpServer, '', page)
  httpServer.on('connect', (_message, socket) => refuse(socket, 405))
  await listening(httpServer, port, host)
  // A connection that the system could not accept must not end the process.
  httpServer.on('error', (error) => server.report(error, 'the HTTP server'))
  const address = httpServer.address()
  const actualPort = typeof address === 'object' && address ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    port: actualPort,
    async close(options) {
      await server.close(options)
      await ended(httpServer, detach)
    },
  }
}

/** Mounts a server below a path of an HTTP server that goes on answering everything else. */
export function attach(server: Server, httpServer: HttpServer, { basePath }: AttachOptions): Attached {
  // Nothing would be left to the host below the empty one.
  checkBasePath(basePath || undefined)
  return mount(server, httpServer, basePath)
}

function mount(server: Server, httpServer: HttpServer, basePath: string, page?: ServeOptions['page']): Attached {
  const webSockets = webSocketServer(server.limits)
  /** From the request to upgrade to the end of the WebSocket: Node's HTTP server knows nothing of them any more. */
  const upgraded = new Set<Duplex>()
  // Kept from the first call on: while it closes, the server has no address any more.
  let exposure: Exposure | undefined

  function onRequest(message: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => response.destroy())
    // Now: a socket that has closed meanwhile has no address.
    const peer = peerOf(message, (exposure ??= exposureOf(httpServer)))
    const request = requestOf(message, basePath)
    if (!request) return void response.writeHead(400, { connection: 'close' }).end()
    answer(request, peer)
      .then((answered) => respond(answered, response, message))
      .catch((error: unknown) => {
        server.report(error, 'a response')
        response.destroy()
      })
  }

  async function answer(request: Request, peer: Peer): Promise<Response> {
    try {
      return (await page?.(request)) ?? (await server.fetch(request, peer))
    } catch (error) {
      server.report(error, 'page')
      return new Response(null, { status: 500 })
    }
  }

  function onUpgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    socket.on('close', () => upgraded.delete(socket))
    if (!asksForWebSocket(message)) return readAgain(httpServer, message, socket, head)
    upgraded.add(socket)
    const request = requestOf(message, basePath)
    if (!request) return refuse(socket, 400)
    server
      .upgrade(request, peerOf(message, (exposure ??= exposureOf(httpServer))))
      .then(async (accept) => {
        if (socket.destroyed) return
        if (accept instanceof Response) return refuse(socket, accept.status, await accept.text(), accept.headers)
        webSockets.handleUpgrade(message, socket, head, (webSocket) =>
          connect(webSocket, accept, server.limits.maxBufferedBytes),
        )
      })
      .catch((error: unknown) => {
        server.report(error, 'an upgrade')
        socket.destroy()
      })
  }

  const restore = [
    interpose(httpServer, 'request', basePath, onRequest, (_message, response: ServerResponse) =>
      response.writeHead(404).end(),
    ),
    interpose(httpServer, 'upgrade', basePath, onUpgrade, (message, socket: Duplex, head: Buffer) => {
      if (asksForWebSocket(message)) refuse(socket, 404)
      else readAgain(httpServer, message, socket, head)
    }),
  ]
  return {
    detach() {
      for (const undo of restore) undo()
      for (const socket of upgraded) socket.destroy()
    },
  }
}

function listening(httpServer: HttpServer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    httpServer.once('error', reject)
    httpServer.listen(port, host, () => {
      httpServer.off('error', reject)
      resolve()
    })
  })
}

// Listeners have been told already: what has not gone within the grace is cut.
function ended(httpServer: HttpServer, cut: () => void): Promise<void> {
  return new Promise((resolve) => {
    const grace = setTimeout(() => {
      cut()
      httpServer.closeAllConnections()
    }, GRACE_MS)
    httpServer.close(() => {
      clearTimeout(grace)
      cut()
      resolve()
    })
  })
}

const GRACE_MS = 300
