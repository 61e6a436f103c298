// Something that was said on a connection, and what became of it. The network carries it and the transcript keeps it:
// there is one object for each frame.
import type { Arrive, Direction, Ends, Parcel } from '../adapters/memory/wire'
import type { Arriving, Lane } from './lane'

/** The client's end of a connection, as the transcript calls it. */
export interface Party {
  readonly who: string
  /** Which of that one's WebSockets in the channel, from 1; 0 for a request. */
  readonly place: number
  readonly kind: Ends['kind']
  /** Its whole URL. */
  readonly path: string
}

export class Entry implements Arriving {
  readonly party: Party
  readonly direction: Direction
  readonly what: Parcel | 'severed'
  /** A frame's text, a close's code and reason, an answer's status. */
  readonly text: string
  /** ms on the server's clock. */
  readonly at: number
  readonly way: Lane
  /** How often it arrives, as long as nothing happens to its way; how often it has. */
  copies = 1
  arrived = 0
  /** Its way was cut already when it was sent. */
  readonly #wasCut: boolean
  /** Given up after the last arrival: the transcript outlives the connection. */
  #arrive: Arrive | undefined

  constructor(
    party: Party,
    direction: Direction,
    what: Parcel | 'severed',
    text: string,
    at: number,
    way: Lane,
    arrive?: Arrive,
  ) {
    this.party = party
    this.direction = direction
    this.what = what
    this.text = text
    this.at = at
    this.way = way
    this.#wasCut = way.cut
    this.#arrive = arrive
  }

  /** Empty where all went well. */
  get fate(): '' | 'twice' | 'lost' | 'under way' {
    if (this.arrived > 1) return 'twice'
    if (this.arrived === 1 || this.what === 'severed') return ''
    return this.#wasCut || this.way.dead ? 'lost' : 'under way'
  }

  come(): void {
    this.way.let(this)
  }

  arrive(): void {
    const arrive = this.#arrive
    const again = this.arrived++ > 0
    if (this.arrived === this.copies) this.#arrive = undefined
    arrive?.(this.text, again)
  }
}
