// A WebSocket as the WHATWG standard says, whose other end is a server in the same process.
import type { Connection, Socket } from '../../core/ports'
import type { Accept } from '../../http/handler'
import { SUBPROTOCOL } from '../../http/token'
import type { Server } from '../../server'
import { isBinary, parseAddress, parseClose, parseProtocols, sizeOf, wellFormed } from './arguments'
import type { Base } from './base'
import { closeEvent, messageEvent, plainEvent } from './events'
import { HandledEventTarget } from './handlers'
import { knock } from './knock'
import { CLOSED, CLOSING, CONNECTING, OPEN, type State } from './states'
import type { Arrive, Line, Wire } from './wire'

export interface MemorySocketOptions {
  readonly server: Pick<Server, 'upgrade'>
  readonly wire: Wire
  readonly base: Base
}

/** As `ws` has it: what a browser would add by itself, such as `Origin`. */
export interface MemorySocketInit {
  readonly headers?: HeadersInit
}

export class MemoryWebSocket extends HandledEventTarget {
  declare readonly CONNECTING: typeof CONNECTING
  declare readonly OPEN: typeof OPEN
  declare readonly CLOSING: typeof CLOSING
  declare readonly CLOSED: typeof CLOSED
  readonly #url: string
  readonly #origin: string
  readonly #line: Line
  #binaryType: BinaryType = 'blob'
  #readyState: State = CONNECTING
  #protocol = ''
  #bufferedAmount = 0
  /** The server's end is there: from its acceptance until it has closed, or lost us. */
  #serverOpen = true
  /** The server has heard of us. */
  #reached = false
  #serverBuffered = 0
  #connection: Connection | undefined

  constructor(
    { server, wire, base }: MemorySocketOptions,
    address: string | URL,
    protocols: string | string[] = [],
    { headers }: MemorySocketInit = {},
  ) {
    super()
    const url = parseAddress(address, base.url)
    const offered = parseProtocols(protocols)
    const given = new Headers(headers)
    this.#url = url.href
    this.#origin = url.origin
    // oxlint-disable-next-line typescript/no-this-alias -- a getter below has a `this` of its own
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
      this.#reached = true
      void knock(server, base.below(url), offered, given).then((verdict) => this.#decided(verdict, offered))
    })
  }

  #decided(accept: Response | Accept, offered: readonly string[]): void {
    if (!this.#serverOpen) return
    if (accept instanceof Response) {
      this.#endServer()
      return this.#line.carry('down', 'refuse', String(accept.status), () => this.#failed())
    }
    this.#line.carry('down', 'accept', '', () => this.#opened(offered))
    try {
      this.#connection = accept(this.#serverSide())
    } catch {
      if (!this.#serverOpen) return
      this.#endServer()
      this.#line.carry('down', 'close', '1006', () => this.#failed())
    }
  }

  get url(): string {
    return this.#url
  }

  get extensions(): string {
    return ''
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

  send(data: unknown): void {
    if (arguments.length === 0) throw new TypeError('expected an argument: the data to send')
    if (this.#readyState === CONNECTING) throw new DOMException('it is still connecting', 'InvalidStateError')
    const frame = isBinary(data) ? data : wellFormed(`${data as string}`)
    const size = sizeOf(frame)
    this.#bufferedAmount += size
    if (this.#readyState !== OPEN) return
    this.#line.carry('up', 'message', typeof frame === 'string' ? frame : `(${size} bytes)`, (_text, again) => {
      // Counted once, also when the wire repeats it.
      if (!again) this.#bufferedAmount -= size
      if (this.#serverOpen) this.#connection?.receive(frame)
    })
  }

  close(code?: number, because?: string): void {
    const { status, reason } = parseClose(code, because)
    if (this.#readyState >= CLOSING) return
    const wasConnecting = this.#readyState === CONNECTING
    this.#readyState = CLOSING
    if (wasConnecting) {
      this.#line.carry('up', 'close', '1006', () => this.#lose('server'))
      return void Promise.resolve().then(() => this.#failed())
    }
    const sent = status ?? NO_STATUS
    this.#line.carry('up', 'close', `${sent} ${reason}`, () => {
      if (!this.#serverOpen) return
      this.#endServer()
      this.#connection?.closed(sent)
      this.#line.carry('down', 'close', `${sent} ${reason}`, () => this.#closed(sent, reason))
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
    this.fire(plainEvent(this, 'open'), 'open')
  }

  #serverSide(): Socket {
    // oxlint-disable-next-line typescript/no-this-alias -- a getter below has a `this` of its own
    const socket = this
    // One for all frames: there may be a hundred thousand.
    const hear: Arrive = (text, again) => {
      if (!again) this.#serverBuffered -= text.length
      if (this.#readyState === OPEN) this.fire(messageEvent(this, text, this.#origin), 'message')
    }
    return {
      get bufferedAmount() {
        return socket.#serverBuffered
      },
      send: (text) => {
        if (!socket.#serverOpen) return
        socket.#serverBuffered += text.length
        socket.#line.carry('down', 'message', text, hear)
      },
      close: (code = NO_STATUS, reason = '') => {
        if (!socket.#serverOpen) return
        socket.#endServer()
        socket.#line.carry('down', 'close', `${code} ${reason}`, () => {
          if (socket.#readyState < CLOSING) socket.#readyState = CLOSING
          socket.#line.carry('up', 'close', `${code} ${reason}`, () => socket.#connection?.closed(code))
          socket.#closed(code, reason)
        })
      },
    }
  }

  #lose(end: 'client' | 'server'): void {
    if (end === 'server') {
      this.#endServer()
      this.#connection?.closed(ABNORMAL)
      return
    }
    // A server that has not heard of us has no end to lose.
    if (!this.#reached) this.#endServer()
    this.#failed()
  }

  #endServer(): void {
    this.#serverOpen = false
    this.#settleLine()
  }

  #failed(): void {
    if (this.#readyState === CLOSED) return
    this.#readyState = CLOSED
    this.#settleLine()
    this.fire(plainEvent(this, 'error'), 'error')
    this.fire(closeEvent(this, ABNORMAL, '', false), 'close')
  }

  #closed(code: number, reason: string): void {
    if (this.#readyState === CLOSED) return
    this.#readyState = CLOSED
    this.#settleLine()
    this.fire(closeEvent(this, code, reason, true), 'close')
  }

  #settleLine(): void {
    if (this.#readyState === CLOSED && !this.#serverOpen) this.#line.over()
  }
}

// On the class and its prototype, as the standard has them, and not in each of thousands of sockets.
for (const [name, value] of Object.entries({ CONNECTING, OPEN, CLOSING, CLOSED })) {
  Object.defineProperty(MemoryWebSocket, name, { value, enumerable: true })
  Object.defineProperty(MemoryWebSocket.prototype, name, { value, enumerable: true })
}
Object.defineProperty(MemoryWebSocket.prototype, Symbol.toStringTag, { value: 'WebSocket', configurable: true })

/** What a close without a code is reported as, and a connection that was lost. */
const NO_STATUS = 1005
const ABNORMAL = 1006
