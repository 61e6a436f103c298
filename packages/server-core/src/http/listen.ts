// The query parameters of /:channel/listen [LI-4].
import { isJsonObject, type JsonObject, type Limits, utf8Bytes } from '@websockets.do/protocol'
import { parseJson } from './parse-json'
import { parsePosition } from './position'
import { urlOf } from './url-of'

export interface ListenRequest {
  /** Absent where nothing is said. */
  readonly presence?: JsonObject
  readonly rewind?: number
  readonly since?: { readonly epoch: string; readonly seq: number }
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
  const last = request.headers.get('last-event-id')
  // A position that cannot be read is one that cannot be recovered: the listener is told so.
  const since = last === null ? undefined : (parsePosition(last) ?? { epoch: '', seq: 0 })
  return {
    ok: true,
    listen: {
      ...(presence.value && { presence: presence.value }),
      ...(rewind !== null && { rewind: Number(rewind) }),
      ...(since && { since }),
    },
  }
}

type Presence = { readonly ok: true; readonly value: JsonObject | undefined } | Extract<ListenReading, { ok: false }>

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
  if (parsed.ok && isJsonObject(parsed.value)) {
    // Our client always sends it: `{}` is what somebody has who has said nothing yet, and so is no matter for a contract.
    return { ok: true, value: Object.keys(parsed.value).length > 0 ? parsed.value : undefined }
  }
  return bad(`expected "presence" to be a JSON object, nested at most ${limits.maxJsonDepth} deep`)
}

function bad(message: string): Extract<ListenReading, { ok: false }> {
  return { ok: false, code: 'BAD_PARAMETER', message }
}
