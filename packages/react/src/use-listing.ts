// The list of a channel's newest events: heard while mounted, read from the history when it opens and where events may be missing.
import type { Channel, Reason, Status, WebSocketsError } from '@websockets.do/client'
import type { Contract } from '@websockets.do/client/contract'
import { useEffect, useState } from 'react'
import type { Name } from './entry'
import { type ListedEvent, type Listing, withHeard, withHistory } from './listing'
import { useRegistry } from './provider'
import { readHistory } from './read-history'
import { useLatest } from './use-latest'
import { useRendered } from './use-rendered'

export interface UseEventsOptions<Type extends string = string> {
  /** How many events to keep, the newest: at least 1. Default 100. */
  readonly limit?: number | undefined
  /** Those of one name alone. Default: all that are published. */
  readonly type?: Type | undefined
  /** False: only what is heard from now on. Default true, which takes the server's permission. */
  readonly history?: boolean | undefined
  /** False: as if the name were null. Default true. */
  readonly enabled?: boolean | undefined
}

/** What there is of the history: while it is not there, or can't be had, what is heard is listed all the same. */
export type EventsState =
  | { readonly status: 'loading' | 'ready'; readonly error?: undefined }
  | { readonly status: 'failed'; readonly error: WebSocketsError | Reason }

/** The same each time: an effect may depend on it. */
const none: readonly ListedEvent[] = []

export function useListing(
  name: Name,
  { limit: wished = 100, type, history = true, enabled = true }: UseEventsOptions = {},
  contract?: Contract,
): readonly [events: readonly ListedEvent[], state: EventsState] {
  const target = enabled ? name : null
  const limit = Math.max(1, Math.trunc(wished) || 1)
  const { entry } = useRegistry()
  const rendered = useRendered(history ? target : null)
  const of = `${target}\n${type}`
  const begin = (): Listing => ({
    ...{ of, events: none, status: 'loading' },
    ...rendered?.list(type, limit, contract),
  })
  const [last, setLast] = useState(begin)
  const shown = last.of === of ? last : begin()
  const shownRef = useLatest(shown)
  const sinceRef = useLatest(rendered?.list(type, limit, contract).since)
  useEffect(() => {
    const known = entry(target)
    /** The history that counts, of those that are on their way; true where none is needed. */
    let asked: unknown
    const update = (change: (listing: Listing) => Listing): void => {
      setLast((before) => change(before.of === of ? before : shownRef.current))
    }
    const begun = (status: Listing['status']): void => {
      update((listing) => {
        const events = listing.events.slice(-limit)
        return { ...listing, events, last: events.at(-1)?.eventID, status, error: undefined }
      })
    }
    const fail = (error: WebSocketsError | Reason): void => {
      // The next connection may have more luck.
      asked = false
      update((listing) => (listing.status === 'loading' ? { ...listing, status: 'failed', error } : listing))
    }
    const load = (channel: Channel): void => {
      begun('loading')
      const isWanted = (): boolean => own === asked
      const own: Promise<ListedEvent[]> = readHistory(
        channel,
        limit,
        type,
        contract ?? known.wanted().contract,
        isWanted,
      )
      asked = own
      own.then(
        (events) => isWanted() && update((listing) => withHistory(listing, events, limit)),
        (error: WebSocketsError) => isWanted() && fail(error),
      )
    }
    const release = known.hold((channel, first) => {
      // To what a server rendered nothing is missing where the channel goes on from there.
      asked = !history || (known.since && known.since === sinceRef.current && !channel?.self)
      // Without a name there is nothing to wait for.
      begun(asked || target === null ? 'ready' : 'loading')
      const follow = (status: Status): void => {
        if (status.state === 'open' && channel && !asked) load(channel)
        if (status.state === 'closed') fail(status.reason)
      }
      follow(first)
      if (!channel) return undefined
      const offs = [
        channel.on(type ?? 'event', (event) => update((listing) => withHeard(listing, event, limit))),
        channel.on('gap', () => history && load(channel)),
        channel.on('status', follow),
      ]
      return () => {
        for (const off of offs) off()
      }
    })
    return () => {
      asked = true
      release()
    }
  }, [entry, target, type, limit, history, contract, of, shownRef, sinceRef])
  return [shown.events, shown as EventsState]
}
