import { type ErrorCode, httpStatus, type Path } from '@websockets.do/protocol'

/** A mistake of the caller's or a promise that could not be kept; told apart by `code`, never by `instanceof` across packages. */
export class WebSocketsError extends Error {
  override readonly name = 'WebSocketsError'
  readonly code: ErrorCode
  /** The HTTP status that goes with the code. */
  readonly status: number
  /** With BAD_PAYLOAD, where a contract says so: where in the payload it is wrong. */
  declare readonly path?: Path

  constructor(
    code: ErrorCode,
    message: string,
    { path, ...options }: { cause?: unknown; path?: Path | undefined } = {},
  ) {
    super(message, options)
    this.code = code
    this.status = httpStatus[code]
    if (path) this.path = path
  }
}
