// A program's value → the JSON text of a payload, within the limits.
import { depthOf, type ErrorCode, type Limits, utf8Bytes } from '@websockets.do/protocol'

export type EncodedPayload =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string }

export function encodePayload(value: unknown, limits: Limits): EncodedPayload {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (error) {
    return {
      ok: false,
      code: 'BAD_PAYLOAD',
      message: `expected a value that JSON can carry: ${error instanceof Error ? error.message : 'it threw'}`,
    }
  }
  if (text === undefined)
    return { ok: false, code: 'BAD_PAYLOAD', message: `expected a value that JSON can carry, got a ${typeof value}` }
  const bytes = utf8Bytes(text)
  if (bytes > limits.maxMessageBytes) {
    return {
      ok: false,
      code: 'PAYLOAD_TOO_LARGE',
      message: `a payload has at most ${limits.maxMessageBytes} bytes, got ${bytes}`,
    }
  }
  if (depthOf(text) > limits.maxJsonDepth) {
    return { ok: false, code: 'BAD_PAYLOAD', message: `expected JSON nested at most ${limits.maxJsonDepth} deep` }
  }
  return { ok: true, text }
}
