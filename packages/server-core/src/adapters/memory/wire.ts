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

/** A queue that is worked off in microtasks, one for each item: promises get their turn in between. One item that throws is dropped alone. */
export class Soon<T> {
  readonly #work: (item: T) => void
  #items: T[] = []
  #done = 0
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
    void turn.then(this.#run)
  }

  readonly #run = (): void => {
    const item = this.#items[this.#done++] as T
    try {
      this.#work(item)
    } finally {
      if (this.#done === this.#items.length) {
        this.#items = []
        this.#done = 0
        this.#due = false
      } else {
        if (this.#done === COMPACT_AT) {
          this.#items.splice(0, COMPACT_AT)
          this.#done = 0
        }
        void turn.then(this.#run)
      }
    }
  }
}

const turn = Promise.resolve()

/** A queue that never gets empty must not grow for ever. */
const COMPACT_AT = 1_024
