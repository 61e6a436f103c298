// A WebSocket as the WHATWG standard says, whose other end is a server in the same process.
import { utf8Bytes } from '@websockets.do/protocol'
import type { Connection, Socket } from '../../core/ports'
import { SUBPROTOCOL } from '../../http/token'
import type { Server } from '../../server'
import { closeEvent, messageEvent, plainEvent, SocketEventTarget } from './events'
import type { Line, Wire } from './wire'

export interface MemorySocketOptions {
  readonly server: Pick<Server, 'upgrade'>
  readonly wire: Wire
  /** What a relative URL is relative to. */
  readonly base: string
}

const CONNECTING = 0
const OPEN = 1
const CLOSING = 2
const CLOSED = 3

type State = typeof CONNECTING | typeof OPEN | typeof CLOSING | typeof CLOSED
type Handler = ((event: Event) => unknown) | null
type HandledType = 'open' | 'message' | 'error' | 'close'

export class MemoryWebSocket extends SocketEventTarget {
  static readonly CONNECTING = CONNECTING
  static readonly OPEN = OPEN
  static readonly CLOSING = CLOSING
  static readonly CLOSED = CLOSED
  readonly CONNECTING = CONNECTING
  readonly OPEN = OPEN
  readonly CLOSING = CLOSING
  readonly CLOSED = CLOSED
  readonly url: string
  readonly extensions = ''
  readonly #origin: string
  readonly #line: Line
  readonly #handlers: Partial<Record<HandledType, { handler: Handler }>> = {}
  #binaryType: BinaryType = 'blob'
  #readyState: State = CONNECTING
  #protocol = ''
  #bufferedAmount = 0
  /** The server's end is there: from its acceptance until it has closed, or lost us. */
  #serverOpen = true
  #serverBuffered = 0
  #connection: Connection | undefined

