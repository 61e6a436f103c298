// A journal in memory that forgets nothing it was told to keep, and keeps it as text: what is not plain JSON would not survive.
import type { Journal, Saved, SavedChannel, SavedEvent, SavedMember } from '@websockets.do/server-core'

interface Kept {
  readonly epoch: string
  floor: number
  readonly events: Map<number, string>
  readonly members: Map<string, string>
}

export class MemoryJournal implements Journal {
  readonly #channels = new Map<string, Kept>()
  /** How often something was written. */
  writes = 0

  opened(channel: string, epoch: string): void {
    this.writes++
    this.#channels.set(channel, { epoch, floor: 0, events: new Map(), members: new Map() })
  }

  event(channel: string, event: SavedEvent): void {
    this.writes++
    this.#of(channel).events.set(event.seq, JSON.stringify(event))
  }

  dropped(channel: string, seq: number): void {
    this.writes++
    const kept = this.#of(channel)
    kept.floor = seq
    for (const place of kept.events.keys()) if (place <= seq) kept.events.delete(place)
  }

  member(channel: string, member: SavedMember): void {
    this.writes++
    this.#of(channel).members.set(member.clientID, JSON.stringify(member))
  }

  left(channel: string, clientID: string): void {
    this.writes++
    if (!this.#of(channel).members.delete(clientID)) throw new Error(`${clientID} left, and was never there`)
  }

  freed(channel: string): void {
    this.writes++
    this.#channels.delete(channel)
  }

  /** What the next server is given. */
  saved(unixNow: number): Saved {
    const channels = Array.from(this.#channels, ([name, { epoch, floor, events, members }]): SavedChannel => {
      const parsed = Array.from(events.values(), (text) => JSON.parse(text) as SavedEvent)
      const aged = parsed.map((event) => ({ ...event, ageMs: unixNow - event.timestamp }))
      const seq = parsed.at(-1)?.seq ?? floor
      const people = Array.from(members.values(), (text) => JSON.parse(text) as SavedMember)
      return { name, epoch, seq, floor, events: aged, members: people }
    })
    return { version: 1, savedAt: unixNow, channels }
  }

  #of(channel: string): Kept {
    const kept = this.#channels.get(channel)
    if (!kept) throw new Error(`${channel} was never opened`)
    return kept
  }
}
