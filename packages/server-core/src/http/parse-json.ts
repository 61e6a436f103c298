// JSON that came from outside, within what can be held and passed on; the walk for numbers goes no deeper than that.
import { depthOf, type Json, overflows } from '@websockets.do/protocol'

export type ParsedJson =
  | { readonly ok: true; readonly value: Json }
  /** Undefined: it is no JSON at all. */
  | { readonly ok: false; readonly fault: string | undefined }

export function parseJson(text: string, maxDepth: number): ParsedJson {
  if (depthOf(text) > maxDepth) return { ok: false, fault: `expected JSON nested at most ${maxDepth} deep` }
  try {
    const value = JSON.parse(text) as Json
    return overflows(text) ? { ok: false, fault: 'expected numbers that a double can hold' } : { ok: true, value }
  } catch {
    return { ok: false, fault: undefined }
  }
}
