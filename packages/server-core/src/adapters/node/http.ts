// Node's HTTP messages ↔ WHATWG Request and Response.
import { type IncomingMessage, type Server as HttpServer, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Peer } from '../../http/handler'
import { type Exposure, isLoopbackName } from '../../http/origin'

/** The request without the base path; undefined when no Request can say what came. */
export function requestOf(message: IncomingMessage, basePath: string): Request | undefined {
  const { method = 'GET', socket } = message
  const path = message.url?.slice(basePath.length) || '/'
  // Node lets an upgrade without Host through; HTTP/1.0 knows no Host, and HTTP/2 another name for it.
  const { host: named = message.httpVersion === '1.0' ? 'localhost' : '' } = message.headers
  const host = String(message.headers[':authority'] ?? named)
  if (!/^[/?]/.test(path) || !/^[^/?#@\\]+$/.test(host)) return undefined
  const headers = new Headers()
  try {
    for (let at = 0; at + 1 < message.rawHeaders.length; at += 2) {
      const name = message.rawHeaders[at] ?? ''
      if (!name.startsWith(':')) headers.append(name, message.rawHeaders[at + 1] ?? '')
    }
    const address = new URL(`${'encrypted' in socket ? 'https' : 'http'}://${host}${path}`)
    // `duplex` is what fetch demands for a body that is still arriving; Node's types lack it.
    const init = method === 'GET' || method === 'HEAD' ? {} : { body: bodyOf(message), duplex: 'half' }
    return new Request(address, { method, headers, ...init })
  } catch {
    return undefined
  }
}

export function peerOf({ socket: { remoteAddress } }: IncomingMessage, exposure: Exposure): Peer {
  return { ...(remoteAddress !== undefined && { address: remoteAddress }), exposure }
}

// By what it is bound to, not by the way a caller took: a proxy on the same machine comes by loopback too.
export function exposureOf(httpServer: HttpServer): Exposure {
  const address = httpServer.address()
  return typeof address === 'object' && address !== null && isLoopbackName(address.address) ? 'loopback' : 'public'
}

export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return /^websocket$/i.test(headers.upgrade ?? '')
}

/**
 * An offer to speak another protocol, such as h2c, is to be ignored; but Node has let go of the connection already.
 * So it is given back to read once more, without the offer.
 */
export function readAgain(httpServer: HttpServer, message: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, rawHeaders } = message
  let text = `${method} ${url} HTTP/1.1\r\n`
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (!/^(upgrade|connection|http2-settings)$/i.test(name)) text += `${name}: ${rawHeaders[at + 1]}\r\n`
  }
  socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]))
  httpServer.emit('connection', socket)
}

/** Whether a path lies below a base path; with the empty one every path does. */
export function isBelow(url: string | undefined, basePath: string): boolean {
  const { length } = basePath
  if (length === 0) return true
  return (
    url !== undefined &&
    url.startsWith(basePath) &&
    (url.length === length || url[length] === '/' || url[length] === '?')
  )
}

/** Writes a response, as fast as the other side reads it; when that goes away, the body is cancelled. */
export async function respond(response: Response, to: ServerResponse, request: IncomingMessage): Promise<void> {
  const headers = new Headers(response.headers)
  if (!request.complete && request.httpVersionMajor < 2) {
    // Whoever is still sending what nobody wants is not listened to any longer, and must not send another request here.
    headers.set('connection', 'close')
    linger(request)
  }
  to.writeHead(response.status, [...headers].flat())
  const reader = response.body?.getReader()
  if (reader) await pump(reader, to)
  to.end()
}

/** For the end of this answer, at which Node would destroy the socket: the reset for what is unread could overtake the answer. */
function linger(request: IncomingMessage): void {
  const { socket } = request
  socket.destroySoon = () => {
    request.resume()
    socket.end()
    const cut = setTimeout(() => socket.destroy(), LINGER_MS)
    socket.on('close', () => clearTimeout(cut))
  }
}

/** Answers on a socket that Node's HTTP server has let go, and closes it. */
export function refuse(socket: Duplex, status: number, body = '', headers = new Headers()): void {
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const length = Buffer.byteLength(body)
  socket.on('error', () => socket.destroy())
  // Its own end may never come.
  socket.on('finish', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}connection: close\r\ncontent-length: ${length}\r\n\r\n${body}`,
  )
}

async function pump(reader: ReadableStreamDefaultReader<Uint8Array>, to: ServerResponse): Promise<void> {
  const cancel = () => void reader.cancel().catch(ignore)
  to.on('close', cancel)
  // The stream broke off on our side (a slow consumer): its reader must not take this for the end, nor be waited for.
  reader.closed.catch(() => to.destroy())
  to.flushHeaders()
  try {
    while (!to.destroyed) {
      const { done, value } = await reader.read()
      if (done) return
      if (!to.write(value)) await writable(to)
    }
    cancel()
  } catch {
    to.destroy()
  }
}

function writable(to: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      to.off('drain', go)
      to.off('close', go)
      resolve()
    }
    to.on('drain', go)
    to.on('close', go)
  })
}

// Not `Readable.toWeb`: that cuts the connection when the body is cancelled, and the answer with it.
function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        message.on('data', (chunk: Uint8Array) => {
          controller.enqueue(chunk)
          message.pause()
        })
        message.on('end', () => controller.close())
        message.on('error', (error) => controller.error(error))
        message.pause()
      },
      pull() {
        message.resume()
      },
      cancel() {
        message.removeAllListeners('data').removeAllListeners('end')
      },
    },
    { highWaterMark: 0 },
  )
}

// A body that is cancelled twice has gone away all the same.
function ignore(): void {}

/** How long a peer that is still sending has to read its answer before it is cut. */
const LINGER_MS = 2_000
