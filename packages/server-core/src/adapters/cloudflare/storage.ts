// What an object's SQLite keeps of its channels, and the alarm that wakes it. Tables are made when there is something to keep:
// an object that was merely asked has no storage, and costs none.
import type { Journal } from '../../core/ports'
import { type Saved, type SavedChannel, type SavedEvent, savedFault, type SavedMember } from '../../core/saved'
import type { ObjectStorage } from './runtime'

export class ChannelStorage implements Journal {
  readonly #storage: ObjectStorage
  readonly #afterwards: () => void
  /** Where the events of a channel that are gone end, until it is written down. */
  readonly #floors = new Map<string, number>()
  #hasTables: boolean
  /** Its tables are gone, and what is left when they are is not given back yet. */
  #isToBeCleared = false

  /** `afterwards` is told of each change. */
  constructor(storage: ObjectStorage, afterwards: () => void) {
    this.#storage = storage
    this.#afterwards = afterwards
    this.#hasTables = this.#rows("SELECT 1 FROM sqlite_master WHERE name = 'websockets_channels'").length > 0
  }

  /** For the option `saved`; undefined when there is nothing. Whoever is given what cannot be read has to say so: here it is gone by then. */
  load(unixNow: number): Saved | undefined {
    if (!this.#hasTables) return undefined
    const channels = this.#rows('SELECT name, epoch, floor FROM websockets_channels').map(({ name, epoch, floor }) =>
      this.#channel(String(name), String(epoch), Number(floor), unixNow),
    )
    const saved = { version: 1, savedAt: unixNow, channels } as const
    // Nobody goes on with it, and what begins anew must not be mixed with it.
    if (savedFault(saved) !== undefined) this.#drop()
    return saved
  }

  opened(channel: string, epoch: string): void {
    if (!this.#hasTables) for (const statement of TABLES) this.#rows(statement)
    this.#hasTables = true
    this.#rows('INSERT OR REPLACE INTO websockets_channels (name, epoch, floor) VALUES (?, ?, 0)', channel, epoch)
    this.#afterwards()
  }

  event(channel: string, event: SavedEvent): void {
    const text = JSON.stringify(event.sent === event.payload ? { ...event, sent: undefined } : event)
    try {
      this.#rows(
        'INSERT OR REPLACE INTO websockets_events (channel, seq, event) VALUES (?, ?, ?)',
        channel,
        event.seq,
        text,
      )
    } catch (error) {
      // Larger than a row may be: its place must neither be given again nor be a hole in what is replayed [RS-2].
      this.dropped(channel, event.seq)
      throw error
    }
    this.#afterwards()
  }

  dropped(channel: string, seq: number): void {
    this.#floors.set(channel, seq)
    this.#afterwards()
  }

  member(channel: string, member: SavedMember): void {
    const text = JSON.stringify(member)
    // Whose place in the list stays: the order is that in which they came.
    const query =
      'INSERT INTO websockets_members (channel, id, member) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET member = excluded.member'
    this.#rows(query, channel, member.clientID, text)
    this.#afterwards()
  }

  left(channel: string, clientID: string): void {
    this.#rows('DELETE FROM websockets_members WHERE channel = ? AND id = ?', channel, clientID)
    this.#afterwards()
  }

  freed(channel: string): void {
    this.#floors.delete(channel)
    for (const table of ['websockets_events', 'websockets_members'])
      this.#rows(`DELETE FROM ${table} WHERE channel = ?`, channel)
    this.#rows('DELETE FROM websockets_channels WHERE name = ?', channel)
    this.#afterwards()
  }

  /** Writes what may be written together, once for all that has happened in a turn of the event loop. */
  flush(): void {
    for (const [channel, floor] of this.#floors) {
      this.#rows('DELETE FROM websockets_events WHERE channel = ? AND seq <= ?', channel, floor)
      // Events have no holes between them: as long as there is one, it tells where the floor is.
      if (this.#rows('SELECT 1 FROM websockets_events WHERE channel = ? LIMIT 1', channel).length > 0) continue
      this.#rows('UPDATE websockets_channels SET floor = ? WHERE name = ?', floor, channel)
    }
    this.#floors.clear()
  }

  /** Gives back all of it and the alarm, once no channel is left: what is empty exists no more. Undefined where there is something, or never was. */
  clearIfEmpty(): Promise<void> | undefined {
    if (this.#hasTables && this.#rows('SELECT 1 FROM websockets_channels LIMIT 1').length === 0) this.#drop()
    if (this.#hasTables || !this.#isToBeCleared) return undefined
    this.#isToBeCleared = false
    return this.#clear()
  }

  async #clear(): Promise<void> {
    await this.#storage.deleteAlarm()
    // A subclass may keep something of its own.
    const others = await this.#storage.list({ limit: 1 })
    if (others.size === 0 && this.#rows(ANY_TABLE).length === 0) await this.#storage.deleteAll()
  }

  #drop(): void {
    for (const table of ['websockets_events', 'websockets_members', 'websockets_channels'])
      this.#rows(`DROP TABLE ${table}`)
    this.#hasTables = false
    this.#isToBeCleared = true
  }

  #channel(name: string, epoch: string, kept: number, unixNow: number): SavedChannel {
    const events = this.#rows('SELECT event FROM websockets_events WHERE channel = ? ORDER BY seq', name).map(
      ({ event }) => {
        const saved = parse(event) as SavedEvent
        return { ...saved, sent: saved.sent ?? saved.payload, ageMs: Math.max(0, unixNow - saved.timestamp) }
      },
    )
    const members = this.#rows('SELECT member FROM websockets_members WHERE channel = ? ORDER BY rowid', name).map(
      ({ member }) => parse(member) as SavedMember,
    )
    const floor = events[0] ? events[0].seq - 1 : kept
    return { name, epoch, seq: events.at(-1)?.seq ?? floor, floor, events, members }
  }

  #rows(query: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return this.#storage.sql.exec(query, ...values).toArray()
  }
}

/** What is no JSON is no record either, and found with those. */
function parse(text: unknown): object {
  try {
    return Object(JSON.parse(String(text))) as object
  } catch {
    return {}
  }
}

/** But the runtime's. */
const ANY_TABLE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 4) != '_cf_' LIMIT 1"

const TABLES = [
  'CREATE TABLE websockets_channels (name TEXT PRIMARY KEY, epoch TEXT NOT NULL, floor INTEGER NOT NULL) WITHOUT ROWID',
  'CREATE TABLE websockets_events (channel TEXT, seq INTEGER, event TEXT NOT NULL, PRIMARY KEY (channel, seq)) WITHOUT ROWID',
  'CREATE TABLE websockets_members (channel TEXT, id TEXT, member TEXT NOT NULL, PRIMARY KEY (channel, id))',
]
