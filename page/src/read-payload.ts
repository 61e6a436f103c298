// Makes a payload of what was typed, or says why it is none.
import type { Json } from '@websockets.do/client'

export type PayloadReading =
  | { readonly ok: true; readonly payload: Json }
  | { readonly ok: false; readonly fault: string }

export function readPayload(text: string, via: 'socket' | 'http'): PayloadReading {
  if (text.trim() === '') return { ok: false, fault: 'Write some JSON: an object, a list, a number, null …' }
  try {
    const payload = JSON.parse(text) as Json
    // The client reads a bare text as the name of an event.
    if (typeof payload === 'string' && via === 'socket') {
      return { ok: false, fault: 'A text alone goes over HTTP only: here, put it into an object or a list.' }
    }
    return { ok: true, payload }
  } catch (error) {
    return { ok: false, fault: `This is not JSON yet: ${error instanceof Error ? error.message : String(error)}` }
  }
}
