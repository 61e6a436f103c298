// Frames in words that are the same in every run: ids by number, latencies and positions left out.
import type { Entry } from './transcript'

export interface Names {
  describe(entry: Entry): string
}

/** Numbers the ids in the order in which it meets them, so it has to see all frames from the first. */
export function createNames(): Names {
  const known = new Map<string, string>()
  const counts = new Map<string, number>()

  function name(kind: string, id: string): string {
    const given = known.get(id)
    if (given !== undefined) return given
    const nth = (counts.get(kind) ?? 0) + 1
    counts.set(kind, nth)
    known.set(id, `${kind}_${nth}`)
    return `${kind}_${nth}`
  }

  const rename = (text: string): string =>
    text.replace(/\b(client|evt|epoch)_[\w-]{8,}/g, (id: string, kind: string) => name(kind, id))

  function frame(text: string): string {
    let message: Record<string, unknown>
    try {
      message = JSON.parse(text) as Record<string, unknown>
    } catch {
      return `(no JSON) ${shorten(text)}`
    }
    if (typeof message !== 'object' || message === null || typeof message['type'] !== 'string') return shorten(text)
    const { type, payload, latency: _, clientID, eventID, seq: _seq, ...rest } = message
    const parts = [type as string]
    if (type === 'CONNECTED' && typeof clientID === 'string') parts.push(rename(clientID))
    if (typeof eventID === 'string' && (type === 'DATA' || type === 'EMIT')) parts.push(rename(eventID))
    if (payload !== undefined) parts.push(shorten(rename(JSON.stringify(withoutNumbers(type, payload)))))
    const marks = Object.entries(rest).filter(([, value]) => value !== false && value !== undefined)
    for (const [key, value] of marks) parts.push(value === true ? key : `${key}=${rename(asText(value))}`)
    return parts.join(' ')
  }

  return {
    describe({ what, kind, text, path, direction }) {
      const url = new URL(path)
      const address = rename(decodePath(url.pathname + url.search))
      switch (what) {
        case 'message':
          return frame(text)
        case 'chunk':
          return text.startsWith(':') ? '(comment)' : frame(/^data: ?(.*)$/m.exec(text)?.[1] ?? text)
        case 'open':
          return `connect ${address}`
        case 'request':
          return `${rename(decodePath(text))}`
        case 'accept':
          return 'accepted'
        case 'refuse':
          return `refused ${text}`
        case 'response':
          return `answered ${text}`
        case 'end':
          return 'end of the stream'
        case 'close':
          return `close ${text}`.trimEnd()
        case 'severed':
          return text === 'both' ? `${kind === 'http' ? 'request' : 'connection'} lost` : `lost for the ${text}`
        default:
          return `${direction satisfies string}${what satisfies never}`
      }
    },
  }
}

// Numbers that depend on configuration or on what came before would make every snapshot differ.
function withoutNumbers(type: unknown, payload: unknown): unknown {
  if (type !== 'CONNECTED' || typeof payload !== 'object' || payload === null) return payload
  const { heartbeat: _h, limits: _l, epoch: _e, seq: _s, ...rest } = payload as Record<string, unknown>
  return rest
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function shorten(text: string): string {
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS - 1)}…`
}

const MAX_CHARACTERS = 160

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
