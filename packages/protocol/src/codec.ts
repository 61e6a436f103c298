// Text ↔ message. What arrives from the network is data: nothing here throws.
import { isJsonObject, type Json, type JsonObject } from './json'

/** A frame that could be read: `type` in upper case, everything else as it came. */
export interface Frame {
  readonly type: string
  readonly fields: JsonObject
}

export type Decoded<T> = { readonly ok: true; readonly message: T } | { readonly ok: false; readonly detail: string }

/** Reads one frame; `type` is accepted in any letter case [CL-1]. */
export function decode(text: string): Decoded<Frame> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, detail: 'expected JSON' }
  }
  if (!isJsonObject(value)) return { ok: false, detail: `expected a JSON object, got ${kindOf(value)}` }
  const type = value['type']
  if (typeof type !== 'string') return { ok: false, detail: `expected a string in "type", got ${kindOf(type)}` }
  return { ok: true, message: { type: type.toUpperCase(), fields: value } }
}

/** The deepest nesting of arrays and objects in a JSON text, counted without building it: `1` is 0, `[]` is 1. */
export function depthOf(json: string): number {
  let deepest = 0
  let depth = 0
  let quoted = false
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at)
    if (quoted) {
      if (unit === BACKSLASH) at++
      else if (unit === QUOTE) quoted = false
    } else if (unit === QUOTE) {
      quoted = true
    } else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) {
      depth++
      if (depth > deepest) deepest = depth
    } else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) {
      depth--
    }
  }
  return deepest
}

/** Whether a JSON text has a number beyond what a double holds: parsed, it would be Infinity, and passed on as null. */
export function overflows(json: string): boolean {
  // A long number is looked for from its first digit alone: from each of them it would take 200 times as long.
  if (!/[eE]\+?\d{3}|(?:^|\D)\d{209}/.test(json)) return false
  let found = false
  JSON.parse(json, (_, value: unknown) => {
    if (value === Infinity || value === -Infinity) found = true
    return null
  })
  return found
}

/** How many bytes a string takes in UTF-8; a lone surrogate counts 3, as encoders replace it. */
export function utf8Bytes(text: string): number {
  let bytes = text.length
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) continue
    if (unit < 0x800) {
      bytes += 1
    } else if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      bytes += 2
      at++
    } else {
      bytes += 2
    }
  }
  return bytes
}

/** A word for what a value is, fit for an error message: it never shows the value itself. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** A payload of exactly `{ event, data }` is a named event; any other is unnamed [MS-10]. */
export function namedEvent(payload: Json): { readonly event: string; readonly data: Json } | undefined {
  if (!isJsonObject(payload)) return undefined
  const { event, data } = payload
  if (typeof event !== 'string' || data === undefined || Object.keys(payload).length !== 2) return undefined
  return { event, data }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
