// A listener over server-sent events: the same messages, as `event:`, `data:` and, on DATA alone, `id:` [LI-2].
import type { ServerMessage } from '@websockets.do/protocol'
import { closeCode } from '@websockets.do/protocol'
import type { Clock, Connection, Socket } from '../core/ports'

export interface EventStreamOptions {
  /** To a member a PING is an event, since it has to be answered [LI-3]. */
  readonly isMember: boolean
  readonly clock: Clock
}

/** Streams what `join`'s socket is sent, until either side ends it. */
export function eventStream(join: (socket: Socket) => Connection, options: EventStreamOptions): Response {
  let socket: EventStreamSocket | undefined
  let connection: Connection | undefined
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        socket = new EventStreamSocket(controller, options)
        connection = join(socket)
      },
      pull() {
        socket?.pull()
      },
      cancel() {
        socket?.drop()
        connection?.closed(ABNORMAL)
      },
    },
    // What waits is the socket's, which knows when all of it is read.
    { highWaterMark: 0 },
  )
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  })
}

class EventStreamSocket implements Socket {
  readonly #controller: ReadableStreamDefaultController<Uint8Array>
  readonly #options: EventStreamOptions
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #epoch = ''
  #open = true
  /** The reader wants the next one as soon as there is one. */
  #isAsked = false
  #stopWaiting = (): void => {}

  constructor(controller: ReadableStreamDefaultController<Uint8Array>, options: EventStreamOptions) {
    this.#controller = controller
    this.#options = options
  }

  get bufferedAmount(): number {
    return this.#waitingBytes
  }

  send(text: string): void {
    if (!this.#open) return
    const chunk = encoder.encode(this.#format(text))
    if (this.#isAsked) {
      this.#isAsked = false
      this.#controller.enqueue(chunk)
    } else {
      this.#waiting.push(chunk)
      this.#waitingBytes += chunk.byteLength
    }
  }

  close(code?: number): void {
    if (!this.#open) return
    this.#open = false
    // What a slow reader has not read yet is thrown away, or it would stay in memory as long as the reader does.
    if (code === closeCode.SLOW_CONSUMER) this.#breakOff('SLOW_CONSUMER')
    else if (this.#waiting.length === 0) this.#controller.close()
    else this.#stopWaiting = this.#options.clock.after(CLOSE_TIMEOUT_MS, () => this.#breakOff('not read to its end'))
  }

  pull(): void {
    const next = this.#waiting.shift()
    if (!next) {
      this.#isAsked = true
      return
    }
    this.#waitingBytes -= next.byteLength
    this.#controller.enqueue(next)
    if (this.#open || this.#waiting.length > 0) return
    this.#stopWaiting()
    this.#controller.close()
  }

  /** Nobody reads it any more. */
  drop(): void {
    this.#open = false
    this.#stopWaiting()
    this.#waiting = []
    this.#waitingBytes = 0
  }

  #breakOff(why: string): void {
    this.drop()
    this.#controller.error(new Error(why))
  }

  #format(text: string): string {
    const message = JSON.parse(text) as Exclude<ServerMessage, { type: 'PONG' }>
    switch (message.type) {
      case 'PING':
        return this.#options.isMember ? event(message.type, text) : ': still here\n\n'
      case 'CONNECTED':
        this.#epoch = message.payload.epoch ?? ''
        return event(message.type, text)
      case 'DATA':
        return event(message.type, text, `id: ${this.#epoch}:${message.seq}\n`)
      case 'ERROR':
        return event(message.type, text, retry(message.payload.retryAfterMs))
      default:
        return event(message.type, text)
    }
  }
}

function event(type: string, data: string, more = ''): string {
  return `event: ${type}\ndata: ${data}\n${more}\n`
}

function retry(ms: number | undefined): string {
  return ms === undefined ? '' : `retry: ${ms}\n`
}

/** A stream has no close frame: whoever stops reading may have lost it. */
const ABNORMAL = 1006
const encoder = new TextEncoder()
/** What a reader has for the rest once the stream is over, as the other side of a WebSocket has for its close frame. */
const CLOSE_TIMEOUT_MS = 5_000
