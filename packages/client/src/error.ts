// The one class of exception that this package throws or rejects with: tell them apart by `code`.
import type { ErrorCode, Path } from '@websockets.do/protocol'

/** The protocol's codes, and what only a client meets. A newer server may send others still. */
export type ClientErrorCode =
  | ErrorCode
  | 'CLOSED'
  | 'CONNECTION_LOST'
  | 'OUTBOX_FULL'
  | 'TIMEOUT'
  | (string & Record<never, never>)

export interface ErrorDetail {
  /** The HTTP status, where an HTTP answer said it. */
  readonly status?: number | undefined
  /** How long the server asks to wait before another try. */
  readonly retryAfterMs?: number | undefined
  /** With BAD_PAYLOAD, where a contract says so: where in the payload or presence it is wrong [ER-3]. */
  readonly path?: Path | undefined
  readonly cause?: unknown
}

/** A refusal, a mistake of the caller's or a broken promise of ours; an acknowledgement that timed out is a result instead. */
export class WebSocketsError extends Error {
  declare readonly status: number | undefined
  declare readonly retryAfterMs: number | undefined
  declare readonly path: Path | undefined
  readonly code: ClientErrorCode

  constructor(code: ClientErrorCode, message: string, detail?: ErrorDetail) {
    super(message)
    this.name = 'WebSocketsError'
    this.code = code
    Object.assign(this, detail)
  }
}

export function tooLarge(bytes: number, maxBytes: number): WebSocketsError {
  return new WebSocketsError('PAYLOAD_TOO_LARGE', `expected at most ${maxBytes} bytes, got ${bytes}`)
}
