// POST /:channel/send: what a member without a WebSocket sends [LI-3]. All of it can be read, or none of it is done.
import { type EmitResult, isJsonObject, type Json, type Limits, utf8Bytes } from '@websockets.do/protocol'
import { refused } from '../core/frames'
import type { Clock } from '../core/ports'
import { readBody } from './body'
import { parseJson } from './parse-json'

/** A frame as a socket would have carried it, or what its close frame would have said. */
export type Posted = { readonly text: string } | { readonly closeCode: number }

export type SendReading =
  | { readonly ok: true; readonly messages: readonly Posted[] }
  | { readonly ok: false; readonly result: EmitResult }

export async function readSendRequest(request: Request, limits: Limits, clock: Clock): Promise<SendReading> {
  const { maxMessageBytes, bodyTimeoutMs, maxJsonDepth } = limits
  const maxBytes = MESSAGES_BYTES * maxMessageBytes
  const body = await readBody(request, maxBytes, bodyTimeoutMs, clock)
  if (!body.ok) {
    if (body.fault === 'too-large') return refuse('PAYLOAD_TOO_LARGE', `a body has at most ${maxBytes} bytes`)
    if (body.fault === 'too-slow') return refuse('BAD_PAYLOAD', `the body did not arrive within ${bodyTimeoutMs} ms`)
    return refuse('BAD_PAYLOAD', 'expected a body of JSON in UTF-8, and all of it')
  }
  // One level more for the list; a message that is too deep by itself is answered as on a socket.
  const parsed = parseJson(body.text, maxJsonDepth + 1)
  if (!parsed.ok) return refuse('BAD_PAYLOAD', parsed.fault ?? EXPECTED)
  const list = Array.isArray(parsed.value) ? parsed.value : [parsed.value]
  if (list.length === 0 || list.length > MAX_MESSAGES) return refuse('BAD_PAYLOAD', EXPECTED)
  const messages: Posted[] = []
  for (const value of list) {
    const message = readMessage(value)
    if (!message) return refuse('BAD_PAYLOAD', EXPECTED)
    if ('text' in message && utf8Bytes(message.text) > maxMessageBytes)
      return refuse('PAYLOAD_TOO_LARGE', `a message has at most ${maxMessageBytes} bytes`)
    messages.push(message)
  }
  return { ok: true, messages }
}

function readMessage(value: Json): Posted | undefined {
  if (!isJsonObject(value)) return undefined
  const { type, code = 1000 } = value
  if (typeof type !== 'string') return undefined
  if (type.toUpperCase() !== 'CLOSE') return { text: JSON.stringify(value) }
  return isCloseCode(code) ? { closeCode: code } : undefined
}

// What a browser may say, and what it says by itself when its page goes away.
function isCloseCode(code: unknown): code is number {
  return Number.isInteger(code) && (code === 1000 || code === 1001 || (Number(code) >= 3000 && Number(code) <= 4999))
}

function refuse(code: 'BAD_PAYLOAD' | 'PAYLOAD_TOO_LARGE', message: string): SendReading {
  return { ok: false, result: refused(code, message) }
}

const MAX_MESSAGES = 100
/** A body has as many bytes as so many of the largest messages. */
const MESSAGES_BYTES = 16
const EXPECTED = `expected a message such as {"type":"PONG"}, or a list of 1 to ${MAX_MESSAGES} of them`
