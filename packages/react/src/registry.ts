// The channels that mounted components use: one each by name, however many components there are, and for a while after the last is gone.
import type { Channel, ChannelEvent, ChannelOptions, Client, Snapshot, WebSocketsError } from '@websockets.do/client'

/** What a channel looks like before it is opened, and always on a server. */
export const idle: Snapshot = Object.freeze({
  status: Object.freeze({ state: 'idle' }),
  members: Object.freeze([]),
  others: Object.freeze([]),
  self: undefined,
  presence: Object.freeze({}),
  latency: 0,
})

export class Registry {
  readonly #client: Client
  readonly #lingerMs: number
  /** Shared with the other providers of the client, so that none closes what another uses. */
  readonly #entries: Map<string, Entry>

  constructor(client: Client, lingerMs: number) {
    this.#client = client
    this.#lingerMs = lingerMs
    this.#entries = entriesOf.get(client) ?? new Map()
    entriesOf.set(client, this.#entries)
  }

  snapshot(name: string): Snapshot {
    return this.#entries.get(name)?.snapshot() ?? idle
  }

  /** Holds the channel, and calls `listener` after each change of its snapshot; the result lets go. */
  subscribe(name: string, options: ChannelOptions, listener: () => void): () => void {
    return this.#hold(name, options, (entry) => entry.onChange(listener))
  }

  /** Holds the channel, and hears one kind of its events; the result lets go. */
  listen(name: string, type: string, handler: (event: ChannelEvent) => unknown): () => void {
    return this.#hold(name, {}, (entry) => entry.on(type, handler))
  }

  /** The channel itself, for something done now; if no component uses it, it is kept for as long as the linger. */
  use<R>(name: string, act: (channel: Channel) => R): R {
    let result: R | undefined
    this.#hold(name, {}, (entry) => {
      result = act(entry.open())
      return () => undefined
    })()
    return result as R
  }

  #hold(name: string, options: ChannelOptions, attach: (entry: Entry) => () => void): () => void {
    let entry = this.#entries.get(name)
    if (!entry) {
      entry = new Entry(this.#client, name)
      this.#entries.set(name, entry)
    }
    const held = entry
    held.acquire(options)
    const release = () => held.release(this.#lingerMs, () => this.#entries.delete(name))
    let detach: () => void
    try {
      detach = attach(held)
    } catch (error) {
      release()
      throw error
    }
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      detach()
      release()
    }
  }
}

const entriesOf = new WeakMap<Client, Map<string, Entry>>()

class Entry {
  readonly #client: Client
  readonly #name: string
  readonly #listeners = new Set<() => void>()
  readonly #handlers = new Set<{
    readonly type: string
    readonly handler: (event: ChannelEvent) => unknown
    off?: () => void
  }>()
  #options: ChannelOptions = {}
  #channel: Channel | undefined
  /** What is shown where there can be no channel: of an impossible name, or without a server to connect to. */
  #refused: Snapshot | undefined
  #holders = 0
  #cancelLinger: (() => void) | undefined
  #endLinger: (() => void) | undefined

  constructor(client: Client, name: string) {
    this.#client = client
    this.#name = name
  }

  snapshot(): Snapshot {
    return this.#channel?.snapshot() ?? this.#refused ?? idle
  }

  /** Of the options that several components give, each one counts that comes first. */
  acquire(options: ChannelOptions): void {
    // Refused, or closed from elsewhere: whoever mounts next tries again.
    if (this.#holders === 0 && this.#isOver) this.#channel = undefined
    this.#holders++
    this.#cancelLinger?.()
    this.#endLinger = undefined
    if (this.#channel) return
    // One that is given as undefined is not given.
    for (const [key, value] of Object.entries(options)) {
      if (value !== undefined && !(key in this.#options)) this.#options = { ...this.#options, [key]: value }
    }
    // Children mount before their parents: it waits until all that mount together have said what they want.
    void Promise.resolve().then(() => {
      if (this.#holders > 0) this.#tryToOpen()
    })
  }

  release(lingerMs: number, gone: () => void): void {
    if (--this.#holders > 0) return
    const end = (): void => {
      this.#cancelLinger?.()
      this.#endLinger = undefined
      gone()
      this.#channel?.close()
    }
    // There is nothing to keep for whoever mounts next.
    if (this.#isOver) return end()
    this.#cancelLinger = this.#client.clock.after(lingerMs, end)
    this.#endLinger = end
  }

  /** Never opened, or closed from elsewhere. */
  get #isOver(): boolean {
    return (this.#channel?.status.state ?? 'closed') === 'closed'
  }

  open(): Channel {
    if (this.#channel) return this.#channel
    const channel = this.#client.channel(this.#name, this.#options)
    this.#channel = channel
    channel.subscribe(() => this.#changed())
    for (const entry of this.#handlers) entry.off = channel.on(entry.type, entry.handler)
    this.#changed()
    return channel
  }

  #tryToOpen(): void {
    try {
      this.open()
    } catch (error) {
      const { code = 'INTERNAL', message } = error as WebSocketsError
      this.#refused = Object.freeze<Snapshot>({ ...idle, status: { state: 'closed', reason: { code, message } } })
      this.#changed()
    }
  }

  onChange(listener: () => void): () => void {
    // Wrapped, since two components may well give the same function.
    const own = () => listener()
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  on(type: string, handler: (event: ChannelEvent) => unknown): () => void {
    const entry: { type: string; handler: (event: ChannelEvent) => unknown; off?: () => void } = { type, handler }
    this.#handlers.add(entry)
    if (this.#channel) entry.off = this.#channel.on(type, handler)
    return () => {
      this.#handlers.delete(entry)
      entry.off?.()
    }
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener()
    if (this.#isOver) this.#endLinger?.()
  }
}
