// Makes what hooks begin with of a state that came with a page. It may have been made by another version, or by anybody: what can't be read is left out.
import { type HistoryEntry, type Member, WebSocketsError } from '@websockets.do/client'
import { idle } from '../entry'
import { readEntries } from '../read-history'
import type { Rendered } from '../rendered'
import type { DehydratedHistory } from '../server/dehydrated-state'

/** What there is of a channel, and the position after it, to go on from. */
export interface ReadChannel extends Rendered {
  readonly since: string | undefined
  /** What it was read from. */
  readonly source: object
}

export type ReadChannels = ReadonlyMap<unknown, ReadChannel>

export interface ReadState {
  readonly channels: ReadChannels
  /** What the last thing was that could not be read. */
  readonly error: WebSocketsError | undefined
}

export function readState(state: unknown): ReadState {
  const channels = new Map<unknown, ReadChannel>()
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
        channels.set(name, readChannel(entry, members, history))
      } else {
        error = new WebSocketsError('BAD_PARAMETER', 'expected a channel with its name, members and history')
      }
    }
  } catch (cause) {
    error = new WebSocketsError('BAD_PARAMETER', 'expected what `dehydrate` gave', { cause })
  }
  return { channels, error }
}

function readChannel(
  source: object,
  members: readonly Member[] | undefined,
  { events, isAll, since }: Partial<DehydratedHistory> = {},
): ReadChannel {
  return {
    // An object of its own, also without members: that is how it is known.
    snapshot: Object.freeze({ ...idle, ...(members && { members, others: members }) }),
    since,
    source,
    list(type, limit, contract) {
      const found = readEntries(events ?? [], type, contract)
      // Where it is less than is asked for, the rest is read once there is a connection.
      const isEnough = isAll || found.length >= limit
      return { events: found.slice(-limit || Infinity), ...(isEnough && { since, status: 'ready' }) }
    },
  }
}

function isHistory(value: unknown): value is DehydratedHistory {
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
