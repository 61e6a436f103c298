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

/** What becomes of a parcel at the other end. `again` where it has arrived before: a wire may repeat what it carries. */
export type Arrive = (text: string, again: boolean) => void

export interface Line {
  /** `arrive` is to be called later, never inside `carry`, and in the order of the calls within one direction. */
  carry(direction: Direction, parcel: Parcel, text: string, arrive: Arrive): void
  /** Both ends know that the connection is over. */
  over(): void
}

export interface Wire {
  connect(ends: Ends): Line
}

/** Carries everything at once and in the order in which it was sent, whoever sent it. */
export function perfectWire(): Wire {
  const soon = new Soon()
  return {
    connect() {
      const ways = { up: { round: 0 }, down: { round: 0 } }
      return {
        carry: (direction, _parcel, text, arrive) =>
          soon.push({ way: ways[direction], come: () => arrive(text, false) }),
        over() {},
      }
    },
  }
}

/** Something that comes up at the other end. */
export interface Coming {
  /** One direction of its connection. */
  readonly way: { round: number }
  come(): void
}

/**
 * A queue that is worked off in microtasks. Between two items of one way promises get their turn, as they do between two messages
 * of a browser's socket; those of different ways may come in one. An item that throws is dropped alone.
 */
export class Soon {
  #items: Coming[] = []
  #done = 0
  #round = 0
  #due = false

  get isEmpty(): boolean {
    return !this.#due
  }

  push(item: Coming): void {
    this.#items.push(item)
    if (this.#due) return
    this.#due = true
    void turn.then(this.#run)
  }

  readonly #run = (): void => {
    const round = ++this.#round
    // What is sent meanwhile waits for the next round.
    const items = this.#items
    const end = items.length
    try {
      while (this.#done < end) {
        const item = items[this.#done] as Coming
        if (item.way.round === round) break
        item.way.round = round
        this.#done++
        item.come()
      }
    } finally {
      if (this.#done === items.length) {
        this.#items = []
        this.#done = 0
        this.#due = false
      } else {
        if (this.#done > COMPACT_AT) {
          this.#items = items.slice(this.#done)
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