  constructor({ server, wire, base }: MemorySocketOptions, address: string | URL, protocols: string | string[] = []) {
    super()
    const url = parseAddress(address, base)
    const offered = parseProtocols(protocols)
    this.url = url.href
    this.#origin = url.origin
    const headers: Record<string, string> = offered.length > 0 ? { 'sec-websocket-protocol': offered.join(', ') } : {}
    const socket = this
    this.#line = wire.connect({
      kind: 'websocket',
      url: url.href,
      get clientID() {
        return socket.#connection?.clientID
      },
      lose: (end) => this.#lose(end),
    })
    this.#line.carry('up', 'open', '', () => {
      if (!this.#serverOpen) return
      const request = new Request(url.href.replace(/^ws/, 'http'), { headers })
      void server.upgrade(request).then((accept) => {
        if (!this.#serverOpen) return
        if (accept instanceof Response) {
          this.#serverOpen = false
          return this.#line.carry('down', 'refuse', String(accept.status), () => this.#failed())
        }
        this.#line.carry('down', 'accept', '', () => this.#opened(offered))
        this.#connection = accept(this.#serverSide())
      })
    })
  }

  get readyState(): State {
    return this.#readyState
  }

  get protocol(): string {
    return this.#protocol
  }

  /** Bytes that were sent and have not arrived; as the standard has it, what is sent after closing is added for good. */
  get bufferedAmount(): number {
    return this.#bufferedAmount
  }

  get binaryType(): BinaryType {
    return this.#binaryType
  }

  set binaryType(type: BinaryType) {
    if (type === 'blob' || type === 'arraybuffer') this.#binaryType = type
  }

  get onopen(): Handler {
    return this.#handlers.open?.handler ?? null
  }

  set onopen(handler: Handler) {
    this.#handle('open', handler)
  }

  get onmessage(): Handler {
    return this.#handlers.message?.handler ?? null
  }

  set onmessage(handler: Handler) {
    this.#handle('message', handler)
  }

  get onerror(): Handler {
    return this.#handlers.error?.handler ?? null
  }

  set onerror(handler: Handler) {
    this.#handle('error', handler)
  }

  get onclose(): Handler {
    return this.#handlers.close?.handler ?? null
  }

  set onclose(handler: Handler) {
    this.#handle('close', handler)
  }

  send(data: unknown): void {
    if (arguments.length === 0) throw new TypeError('expected an argument: the data to send')
    if (this.#readyState === CONNECTING)
      throw new DOMException('the WebSocket is still connecting', 'InvalidStateError')
    const frame = isBinary(data) ? data : wellFormed(String(data))
    const size = sizeOf(frame)
    this.#bufferedAmount += size
    if (this.#readyState !== OPEN) return
    this.#line.carry('up', 'message', typeof frame === 'string' ? frame : `(${size} bytes)`, () => {
      this.#bufferedAmount -= size
      if (this.#serverOpen) this.#connection?.receive(frame)
    })
  }

  close(code?: number, reason = ''): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      const message = `expected the close code to be 1000 or from 3000 to 4999, got ${code}`
      throw new DOMException(message, 'InvalidAccessError')
    }
    if (utf8Bytes(reason) > MAX_REASON_BYTES) {
      throw new DOMException(`expected the reason to have at most ${MAX_REASON_BYTES} bytes`, 'SyntaxError')
    }
    if (this.#readyState >= CLOSING) return
    const wasConnecting = this.#readyState === CONNECTING
    this.#readyState = CLOSING
    if (wasConnecting) {
      this.#line.carry('up', 'close', '1006', () => this.#lose('server'))
      return void Promise.resolve().then(() => this.#failed())
    }
    const sent = code ?? NO_STATUS
    this.#line.carry('up', 'close', `${sent} ${reason}`, () => {
      if (!this.#serverOpen) return
      this.#serverOpen = false
      this.#connection?.closed(sent)
      this.#line.carry('down', 'close', `${sent} ${reason}`, () => this.#closed(sent, code === undefined ? '' : reason))
    })
  }

  #opened(offered: readonly string[]): void {
    if (this.#readyState !== CONNECTING) return
    // Clients give up when they offered subprotocols and the server chose none.
    if (offered.length > 0 && !offered.includes(SUBPROTOCOL)) {
      this.#line.carry('up', 'close', '1006', () => this.#lose('server'))
      return this.#failed()
    }
    this.#protocol = offered.length > 0 ? SUBPROTOCOL : ''
    this.#readyState = OPEN
    this.fire(plainEvent(this, 'open'))
  }

  #serverSide(): Socket {
    const socket = this
    return {
      get bufferedAmount() {
        return socket.#serverBuffered
      },
      send: (text) => {
        if (!socket.#serverOpen) return
        socket.#serverBuffered += text.length
        socket.#line.carry('down', 'message', text, () => {
          socket.#serverBuffered -= text.length
          if (socket.#readyState !== OPEN) return
          socket.fire(messageEvent(socket, text, socket.#origin))
        })
      },
      close: (code = NO_STATUS, reason = '') => {
        if (!socket.#serverOpen) return
        socket.#serverOpen = false
        socket.#line.carry('down', 'close', `${code} ${reason}`, () => {
          if (socket.#readyState < CLOSING) socket.#readyState = CLOSING
          socket.#line.carry('up', 'close', `${code} ${reason}`, () => socket.#connection?.closed(code))
          socket.#closed(code, reason)
        })
      },
    }
  }

  #lose(end: 'client' | 'server'): void {
    if (end === 'client') return this.#failed()
    this.#serverOpen = false
    this.#connection?.closed(ABNORMAL)
    this.#settleLine()
  }

  #failed(): void {
    if (this.#readyState === CLOSED) return
    this.#readyState = CLOSED
    this.#settleLine()
    this.fire(plainEvent(this, 'error'))
    this.fire(closeEvent(this, ABNORMAL, '', false))
  }

  #closed(code: number, reason: string): void {
    if (this.#readyState === CLOSED) return
    this.#readyState = CLOSED
    this.#settleLine()
    this.fire(closeEvent(this, code, reason, true))
  }

  #settleLine(): void {
    if (this.#readyState === CLOSED && !this.#serverOpen) this.#line.over()
  }

  // A handler keeps the place among the listeners that it got when it was first set, whatever replaces it.
  #handle(type: HandledType, handler: Handler): void {
    const known = this.#handlers[type]
    const callable = typeof handler === 'function' ? handler : null
    if (known) known.handler = callable
    else if (callable) {
      const slot = { handler: callable as Handler }
      this.#handlers[type] = slot
      this.addEventListener(type, (event) => slot.handler?.call(this, event))
    }
  }
}

/** What a close without a code is reported as, and a connection that was lost. */
const NO_STATUS = 1005
const ABNORMAL = 1006
const MAX_REASON_BYTES = 123

function parseAddress(address: string | URL, base: string): URL {
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

function parseProtocols(protocols: string | string[]): string[] {
  const offered = Array.from(typeof protocols === 'string' ? [protocols] : protocols, String)
  if (new Set(offered).size !== offered.length) throw new DOMException('expected each subprotocol once', 'SyntaxError')
  for (const protocol of offered) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(protocol)) {
      throw new DOMException('expected each subprotocol to be an HTTP token', 'SyntaxError')
    }
  }
  return offered
}

function isBinary(data: unknown): data is ArrayBuffer | ArrayBufferView | Blob {
  return data instanceof ArrayBuffer || ArrayBuffer.isView(data) || (typeof Blob === 'function' && data instanceof Blob)
}

function sizeOf(frame: string | ArrayBuffer | ArrayBufferView | Blob): number {
  if (typeof frame === 'string') return utf8Bytes(frame)
  return 'size' in frame ? frame.size : frame.byteLength
}

// What UTF-8 cannot carry arrives as U+FFFD.
function wellFormed(text: string): string {
  return SURROGATE.test(text) ? new TextDecoder().decode(new TextEncoder().encode(text)) : text
}

const SURROGATE = /[\ud800-\udfff]/
