// What lies between a client and the server in one process: it carries each parcel to the other end, later and in order.

/** Towards the server, or towards the client. */
export type Direction = 'up' | 'down'

/** `open`, `accept` and `refuse` are the upgrade, `message` is a frame, `close` a close frame; the rest is HTTP. */
export type Parcel = 'open' | 'accept' | 'refuse' | 'message' | 'close' | 'request' | 'response' | 'chunk' | 'end'

export interface Ends {
  readonly kind: 'websocket' | 'http'
  /** The whole URL, as the client gave it. */
  readonly url: string
  /** Of a member that the server has accepted. */
  readonly clientID?: string | undefined
  /** The connection breaks at this end, without a word: 1006 for a WebSocket, a TypeError for fetch. */
  lose(end: 'client' | 'server'): void
}

export interface Line {
  /** `arrive` is to be called later, never inside `carry`, and in the order of the calls within one direction. */
  carry(direction: Direction, parcel: Parcel, text: string, arrive: () => void): void
  /** Both ends know that the connection is over. */
  over(): void
}

export interface Wire {
  connect(ends: Ends): Line
}

/** Carries everything at once and in the order in which it was sent, whoever sent it. */
export function perfectWire(): Wire {
  const soon = new Soon<() => void>((arrive) => arrive())
  const line: Line = { carry: (_direction, _parcel, _text, arrive) => soon.push(arrive), over() {} }
  return { connect: () => line }
}

/** A queue that is worked off in a microtask. What comes in meanwhile waits for the next one, so that promises get their turn. */
export class Soon<T> {
  readonly #work: (item: T) => void
  #items: T[] = []
  #due = false

  constructor(work: (item: T) => void) {
    this.#work = work
  }

  get isEmpty(): boolean {
    return !this.#due
  }

  push(item: T): void {
    this.#items.push(item)
    if (this.#due) return
    this.#due = true
    void Promise.resolve().then(() => this.#run())
  }

  #run(): void {
    const items = this.#items
    this.#items = []
    let done = 0
    try {
      for (; done < items.length; done++) this.#work(items[done] as T)
    } finally {
      // One that threw is dropped alone.
      if (done < items.length) this.#items = [...items.slice(done + 1), ...this.#items]
      this.#due = this.#items.length > 0
      if (this.#due) void Promise.resolve().then(() => this.#run())
    }
  }
}
