// What goes on the wire: the recipient's own fields first, then a tail that all recipients of an event share, encoded once.
import { type EmitResult, type ErrorCode, type Limits, type Path, utf8Bytes } from '@websockets.do/protocol'

/** The shared end of a frame, from `"eventID"` to the closing brace. */
export interface Tail {
  readonly text: string
  readonly bytes: number
}

/** `payload` is JSON text; `more` starts with a comma where there is anything. */
export function tail(eventID: string, payload: string, more = ''): Tail {
  const text = `"eventID":"${eventID}","payload":${payload}${more}}`
  return { text, bytes: utf8Bytes(text) }
}

export function dataTail(
  event: {
    readonly eventID: string
    readonly payload: string
    readonly seq: number
    readonly from?: string
  },
  requiresAck: boolean,
): Tail {
  const from = event.from === undefined ? '' : `,"from":"${event.from}"`
  return tail(event.eventID, event.payload, `,"requires_ack":${requiresAck},"seq":${event.seq}${from}`)
}

/** The recipient's own fields, between the type and the tail. */
export function envelope(clientID: string, latency: number): string {
  return `"clientID":"${clientID}","latency":${latency},`
}

export interface ErrorPayload {
  readonly message: string
  readonly code: ErrorCode
  readonly retryAfterMs?: number
  /** Where in what came it is wrong [ER-3]. */
  readonly path?: Path
}

/** A refusal in the shape that HTTP answers, EMITTED and exceptions share [EM-7]. */
export function refused(
  code: ErrorCode,
  message: string,
  more: { retryAfterMs?: number; available?: number } = {},
): EmitResult {
  return { success: false, error: { code, message, ...more } }
}

export function channelFull({ maxMembers }: Limits): ErrorPayload & { readonly code: 'CHANNEL_FULL' } {
  return {
    code: 'CHANNEL_FULL',
    message: `this channel has ${maxMembers} members already, or as many observers: try again later`,
    retryAfterMs: 5_000,
  }
}

/** What a close frame says beside its code: when to come back, or why it was closed. */
export function closeReason({ code, retryAfterMs }: ErrorPayload): string {
  return retryAfterMs === undefined ? code : `retry-after=${retryAfterMs}`
}
