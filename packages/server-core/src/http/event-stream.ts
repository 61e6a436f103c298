// A listener over server-sent events: the same messages, as `event:`, `data:` and, on DATA alone, `id:` [LI-2].
import type { ServerMessage } from '@websockets.do/protocol'
import { closeCode } from '@websockets.do/protocol'
import type { Connection, Socket } from '../core/ports'

/** Streams what `join`'s socket is sent, until either side ends it. To a member a PING is an event, since it has to be answered [LI-3]. */
export function eventStream(join: (socket: Socket) => Connection, { isMember }: { isMember: boolean }): Response {
  let connection: Connection | undefined
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER_MARK })
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        connection = join(new EventStreamSocket(controller, isMember))
      },
      cancel() {
        connection?.closed(ABNORMAL)
      },
    },
    strategy,
  )
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  })
}

class EventStreamSocket implements Socket {
  readonly #controller: ReadableStreamDefaultController<Uint8Array>
  readonly #isMember: boolean
  #epoch = ''
  #open = true

  constructor(controller: ReadableStreamDefaultController<Uint8Array>, isMember: boolean) {
    this.#controller = controller
    this.#isMember = isMember
  }

  get bufferedAmount(): number {
    return this.#open ? HIGH_WATER_MARK - (this.#controller.desiredSize ?? HIGH_WATER_MARK) : 0
  }

  send(text: string): void {
    if (this.#open) this.#controller.enqueue(encoder.encode(this.#format(text)))
  }

  close(code?: number): void {
    if (!this.#open) return
    this.#open = false
    // What a slow reader has not read yet is thrown away, or it would stay in memory as long as the reader does.
    if (code === closeCode.SLOW_CONSUMER) this.#controller.error(new Error('SLOW_CONSUMER'))
    else this.#controller.close()
  }

  #format(text: string): string {
    const message = JSON.parse(text) as Exclude<ServerMessage, { type: 'PONG' }>
    switch (message.type) {
      case 'PING':
        return this.#isMember ? event(message.type, text) : ': still here\n\n'
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
const HIGH_WATER_MARK = 16 * 1024
