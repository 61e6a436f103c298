// A bounded list of events, as values: what is heard is added at its end, what is read from the history goes where it belongs.
import type { AnyEvent, ChannelTypes, Reason, WebSocketsError } from '@websockets.do/client'

/** An event as one keeps it: all of it but what acknowledges it. */
export type ListedEvent<Event = AnyEvent<ChannelTypes>> = Event extends unknown
  ? Omit<Event, 'ack' | 'nack' | 'requiresAck'>
  : never

export interface Listing {
  /** What it lists: the channel and the type. */
  readonly of: string
  /** Oldest first. */
  readonly events: readonly ListedEvent[]
  /** The last event before what was heard since the history was asked for: one that has none of the events goes after it. */
  readonly last?: string | undefined
  /** Whether the history is in it, as far as it was asked for. */
  readonly status: 'loading' | 'ready' | 'failed'
  readonly error?: WebSocketsError | Reason | undefined
}

export function withHeard(listing: Listing, event: ListedEvent, limit: number): Listing {
  const { events } = listing
  // An answer may be quicker than the socket.
  const isKnown = events.some(({ eventID }) => eventID === event.eventID)
  return isKnown ? listing : { ...listing, events: [...events, event].slice(-limit) }
}

/** What is not listed yet goes before the next that is, or after the last that is. */
export function withHistory(listing: Listing, history: readonly ListedEvent[], limit: number): Listing {
  const events = [...listing.events]
  const placeOf = (id: string | undefined): number => events.findIndex(({ eventID }) => eventID === id)
  const mark = 1 + placeOf(listing.last)
  const first = history.find(({ eventID }) => placeOf(eventID) >= 0)
  let place = 1 + Math.max(...history.map(({ eventID }) => placeOf(eventID))) || mark
  for (const event of [...history].reverse()) {
    const known = placeOf(event.eventID)
    if (known < 0) events.splice(place, 0, event)
    // What is older than all that is known was before all that was heard since, those included that no history has.
    else place = event === first ? Math.min(known, mark) : known
  }
  return { ...listing, events: events.slice(-limit), status: 'ready' }
}
