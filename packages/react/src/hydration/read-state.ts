// Makes what hooks begin with of a state that came with a page. It may have been made by another version, or by anybody: what can't be read is left out.
import { type HistoryEntry, type Member, WebSocketsError } from '@websockets.do/client'
import { idle, type Name, type Rendered } from '../entry'

export interface ReadState {
  readonly channels: ReadonlyMap<Name, Rendered>
  /** What the first thing was that could not be read. */
  readonly error: WebSocketsError | undefined
}

export function readState(state: unknown): ReadState {
  const channels = new Map<Name, Rendered>()
  let error: WebSocketsError | undefined
  try {
    const { version, channels: listed } = (state ?? { version: 1, channels: [] }) as Record<string, unknown>
    if (version !== 1 || !Array.isArray(listed)) throw new Error('expected a state of version 1')
    for (const entry of listed) {
      const { name, members, history } = (entry ?? {}) as Record<string, unknown>
      if (
        typeof name === 'string' &&
        (members === undefined || isListOf(members, isMember)) &&
        (history === undefined || isHistory(history))
      ) {
        channels.set(name, {
          snapshot: members ? Object.freeze({ ...idle, members, others: members }) : idle,
          events: history?.events ?? [],
          isAll: history?.isAll ?? false,
          since: history?.since,
        })
      } else {
        error = new WebSocketsError('BAD_PARAMETER', 'expected a channel with its name, members and history')
      }
    }
  } catch (cause) {
    error = new WebSocketsError('BAD_PARAMETER', 'expected what `dehydrate` gave', { cause })
  }
  return { channels, error }
}

function isHistory(value: unknown): value is Omit<Rendered, 'snapshot'> {
  const { events, isAll, since } = Object(value)
  return isListOf(events, isEntry) && typeof isAll === 'boolean' && /^[\w-]{1,64}:\d{1,15}$/.test(String(since))
}

function isListOf<Item>(value: unknown, isItem: (item: unknown) => item is Item): value is readonly Item[] {
  return Array.isArray(value) && value.every(isItem)
}

function isMember(value: unknown): value is Member {
  const { clientID, presence } = Object(value)
  return typeof clientID === 'string' && Object(presence) === presence
}

function isEntry(value: unknown): value is HistoryEntry {
  const { eventID, seq, payload } = Object(value)
  return typeof eventID === 'string' && typeof seq === 'number' && payload !== undefined
}
