// Node: `serve` a server on a port of its own, or `attach` it to somebody's HTTP server. Only conversion; the protocol is the core's.
import { createServer as createHttpServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { WebSocketsError } from '../error'
import type { Server } from '../server'
import { isBelow, peerOf, requestOf, respond } from './node/http'
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
export async function serve(server: Server, { port = 8787, host = '127.0.0.1', page }: ServeOptions = {}): Promise<Served> {
  const { handshakeTimeoutMs, bodyTimeoutMs } = server.limits
  const httpServer = createHttpServer({
    headersTimeout: handshakeTimeoutMs,
    requestTimeout: handshakeTimeoutMs + bodyTimeoutMs,
    connectionsCheckingInterval: 1_000,
  })
  const { detach } = mount(server, httpServer, '', page)
  await listening(httpServer, port, host)
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
  if (typeof basePath !== 'string' || !/^(\/[^/?#]+)+$/.test(basePath)) {
    throw new WebSocketsError('BAD_PARAMETER', 'expected `basePath` to be a path such as "/realtime"')
  }
  return mount(server, httpServer, basePath)
}

function mount(server: Server, httpServer: HttpServer, basePath: string, page?: ServeOptions['page']): Attached {
  const webSockets = webSocketServer(server.limits)
  const open = new Set<WebSocket>()
  const hosts = httpServer.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[]

  function onRequest(message: IncomingMessage, response: ServerResponse): void {
    if (!isBelow(message.url, basePath)) {
      for (const host of hosts) host.call(httpServer, message, response)
      if (hosts.length === 0) response.writeHead(404).end()
      return
    }
    response.on('error', () => response.destroy())
    const request = requestOf(message, basePath)
    if (!request) return void response.writeHead(400, { connection: 'close' }).end()
    void answer(request, message).then((answered) => respond(answered, response, message))
  }

  async function answer(request: Request, message: IncomingMessage): Promise<Response> {
    try {
      return (await page?.(request)) ?? (await server.fetch(request, peerOf(message)))
    } catch (error) {
      server.report(error, 'page')
      return new Response(null, { status: 500 })
    }
  }

  function onUpgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!isBelow(message.url, basePath)) {
      // Nobody else would answer, and the caller would wait for ever.
      if (httpServer.listenerCount('upgrade') === 1) refuse(socket, 404, 'Not Found')
      return
    }
    socket.on('error', () => socket.destroy())
    const request = requestOf(message, basePath)
    if (!request) return refuse(socket, 400, 'Bad Request')
    void server.upgrade(request, peerOf(message)).then(async (accept) => {
      if (socket.destroyed) return
      if (accept instanceof Response) return refuse(socket, accept.status, accept.statusText, await accept.text(), accept.headers)
      webSockets.handleUpgrade(message, socket, head, (webSocket) => {
        open.add(webSocket)
        webSocket.on('close', () => open.delete(webSocket))
        connect(webSocket, accept, server.limits.maxBufferedBytes)
      })
    })
  }

  httpServer.removeAllListeners('request')
  httpServer.on('request', onRequest)
  httpServer.on('upgrade', onUpgrade)
  return {
    detach() {
      httpServer.off('request', onRequest)
      httpServer.off('upgrade', onUpgrade)
      for (const host of hosts) httpServer.on('request', host)
      for (const webSocket of open) webSocket.terminate()
    },
  }
}

function refuse(socket: Duplex, status: number, reason: string, body = '', headers = new Headers()): void {
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const length = Buffer.byteLength(body)
  socket.end(`HTTP/1.1 ${status} ${reason || 'Refused'}\r\n${lines}connection: close\r\ncontent-length: ${length}\r\n\r\n${body}`)
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
    httpServer.closeIdleConnections()
  })
}

const GRACE_MS = 300
