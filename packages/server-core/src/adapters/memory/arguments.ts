// What a program hands to a WebSocket, checked and converted as the standard says.
import { utf8Bytes } from '@websockets.do/protocol'

export function parseAddress(address: string | URL, base: string): URL {
  let url: URL
  try {
    url = new URL(address, base)
  } catch {
    throw new DOMException('expected a URL', 'SyntaxError')
  }
  if (!/^(ws|http)s?:$/.test(url.protocol)) {
    throw new DOMException(`expected a ws(s) or http(s) URL, got ${url.protocol}`, 'SyntaxError')
  }
  if (url.href.includes('#')) throw new DOMException('expected a URL without a fragment', 'SyntaxError')
  return url.protocol.startsWith('http') ? new URL(url.href.replace(/^http/, 'ws')) : url
}

export function parseProtocols(protocols: unknown): string[] {
  const isList = typeof protocols === 'object' && protocols !== null && Symbol.iterator in protocols
  const offered = Array.from(isList ? (protocols as Iterable<unknown>) : [protocols], String)
  if (new Set(offered).size !== offered.length) throw new DOMException('expected each subprotocol once', 'SyntaxError')
  for (const protocol of offered) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(protocol)) {
      throw new DOMException('expected each subprotocol to be an HTTP token', 'SyntaxError')
    }
  }
  return offered
}

/** No status where none was given. */
export function parseClose(
  code: unknown,
  because: unknown,
): { readonly status: number | undefined; readonly reason: string } {
  // A reason alone is refused, though the standard would drop it: so do browsers, and a test shall see what they do.
  const status = code === undefined && because === undefined ? undefined : Math.trunc(Number(code))
  if (status !== undefined && status !== 1000 && !(status >= 3000 && status <= 4999)) {
    const message = `expected the close code to be 1000 or from 3000 to 4999, got ${String(code)}`
    throw new DOMException(message, 'InvalidAccessError')
  }
  const reason = because === undefined ? '' : wellFormed(`${because as string}`)
  if (utf8Bytes(reason) > MAX_REASON_BYTES) {
    throw new DOMException(`expected the reason to have at most ${MAX_REASON_BYTES} bytes`, 'SyntaxError')
  }
  return { status, reason }
}

// What UTF-8 cannot carry arrives as U+FFFD.
export function wellFormed(text: string): string {
  return SURROGATE.test(text) ? new TextDecoder().decode(new TextEncoder().encode(text)) : text
}

const SURROGATE = /[\ud800-\udfff]/

const MAX_REASON_BYTES = 123

export function isBinary(data: unknown): data is ArrayBuffer | ArrayBufferView | Blob {
  return data instanceof ArrayBuffer || ArrayBuffer.isView(data) || (typeof Blob === 'function' && data instanceof Blob)
}

export function sizeOf(frame: string | ArrayBuffer | ArrayBufferView | Blob): number {
  if (typeof frame === 'string') return utf8Bytes(frame)
  return 'size' in frame ? frame.size : frame.byteLength
}
