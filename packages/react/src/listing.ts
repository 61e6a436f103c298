// A bounded list of events, as values: what is heard is added at its end, what is read from the history goes where it belongs.
import type { AnyEvent, ChannelEvent, ChannelTypes, WebSocketsError } from '@websockets.do/client'

/** An event that can be kept: all of it but what acknowledges it. */
export type ListedEvent<Event = AnyEvent<ChannelTypes>> = Event extends unknown
  ? Omit<Event, 'ack' | 'nack' | 'requiresAck'>
  : never

export interface Listing {
  /** What it lists: for anything else it is empty. */
  readonly of: unknown
  /** Oldest first. */
  readonly events: readonly ListedEvent[]
  /** Where the history belongs that knows none of the events. */
  readonly mark: number
  /** Whether the history is in it, as far as it was asked for. */
  readonly status: 'loading' | 'ready' | 'failed'
  readonly error: WebSocketsError | undefined
}

export type Change =
  | { readonly type: 'begun'; readonly status: 'loading' | 'ready'; readonly rendered: readonly ListedEvent[] }
  | { readonly type: 'heard'; readonly event: ListedEvent }
  | { readonly type: 'loaded'; readonly events: readonly ListedEvent[] }
  | { readonly type: 'failed'; readonly error: WebSocketsError }

export function empty(of: unknown): Listing {
  return { of, events: [], mark: 0, status: 'loading', error: undefined }
}

export function change(
  before: Listing,
  { of, limit, ...what }: Change & { readonly of: unknown; readonly limit: number },
): Listing {
  const listing = before.of === of ? before : empty(of)
  switch (what.type) {
    case 'begun': {
      const events = listing === before ? before.events : what.rendered
      return { of, events, mark: events.length, status: what.status, error: undefined }
    }
    case 'heard': {
      const events = [...listing.events, what.event]
      const dropped = Math.max(0, events.length - limit)
      return { ...listing, events: events.slice(dropped), mark: Math.max(0, listing.mark - dropped) }
    }
    case 'loaded':
      return { ...listing, events: merge(listing, what.events).slice(-limit), status: 'ready', error: undefined }
    case 'failed':
      return { ...listing, status: 'failed', error: what.error }
    default:
      return what satisfies never
  }
}

/** What is not listed yet goes before the next that is, or after the last that is. */
function merge({ events, mark }: Listing, loaded: readonly ListedEvent[]): ListedEvent[] {
  const places = new Map(events.map(({ eventID }, place) => [eventID, place]))
  const known = loaded.findLast(({ eventID }) => places.has(eventID))
  let place = known ? (places.get(known.eventID) as number) + 1 : mark
  const missing: ListedEvent[][] = events.map(() => [])
  missing.push([])
  for (const event of [...loaded].reverse()) {
    const at = places.get(event.eventID)
    if (at === undefined) missing[place]?.unshift(event)
    else place = at
  }
  return missing.flatMap((some, at) => [...some, ...events.slice(at, at + 1)])
}

/** Copied: what acknowledges it holds on to its channel. */
export function listed({ eventID, payload, name, data, from, seq }: ListedEvent | ChannelEvent): ListedEvent {
  return { eventID, payload, name, data, from, seq }
}
