// A channel's retained events: a window bounded by count, bytes and age, and what it can replay [RS-1, RS-8, RS-9].
import type { PublishedEvent } from './published-event'
import type { Retention } from './retention'
import type { HistorySettings } from './settings'

export class History {
  readonly #settings: HistorySettings
  readonly #retention: Retention
  readonly #onDrop: (event: PublishedEvent) => void
  /** Dropped ones leave an empty place: what is not counted must not be held. */
  #events: (PublishedEvent | undefined)[] = []
  #first = 0
  #bytes = 0
  #floor: number

  /** `floor` is above 0 where an earlier process had events that are gone. */
  constructor(settings: HistorySettings, retention: Retention, onDrop: (event: PublishedEvent) => void, floor = 0) {
    this.#settings = settings
    this.#retention = retention
    this.#onDrop = onDrop
    this.#floor = floor
  }

  /** The `seq` of the last event that is gone: nothing at or below it can be replayed. */
  get floor(): number {
    return this.#floor
  }

  get size(): number {
    return this.#events.length - this.#first
  }

  append(event: PublishedEvent): void {
    event.retained = true
    this.#events.push(event)
    this.#bytes += event.bytes
    this.#retention.add(event)
    this.#trim()
  }

  /** A retained event's answer is kept beside it, for repeats: it counts as the event's own bytes. */
  grow(event: PublishedEvent, bytes: number): void {
    if (!event.retained) return
    event.bytes += bytes
    this.#bytes += bytes
    this.#retention.grow(bytes)
    this.#trim()
  }

  /** The events go from the front only: the oldest of the process is the oldest of its channel. */
  dropOldest(): void {
    const event = this.#events[this.#first]
    if (!event) return
    this.#events[this.#first++] = undefined
    if (this.#first > 64 && this.#first * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#first)
      this.#first = 0
    }
    this.#bytes -= event.bytes
    this.#floor = event.seq
    this.#retention.remove(event)
    event.retained = false
    this.#onDrop(event)
  }

  /** All that are retained, oldest first. */
  all(): PublishedEvent[] {
    return this.#events.slice(this.#first) as PublishedEvent[]
  }

  /** The last `count` public events, oldest first; only those before `before`, where it is given. */
  last(count: number, before = Infinity): PublishedEvent[] {
    const found: PublishedEvent[] = []
    for (let at = this.#events.length - 1; at >= this.#first && found.length < count; at--) {
      const event = this.#events[at] as PublishedEvent
      if (event.seq < before && !event.addressees) found.push(event)
    }
    return found.reverse()
  }

  /** Every event after `seq`, oldest first; undefined when any of them is gone [RS-2]. */
  since(seq: number): PublishedEvent[] | undefined {
    if (seq < this.#floor) return undefined
    return this.all().filter((event) => event.seq > seq)
  }

  #trim(): void {
    const { maxEvents, maxBytes } = this.#settings
    while (this.size > 0 && (this.size > maxEvents || this.#bytes > maxBytes)) this.dropOldest()
  }
}
