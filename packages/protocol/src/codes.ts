// Every error code with its HTTP status and close code, and the default limits: one vocabulary for frames, bodies and exceptions.

/** Error code → HTTP status. Codes without a status of their own never reach an HTTP caller. */
export const httpStatus = {
  BAD_MESSAGE: 400,
  UNKNOWN_TYPE: 400,
  BAD_PAYLOAD: 400,
  NO_PAYLOAD: 400,
  BAD_CHANNEL: 400,
  BAD_PARAMETER: 400,
  NOT_ENOUGH_CLIENTS: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  BAD_ORIGIN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  ACK_TIMEOUT: 408,
  ACK_INCOMPLETE: 408,
  PING_TIMEOUT: 408,
  REPLACED: 409,
  EVENT_ID_USED: 409,
  SESSION_GONE: 410,
  PAYLOAD_TOO_LARGE: 413,
  SLOW_CONSUMER: 413,
  UPGRADE_REQUIRED: 426,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  CHANNEL_FULL: 503,
  DRAINING: 503,
} as const

/** What can go wrong, as it is spelled in ERROR messages, HTTP bodies and exceptions alike. */
export type ErrorCode = keyof typeof httpStatus

/** Error code → the WebSocket close code it ends a connection with: 4000 + the HTTP status where one fits. */
export const closeCode = {
  BAD_MESSAGE: 4400,
  UNAUTHORIZED: 4401,
  FORBIDDEN: 4403,
  BAD_ORIGIN: 4403,
  PING_TIMEOUT: 4408,
  REPLACED: 4409,
  PAYLOAD_TOO_LARGE: 1009,
  SLOW_CONSUMER: 4413,
  RATE_LIMITED: 4429,
  INTERNAL: 1011,
  CHANNEL_FULL: 1013,
  DRAINING: 1012,
} as const satisfies Partial<Record<ErrorCode, number>>

/** The codes that can end a connection. */
export type ClosingCode = keyof typeof closeCode

/** The close code for a refusal: the table's, or 4000 + the HTTP status. */
export function closeCodeOf(code: ErrorCode): number {
  return code in closeCode ? closeCode[code as ClosingCode] : 4000 + httpStatus[code]
}
