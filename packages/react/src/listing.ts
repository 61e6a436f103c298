// A bounded list of events, as values: what is heard is added at its end, what is read from the history goes where it belongs.
import type { AnyEvent, ChannelTypes, WebSocketsError } from '@websockets.do/client'

/** An event as one keeps it: all of it but what acknowledges it. */
export type ListedEvent<Event = AnyEvent<ChannelTypes>> = Event extends unknown
  ? Omit<Event, 'ack' | 'nack' | 'requiresAck'>
  : never

export interface Listing {
  /** What it lists: the channel and the type. */
  readonly of: string
  /** Oldest first. */
  readonly events: readonly ListedEvent[]
  /** Where what a server rendered ends, if that is as much as is asked for. */
  readonly since?: string | undefined
  /** Where a history belongs that has none of the events. */
  readonly mark: number
  /** Whether the history is in it, as far as it was asked for. */
  readonly status: 'loading' | 'ready' | 'failed'
  readonly error?: WebSocketsError | undefined
}

export function withHeard(listing: Listing, event: ListedEvent, limit: number): Listing {
  // An answer may be quicker than the socket.
  if (listing.events.some(({ eventID }) => eventID === event.eventID)) return listing
  const events = [...listing.events, event].slice(-limit || Infinity)
  // Unless all of it was kept, whatever is before the mark has moved by one.
  const dropped = listing.events.length + 1 - events.length
  return { ...listing, events, mark: Math.max(0, listing.mark - dropped) }
}

/** What is not listed yet goes before the next that is, or after the last that is. */
export function withHistory(listing: Listing, history: readonly ListedEvent[], limit: number): Listing {
  const { events, mark } = listing
  const places = new Map(events.map(({ eventID }, place) => [eventID, place]))
  const missing: ListedEvent[][] = [...events.map(() => []), []]
  const first = history.find(({ eventID }) => places.has(eventID))
  const common = history.filter(({ eventID }) => places.has(eventID)).at(-1)
  let place = common ? (places.get(common.eventID) ?? 0) + 1 : mark
  for (const event of [...history].reverse()) {
    const known = places.get(event.eventID)
    if (known === undefined) missing[place]?.unshift(event)
    // What is older than all that is known was before all that was heard since, those included that no history has.
    else place = event === first ? Math.min(known, mark) : known
  }
  const merged = missing.flatMap((some, at) => [...some, ...events.slice(at, at + 1)])
  return { ...listing, events: merged.slice(-limit || Infinity), status: 'ready' }
}
