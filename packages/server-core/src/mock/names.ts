// Frames in words that are the same in every run: people by name, events by number, latencies and positions left out.
import type { Entry } from './entry'

export interface Names {
  describe(entry: Entry): string
}

type Fields = Readonly<Record<string, unknown>>

/** Numbers events in the order in which it meets them, so it has to see all frames from the first. */
export function createNames(entries: readonly Entry[]): Names {
  const known = welcomed(entries)
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
    text.replace(/\b(client|evt|epoch|session)_[\w-]{8,}/g, (id: string, kind: string) => name(kind, id))
  const json = (value: unknown): string => shorten(rename(JSON.stringify(value) ?? ''))
  const ids = (value: unknown): string =>
    Array.isArray(value) ? value.map(String).map(rename).join(',') || 'nobody' : json(value)

  /** `requires_ack clients=2 from=ada`: what is false or not there is left out. */
  function marks(fields: Fields): string[] {
    return Object.entries(fields)
      .filter(([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0))
      .map(([key, value]) => {
        if (value === true) return key
        const isIDs = Array.isArray(value) && value.every((item) => typeof item === 'string')
        if (isIDs) return `${key}=${ids(value)}`
        return `${key}=${typeof value === 'string' ? rename(value) : json(value)}`
      })
  }

  function frame(text: string): string {
    const message = parsed(text)
    if (!message) return `(no frame) ${shorten(text)}`
    const { type, payload, latency: _latency, seq: _seq, clientID, eventID, ref, ...rest } = message
    const fields = isFields(payload) ? payload : {}
    // The others have an id too, which nobody ever asks for.
    const hasID = typeof eventID === 'string' && (type === 'DATA' || type === 'EMIT')
    const id = hasID ? [rename(eventID)] : []
    switch (type) {
      case 'CONNECTED': {
        const { members, heartbeat: _h, limits: _l, epoch: _e, seq: _s, session: _t, presence, ...welcome } = fields
        // A new session misses nothing: that goes without saying.
        const { resumed, recovered, ...more } = welcome
        const told = { resumed, recovered: resumed === false ? undefined : recovered, ...more }
        const others = Array.isArray(members) ? members.map(({ clientID: other }: Fields) => other) : []
        const own = isFields(presence) && Object.keys(presence).length > 0 ? [json(presence)] : []
        return ['CONNECTED', rename(String(clientID)), ...own, `members=${ids(others)}`, ...marks(told)].join(' ')
      }
      case 'PRESENCE:JOINED':
      case 'PRESENCE:UPDATED':
      case 'PRESENCE:LEFT': {
        const { clientID: whose, presence, ...more } = fields
        const is = isFields(presence) && Object.keys(presence).length > 0 ? [json(presence)] : []
        return [type, rename(String(whose)), ...is, ...marks(more)].join(' ')
      }
      case 'ACK':
      case 'ACKED':
      case 'EMITTED': {
        const { eventID: of, success, error, ref: asked, clientID: by, ...more } = fields
        const { code, message: _message, ...why } = isFields(error) ? error : { code: error }
        const failure = success === false ? ['failed'] : []
        return [
          type,
          ...(typeof of === 'string' ? [rename(of)] : marks({ ref: asked })),
          ...(typeof by === 'string' ? [`by ${rename(by)}`] : []),
          ...failure,
          ...(code === undefined ? [] : [String(code)]),
          ...marks({ ...why, ...more }),
        ].join(' ')
      }
      case 'ERROR': {
        const { code, message: words, ...more } = fields
        return ['ERROR', String(code), ...(words === undefined ? [] : [json(words)]), ...marks(more)].join(' ')
      }
      default: {
        const isEmpty = payload === undefined || ((type === 'PING' || type === 'PONG') && json(payload) === '{}')
        return [
          type,
          ...id,
          ...(isEmpty ? [] : [json(payload)]),
          ...marks(id.length > 0 ? rest : { ...rest, ref }),
        ].join(' ')
      }
    }
  }

  return {
    describe({ what, text, party: { kind, path } }) {
      switch (what) {
        case 'message':
          return frame(text)
        case 'chunk':
          return framesIn(text).map(frame).join(' + ') || '(comment)'
        case 'open': {
          const { pathname, search } = new URL(path)
          return `connect ${rename(decoded(pathname + search))}`
        }
        case 'request':
          return rename(decoded(text))
        case 'accept':
          return 'accepted'
        case 'refuse':
          return `refused ${text}`
        case 'response':
          return `answered ${text}`
        case 'end':
          return 'end of the stream'
        case 'close':
          return text.startsWith('1006') ? 'gone' : `close ${text}`.trimEnd()
        case 'severed':
          return text === 'both' ? `${kind === 'http' ? 'request' : 'connection'} lost` : `lost for the ${text}`
        default:
          return what satisfies never
      }
    },
  }
}

/** The names of those who were welcomed, by their ids: `ada`, and `ada#2` when she has come back to that channel. */
function welcomed(entries: readonly Entry[]): Map<string, string> {
  const known = new Map<string, string>()
  const lives = new Map<string, number>()
  for (const { what, text, party } of entries) {
    if (!text.includes('"type":"CONNECTED"')) continue
    const [first = text] = what === 'chunk' ? framesIn(text) : []
    const clientID = parsed(first)?.['clientID']
    if (typeof clientID !== 'string' || known.has(clientID)) continue
    const { who, place, path } = party
    const name = place > 1 ? `${who}-${place}` : who
    const key = `${name} ${new URL(path).pathname}`
    const life = (lives.get(key) ?? 0) + 1
    lives.set(key, life)
    known.set(clientID, life > 1 ? `${name}#${life}` : name)
  }
  return known
}

/** The `data:` of server-sent events. */
function framesIn(chunk: string): string[] {
  return Array.from(chunk.matchAll(/^data: ?(.*)$/gm), ([, data = '']) => data)
}

function parsed(text: string): (Fields & { readonly type: string }) | undefined {
  try {
    const message: unknown = JSON.parse(text)
    return isFields(message) && typeof message['type'] === 'string'
      ? { ...message, type: message['type'].toUpperCase() }
      : undefined
  } catch {
    return undefined
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shorten(text: string): string {
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS - 1)}…`
}

const MAX_CHARACTERS = 160

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
