// Node's HTTP messages ↔ WHATWG Request and Response.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { Peer } from '../../http/handler'
import { type Exposure, isLoopbackName } from '../../http/origin'

/** The request without the base path; undefined when no Request can say what came. */
export function requestOf(message: IncomingMessage, basePath: string): Request | undefined {
  const { method = 'GET', socket, url = '/' } = message
  const headers = new Headers()
  try {
    for (let at = 0; at + 1 < message.rawHeaders.length; at += 2) {
      headers.append(message.rawHeaders[at] ?? '', message.rawHeaders[at + 1] ?? '')
    }
    const address = new URL(`${'encrypted' in socket ? 'https' : 'http'}://${message.headers.host ?? 'localhost'}${url.slice(basePath.length) || '/'}`)
    const hasBody = method !== 'GET' && method !== 'HEAD'
    // `duplex` is what fetch demands for a body that is still arriving; Node's types lack it.
    const init = hasBody ? { body: Readable.toWeb(message) as ReadableStream<Uint8Array>, duplex: 'half' } : {}
    return new Request(address, { method, headers, ...init })
  } catch {
    return undefined
  }
}

export function peerOf(message: IncomingMessage): Peer {
  const { remoteAddress, localAddress } = message.socket
  return { ...(remoteAddress !== undefined && { address: remoteAddress }), exposure: exposureOf(localAddress) }
}

/** Whether a path lies below a base path; with the empty one every path does. */
export function isBelow(url: string | undefined, basePath: string): boolean {
  const { length } = basePath
  if (length === 0) return true
  return url !== undefined && url.startsWith(basePath) && (url.length === length || url[length] === '/' || url[length] === '?')
}

/** Writes a response, as fast as the other side reads it; when that goes away, the body is cancelled. */
export async function respond(response: Response, to: ServerResponse, request: IncomingMessage): Promise<void> {
  to.writeHead(response.status, Object.fromEntries(response.headers))
  const reader = response.body?.getReader()
  const gone = new Promise<void>((resolve) => to.once('close', resolve))
  if (reader) {
    void gone.then(() => reader.cancel()).catch(ignore)
    await pump(reader, to, gone)
  }
  // Whoever is still sending a body that nobody wants is not listened to any longer.
  to.end(() => {
    if (!request.complete) request.socket.destroySoon()
  })
}

async function pump(reader: ReadableStreamDefaultReader<Uint8Array>, to: ServerResponse, gone: Promise<void>): Promise<void> {
  to.flushHeaders()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || to.destroyed) return
      if (!to.write(value)) await Promise.race([new Promise<void>((resolve) => to.once('drain', resolve)), gone])
    }
  } catch {
    // The stream broke off on our side (a slow consumer): the reader must not take this for its end.
    to.destroy()
  }
}

function exposureOf(localAddress: string | undefined): Exposure {
  return localAddress !== undefined && isLoopbackName(localAddress) ? 'loopback' : 'public'
}

// A body that is cancelled twice has gone away all the same.
function ignore(): void {}
