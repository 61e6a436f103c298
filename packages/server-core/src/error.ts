import { type ErrorCode, httpStatus } from '@websockets.do/protocol'

/** A mistake of the caller's or a promise that could not be kept; told apart by `code`, never by `instanceof` across packages. */
export class WebSocketsError extends Error {
  override readonly name = 'WebSocketsError'
  readonly code: ErrorCode
  /** The HTTP status that goes with the code. */
  readonly status: number

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.status = httpStatus[code]
  }
}
