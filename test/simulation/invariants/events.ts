// Every event that anybody was sent, put together from what all were sent.
import type { Listener, Log, Published } from '../log'
import { keyOf } from '../payload'

export interface SeenEvent {
  readonly eventID: string
  readonly place: string
  readonly epoch: string
  readonly channel: string
  readonly seq: number
  readonly from: string | undefined
  /** Undefined for a payload that nobody asked to be published. */
  readonly published: Published | undefined
  /** Who was sent it when it was published. */
  readonly live: Listener[]
  /** The first and the last time that somebody was sent it then. */
  first: number
  last: number
}

/** Those that were sent to somebody, and those that were retained for somebody. */
export function allEventsOf(log: Log): SeenEvent[] {
  const events = eventsOf(log)
  for (const [epoch, places] of log.retained) {
    for (const [place, { eventID, seq, from, payload }] of places) {
      const id = `${epoch} ${place}`
      if (events.has(id)) continue
      const published = log.published.get(keyOf(JSON.parse(payload)))
      const channel = published?.channel ?? ''
      events.set(id, { eventID, place, epoch, channel, seq, from, published, live: [], first: Infinity, last: 0 })
    }
  }
  return [...events.values()]
}

/** Whether an event is for whoever has this name now, if it has it still or has it back. */
export function isFor(log: Log, { published, from, epoch, place }: SeenEvent, clientID: string): boolean {
  if (!published || (!published.echo && from === clientID)) return false
  if (published.whom.kind === 'everyone') return true
  return (
    log.retained.get(epoch)?.get(place)?.addressees?.includes(clientID) ?? published.ids?.includes(clientID) ?? false
  )
}

export function eventsOf(log: Log): Map<string, SeenEvent> {
  const events = new Map<string, SeenEvent>()
  for (const listener of log.listeners) {
    const { out, sentAt, head, channel } = listener
    for (const [place, { eventID, seq, from, payload }] of out.data) {
      const id = `${out.epoch} ${place}`
      let event = events.get(id)
      if (!event) {
        const published = log.published.get(keyOf(payload))
        event = { eventID, place, epoch: out.epoch, channel, seq, from, published, live: [], first: Infinity, last: 0 }
        events.set(id, event)
      }
      if (seq <= head) continue
      const order = sentAt.get(place) ?? 0
      event.live.push(listener)
      event.first = Math.min(event.first, order)
      event.last = Math.max(event.last, order)
    }
  }
  return events
}
