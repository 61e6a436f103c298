// One emit: what its caller holds, and the hands that settle it.
import type { Ack, EmitResult } from '@websockets.do/protocol'
import { type ErrorDetail, WebSocketsError } from './error'
import { createFeed } from './feed'

interface Wanted {
  /** That many members at random, or those with these ids. Absent: everyone. */
  readonly clients?: number | readonly string[] | undefined
  /** Wait until each of them has acknowledged or left, or the time is up. */
  readonly requireAck?: boolean | undefined
  /**
   * How long it may take in all, in ms: what has not gone out by then never does, and rejects with TIMEOUT; what has is awaited
   * for the rest of it, 60,000 at most [ACK-3]. Default: it waits for a connection as long as it takes, and then 5,000 for acknowledgements.
   */
  readonly timeoutMs?: number | undefined
  /** The same id again is not delivered again [EM-8]. Default: a new one. */
  readonly eventID?: string | undefined
  /** Gives up: what has not gone out yet never does, what has may have been delivered. */
  readonly signal?: AbortSignal | undefined
}

export interface PublishOptions extends Wanted {}

export interface EmitOptions extends Wanted {
  /** False leaves oneself out. */
  readonly echo?: boolean | undefined
  /** Tell each acknowledgement as it arrives. Default: as `requireAck`. */
  readonly progress?: boolean | undefined
}

/**
 * The result of an emit as a promise, and its acknowledgements one by one as they arrive, to be read once.
 * It may be left alone: a failure that nobody awaits is not an unhandled rejection.
 */
export interface Emission extends Promise<EmitResult>, AsyncIterable<Ack> {}

/** An emit on its way: the outcome that comes first stands. Two of its methods are named after the messages that they take. */
export interface Outgoing {
  readonly emission: Emission
  ACKED(ack: Ack): void
  EMITTED(result: EmitResult): void
  reject(error: unknown): void
}

/** `settled` is called after each outcome. */
export function createOutgoing(settled: () => void): Outgoing {
  const acks = createFeed<Ack>()
  let resolve!: (result: EmitResult) => void
  let refuse!: (error: unknown) => void
  const result = new Promise<EmitResult>((resolved, rejected) => {
    resolve = resolved
    refuse = rejected
  })
  const reject = (error: unknown): void => {
    refuse(error)
    end()
  }
  const end = (): void => {
    acks.end()
    settled()
  }
  result.catch(() => undefined)
  return {
    emission: Object.assign(result, { [Symbol.asyncIterator]: acks.read }),
    ACKED: acks.push,
    EMITTED(answer) {
      if (answer.error && !isShortfall(answer)) return reject(refusal(answer.error))
      resolve(answer)
      end()
    },
    reject,
  }
}

/** Delivered, and not acknowledged by all: that is a result, not an exception. */
export function isShortfall(result: Partial<EmitResult> | null): boolean | undefined {
  return result?.error?.code?.startsWith?.('ACK_')
}

/** The server's `error` as an exception. */
export function refusal(error: EmitResult['error'], detail?: ErrorDetail): WebSocketsError {
  const { code = 'INTERNAL', message = 'refused', ...more } = error ?? {}
  // Whatever a server says there.
  return new WebSocketsError(`${code}`, `${message}`, { ...detail, ...more })
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
