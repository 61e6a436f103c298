// The channels that exist, and the one timer of a server: a sweep that runs while there are any [CH-4, I10].
import { Channel } from './channel'
import type { Saved } from './saved'
import type { Settings } from './settings'

export interface Stats {
  /** With a listener, an awaited emit or a retained event. */
  readonly channels: number
  readonly members: number
  /** Those of the members that have lost their connection, and may still come back. */
  readonly away: number
  /** Who reads along without being a member. */
  readonly observers: number
  /** Emits that wait for acknowledgements. */
  readonly awaited: number
  readonly retainedBytes: number
}

export class Registry {
  readonly #settings: Settings
  readonly #sweepMs: number
  readonly #channels = new Map<string, Channel>()
  #stopSweep: (() => void) | undefined
  #closed = false

  constructor(settings: Omit<Settings, 'onEmpty'>, sweepMs: number) {
    this.#settings = { ...settings, onEmpty: (channel) => this.#free(channel) }
    this.#sweepMs = sweepMs
  }

  get settings(): Settings {
    return this.#settings
  }

  get awaitedCount(): number {
    return this.stats().awaited
  }

  stats(): Stats {
    const stats = { channels: this.#channels.size, members: 0, away: 0, observers: 0, awaited: 0 }
    for (const channel of this.#channels.values()) {
      const { members, away, observers } = channel.size
      stats.members += members
      stats.away += away
      stats.observers += observers
      stats.awaited += channel.awaitedCount
    }
    return { ...stats, retainedBytes: this.#settings.retention.bytes }
  }

  /** The channel of that name, made if need be. It is freed again as soon as it holds nothing. */
  open(name: string): Channel {
    const known = this.#channels.get(name)
    if (known) return known
    const channel = new Channel(name, this.#settings)
    this.#channels.set(name, channel)
    this.#startSweep()
    return channel
  }

  find(name: string): Channel | undefined {
    return this.#channels.get(name)
  }

  all(): Channel[] {
    return [...this.#channels.values()]
  }

  /** One sweep: drops what is too old, pings who is due, cuts off who is silent. */
  beat(): void {
    const { clock, pulse, retention, history } = this.#settings
    const now = clock.now()
    pulse.advance(now)
    retention.expire(now - history.maxAgeMs)
    for (const channel of this.#channels.values()) channel.beat()
  }

  /** Ms until a sweep has something to do; undefined while there is nothing to be done ever. */
  dueInMs(): number | undefined {
    const { clock, pulse, retention, history } = this.#settings
    const now = clock.now()
    // All that is retained may go together: until then it is too old a while before it goes, and goes at the next sweep.
    const newest = retention.newestAt
    const expiry = newest === undefined ? Infinity : newest + history.maxAgeMs + 1 - now
    const dueInMs = Math.min(pulse.nextAt - pulse.at(now), expiry)
    return this.#channels.size === 0 || dueInMs === Infinity ? undefined : Math.max(0, dueInMs)
  }

  save(): Saved {
    return {
      version: 1,
      savedAt: this.#settings.clock.unixNow(),
      channels: this.all().map((channel) => channel.stream.save(channel.name)),
    }
  }

  /** Takes over what an earlier process saved, before anything else happens. What is too old by now, or empty, goes at the next sweep. */
  restore({ savedAt, channels }: Saved): void {
    const { clock } = this.#settings
    if (channels.length > 0) this.#startSweep()
    const sinceMs = Math.max(0, clock.unixNow() - savedAt)
    const events = channels.flatMap((saved) => {
      const channel = new Channel(saved.name, this.#settings, saved)
      this.#channels.set(saved.name, channel)
      let ageMs = Infinity
      // Where the wall clock was set back in between, a later event seems to be older than the one before it.
      return saved.events.map((event) => ({ channel, event, ageMs: (ageMs = Math.min(ageMs, event.ageMs)) }))
    })
    events.sort((one, other) => other.ageMs - one.ageMs)
    for (const { channel, event, ageMs } of events) channel.stream.restore({ ...event, ageMs: ageMs + sinceMs })
  }

  /** Ends the sweeps for good: nobody listens any more. */
  close(): void {
    this.#closed = true
    this.#stopSweep?.()
  }

  #startSweep(): void {
    if (this.#stopSweep || this.#closed) return
    const { clock, pulse } = this.#settings
    pulse.start(clock.now())
    this.#stopSweep = clock.sleeps ? () => {} : clock.every(this.#sweepMs, () => this.beat())
  }

  // One that was freed before may say it again, while another has taken its name.
  #free(channel: Channel): void {
    if (this.#channels.get(channel.name) !== channel) return
    this.#channels.delete(channel.name)
    this.#settings.journal?.freed(channel.name)
    if (this.#channels.size > 0) return
    this.#stopSweep?.()
    this.#stopSweep = undefined
  }
}
