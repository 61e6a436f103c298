// The query parameters of /:channel/listen [LI-4].
import { isJsonObject, type JsonObject, type Limits, utf8Bytes } from '@websockets.do/protocol'
import type { SessionRequest } from '../core/session'
import { parseJson } from './parse-json'
import { parsePosition, type Position } from './position'
import { urlOf } from './url-of'

export interface ListenRequest {
  /** Absent where nothing is said. */
  readonly presence?: JsonObject
  readonly rewind?: number
  readonly since?: Position
  readonly session?: SessionRequest
}

export type ListenReading =
  | { readonly ok: true; readonly listen: ListenRequest }
  | { readonly ok: false; readonly code: 'BAD_PARAMETER' | 'PAYLOAD_TOO_LARGE'; readonly message: string }

export function readListenRequest(request: Request, limits: Limits): ListenReading {
  const { searchParams, search } = urlOf(request)
  const presence = readPresence(searchParams.get('presence'), search, limits)
  if (!presence.ok) return presence
  const rewind = searchParams.get('rewind')
  if (rewind !== null && !/^\d{1,6}$/.test(rewind)) return bad('expected "rewind" to be a whole number')
  const attempt = searchParams.get('attempt')
  if (attempt !== null && !/^\d{1,15}$/.test(attempt)) return bad('expected "attempt" to be a whole number')
  const token = searchParams.get('session')
  const session = {
    ...(token !== 'new' && { token: token ?? '' }),
    ...(attempt !== null && { attempt: Number(attempt) }),
  }
  // An EventSource that comes back by itself repeats its URL, and knows better only here.
  const position = request.headers.get('last-event-id') ?? searchParams.get('since')
  return {
    ok: true,
    listen: {
      ...(presence.value && { presence: presence.value }),
      ...(rewind !== null && { rewind: Number(rewind) }),
      ...(token !== null && { session }),
      // A position that cannot be read is one that cannot be recovered: the listener is told so.
      ...(position !== null && { since: parsePosition(position) ?? { epoch: '', seq: 0 } }),
    },
  }
}

type Presence =
  | { readonly ok: true; readonly value: JsonObject | undefined }
  | Extract<ListenReading, { readonly ok: false }>

function readPresence(text: string | null, search: string, limits: Limits): Presence {
  if (text === null) return { ok: true, value: undefined }
  const { maxPresenceParameterBytes, maxPresenceBytes } = limits
  const written =
    search
      .slice(1)
      .split('&')
      .find((part) => new URLSearchParams(part).has('presence')) ?? ''
  const encoded = written.slice(written.indexOf('=') + 1)
  if (encoded.length > maxPresenceParameterBytes || utf8Bytes(text) > maxPresenceBytes) {
    return {
      ok: false,
      code: 'PAYLOAD_TOO_LARGE',
      message: `"presence" has at most ${maxPresenceParameterBytes} bytes here; send PRESENCE for more`,
    }
  }
  const parsed = parseJson(text, limits.maxJsonDepth)
  if (parsed.ok && isJsonObject(parsed.value)) return { ok: true, value: parsed.value }
  return bad(`expected "presence" to be a JSON object, nested at most ${limits.maxJsonDepth} deep`)
}

function bad(message: string): Extract<ListenReading, { ok: false }> {
  return { ok: false, code: 'BAD_PARAMETER', message }
}
