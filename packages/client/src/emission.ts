// One emit: what its caller holds, and the hands that settle it.
import type { Ack, EmitResult } from '@websockets.do/protocol'
import { type ErrorDetail, WebSocketsError } from './error'
import { type Feed, iterate, onAbort } from './feed'

export interface PublishOptions {
  /** That many members at random, or those with these ids. Absent: everyone. */
  readonly clients?: number | readonly string[] | undefined
  /** Wait until each of them has acknowledged or left, or the time is up. */
  readonly requireAck?: boolean | undefined
  /** How long to wait for acknowledgements. Default 5,000. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** The same id again is not delivered again [EM-8]. Default: a new one. */
  readonly eventID?: string | undefined
}

export interface EmitOptions extends PublishOptions {
  /** False leaves oneself out. */
  readonly echo?: boolean | undefined
  /** Tell each acknowledgement as it arrives. Default: as `requireAck`. */
  readonly progress?: boolean | undefined
}

/**
 * The result of an emit as a promise, and its acknowledgements one by one as they arrive.
 * It may be left alone: a failure that nobody awaits is not an unhandled rejection.
 */
export interface Emission extends Promise<EmitResult>, AsyncIterable<Ack> {}

/** An emit on its way: what goes out, and the outcome that comes back. The first outcome stands. */
export class Outgoing {
  readonly emission: Emission
  readonly ref: string
  readonly answerWithinMs: number
  text = ''
  bytes = 0
  /** Undoes, once it is settled, whatever was set up for it. */
  readonly cleanups: (() => void)[] = []
  readonly #acks: Ack[] = []
  readonly #readers = new Set<Feed<Ack>>()
  #resolve!: (result: EmitResult) => void
  #reject!: (error: unknown) => void
  #isSettled = false

  constructor(ref: string, answerWithinMs: number, signal: AbortSignal | undefined) {
    this.ref = ref
    this.answerWithinMs = answerWithinMs
    const result = new Promise<EmitResult>((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    result.catch(() => undefined)
    this.emission = Object.assign(result, { [Symbol.asyncIterator]: () => iterate<Ack>((feed) => this.#replay(feed)) })
    this.cleanups.push(onAbort(signal, () => this.reject(signal?.reason)))
  }

  progress(ack: Ack): void {
    this.#acks.push(ack)
    for (const reader of this.#readers) reader.enqueue(ack)
  }

  answer(result: EmitResult): void {
    if (!result.success && !isShortfall(result)) return this.reject(refusal(result.error))
    this.#resolve(result)
    this.#settle()
  }

  reject(error: unknown): void {
    this.#reject(error)
    this.#settle()
  }

  #replay(reader: Feed<Ack>): () => void {
    for (const ack of this.#acks) reader.enqueue(ack)
    if (this.#isSettled) reader.close()
    else this.#readers.add(reader)
    return () => this.#readers.delete(reader)
  }

  #settle(): void {
    this.#isSettled = true
    for (const undo of this.cleanups.splice(0)) undo()
    for (const reader of this.#readers) reader.close()
    this.#readers.clear()
  }
}

/** Delivered, and not acknowledged by all: that is a result, not an exception. */
export function isShortfall(result: Partial<EmitResult> | null): boolean | undefined {
  return result?.error?.code.startsWith('ACK_')
}

/** The server's `error` as an exception. */
export function refusal(error: EmitResult['error'], detail?: ErrorDetail): WebSocketsError {
  const { code = 'INTERNAL', message = 'refused', retryAfterMs } = error ?? {}
  return new WebSocketsError(code, message, { ...detail, ...(retryAfterMs && { retryAfterMs }) })
}

/** JSON text; a value that JSON can't carry is refused. */
export function encode(value: unknown): string {
  let cause: unknown
  try {
    const text = JSON.stringify(value) as string | undefined
    if (text) return text
  } catch (error) {
    cause = error
  }
  throw new WebSocketsError('BAD_PAYLOAD', 'expected JSON', { cause })
}
