// The channels that exist, and the one timer of a server: a sweep that runs while there are any [CH-4, I10].
import { Channel } from './channel'
import type { Settings } from './settings'

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
    let count = 0
    for (const channel of this.#channels.values()) count += channel.awaitedCount
    return count
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

  /** Ends the sweeps for good: nobody listens any more. */
  close(): void {
    this.#closed = true
    this.#stopSweep?.()
  }

  #startSweep(): void {
    if (this.#stopSweep || this.#closed) return
    const { clock, pulse } = this.#settings
    pulse.start(clock.now())
    this.#stopSweep = clock.every(this.#sweepMs, () => this.beat())
  }

  // One that was freed before may say it again, while another has taken its name.
  #free(channel: Channel): void {
    if (this.#channels.get(channel.name) !== channel) return
    this.#channels.delete(channel.name)
    if (this.#channels.size > 0) return
    this.#stopSweep?.()
    this.#stopSweep = undefined
  }
}
