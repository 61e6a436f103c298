// The server in this very process: a WHATWG WebSocket and a fetch that reach it without a network.
// Frames travel through a queue, in order, and never arrive inside `send`: what is true on a wire is true here.
import type { Connection, Socket } from '../core/ports'
import { SUBPROTOCOL } from '../http/token'
import type { Server } from '../server'

export interface MemoryOptions {
  /** Where the server pretends to be. Default `http://memory.test`. */
  readonly url?: string
  /** Runs each delivery later, in the order in which they were asked for. Default: as a microtask. */
  readonly schedule?: (deliver: () => void) => void
}

/** What a client needs in the place of the network. */
export interface Memory {
  readonly url: string
  readonly WebSocket: typeof WebSocket
  readonly fetch: typeof fetch
}

export function memory(server: Pick<Server, 'fetch' | 'upgrade'>, options: MemoryOptions = {}): Memory {
  const { url = 'http://memory.test', schedule = queueMicrotask } = options
  class BoundWebSocket extends MemoryWebSocket {
    constructor(address: string | URL, protocols: string | string[] = []) {
      super(server, schedule, new URL(address, url), protocols)
    }
  }
  return {
    url,
    WebSocket: BoundWebSocket as unknown as typeof WebSocket,
    async fetch(input, init) {
      const request = input instanceof Request ? new Request(input, init) : new Request(new URL(input, url), init)
      const { signal } = request
      const response = await abortable(server.fetch(request), signal)
      // Whoever gives up in the middle of a stream is gone, as on a network.
      if (!response.body || !(init?.signal ?? input instanceof Request)) return response
      return new Response(response.body.pipeThrough(new TransformStream(), { signal }), response)
    },
  }
}

class MemoryWebSocket extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSING = 2
  static readonly CLOSED = 3
  readonly CONNECTING = 0
  readonly OPEN = 1
  readonly CLOSING = 2
  readonly CLOSED = 3
  readonly url: string
  readonly extensions = ''
  binaryType: BinaryType = 'blob'
  onopen: ((event: Event) => unknown) | null = null
  onmessage: ((event: MessageEvent) => unknown) | null = null
  onerror: ((event: Event) => unknown) | null = null
  onclose: ((event: Event) => unknown) | null = null
  readonly #schedule: (deliver: () => void) => void
  #readyState: 0 | 1 | 2 | 3 = 0
  #protocol = ''
  #unsent = 0
  #connection: Connection | undefined

  constructor(
    server: Pick<Server, 'upgrade'>,
    schedule: (deliver: () => void) => void,
    url: URL,
    protocols: string | string[],
  ) {
    super()
    if (!/^(ws|http)s?:$/.test(url.protocol))
      throw new DOMException(`expected a ws(s) or http(s) URL, got ${url.protocol}`, 'SyntaxError')
    const offered = [protocols].flat()
    this.#schedule = schedule
    this.url = url.href.replace(/^http/, 'ws')
    const headers: Record<string, string> = offered.length > 0 ? { 'sec-websocket-protocol': offered.join(', ') } : {}
    const request = new Request(url.href.replace(/^ws/, 'http'), { headers })
    void server.upgrade(request).then((accept) => {
      if (this.#readyState !== 0) return
      if (accept instanceof Response) return this.#closed(1006, '', false)
      // Clients give up when they offered subprotocols and the server chose none.
      if (offered.length > 0 && !offered.includes(SUBPROTOCOL)) return this.#closed(1006, '', false)
      this.#protocol = offered.length > 0 ? SUBPROTOCOL : ''
      this.#readyState = 1
      schedule(() => this.#fire(new Event('open')))
      this.#connection = accept(this.#serverSide())
    })
  }

  get readyState(): 0 | 1 | 2 | 3 {
    return this.#readyState
  }

  get protocol(): string {
    return this.#protocol
  }

  /** Bytes that were sent and not yet delivered. */
  get bufferedAmount(): number {
    return this.#unsent
  }

  send(data: unknown): void {
    if (this.#readyState === 0) throw new DOMException('the WebSocket is still connecting', 'InvalidStateError')
    if (this.#readyState !== 1) return
    const size = typeof data === 'string' ? data.length : 0
    this.#unsent += size
    this.#schedule(() => {
      this.#unsent -= size
      this.#connection?.receive(data)
    })
  }

  close(code?: number, reason = ''): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      throw new DOMException(
        `expected the close code to be 1000 or from 3000 to 4999, got ${code}`,
        'InvalidAccessError',
      )
    }
    if (this.#readyState >= 2) return
    const wasOpen = this.#readyState === 1
    this.#readyState = 2
    this.#schedule(() => {
      this.#connection?.closed(code ?? NO_STATUS)
      this.#schedule(() => this.#closed(wasOpen ? (code ?? NO_STATUS) : 1006, wasOpen ? reason : '', wasOpen))
    })
  }

  #serverSide(): Socket {
    let open = true
    let buffered = 0
    const schedule = this.#schedule
    return {
      get bufferedAmount() {
        return buffered
      },
      send: (text) => {
        if (!open) return
        buffered += text.length
        schedule(() => {
          buffered -= text.length
          if (this.#readyState === 1) this.#fire(new MessageEvent('message', { data: text }))
        })
      },
      close: (code = NO_STATUS, reason = '') => {
        if (!open) return
        open = false
        schedule(() => {
          this.#closed(code, reason, true)
          schedule(() => this.#connection?.closed(code))
        })
      },
    }
  }

  #closed(code: number, reason: string, wasClean: boolean): void {
    if (this.#readyState === 3) return
    this.#readyState = 3
    if (!wasClean) this.#fire(new Event('error'))
    this.#fire(Object.assign(new Event('close'), { code, reason, wasClean }))
  }

  #fire(event: Event): void {
    const handler = this[`on${event.type}` as 'onopen']
    if (handler) this.addEventListener(event.type, handler, { once: true })
    this.dispatchEvent(event)
  }
}

/** What a close without a code is reported as. */
const NO_STATUS = 1005

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
