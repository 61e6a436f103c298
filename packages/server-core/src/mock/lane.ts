// One direction of one connection of a mock network, and what all of them share.
import type { Coming, Soon } from '../adapters/memory/wire'
import type { Clock, Random } from '../core/ports'
import type { Transcript } from './transcript'

/** What all links of one network share. */
export interface Shared {
  readonly clock: Clock
  readonly random: Random
  readonly transcript: Transcript
  /** What comes up without delay, and breaks that are heard of a moment later. */
  readonly soon: Soon
  /** Lanes with something under way that takes its time. */
  readonly travelling: Set<Lane>
  /** Which numbers are taken by the connections of one name in one channel. */
  readonly places: Map<string, Set<number>>
  /** Of the clock's timers, those that are the network's. */
  timers: number
}

/** Something that arrives. */
export interface Arriving extends Coming {
  arrive(): void
}

interface Delayed {
  readonly due: number
  readonly arriving: Arriving
  /** Its timer has fired. */
  isDue: boolean
}

/** One direction of one connection: first in, first out, whatever delays it. */
export class Lane {
  readonly #shared: Shared
  held = false
  round = 0
  /** Nothing more gets in; what is under way arrives. */
  cut = false
  /** What is under way is lost too. */
  dead = false
  repeats = 0
  /** How many more frames pass; Infinity without a limit. */
  remaining = Infinity
  how: 'sever' | 'stall' = 'sever'
  /** What has had its time while the lane was held, and whatever has come up behind it. */
  #waiting: Arriving[] = []
  /** What takes its time, in order. */
  readonly #delayed: Delayed[] = []
  #lastDue = 0

  constructor(shared: Shared) {
    this.#shared = shared
  }

  get nextDue(): number | undefined {
    return this.held ? undefined : this.#delayed[0]?.due
  }

  push(delayMs: number, arriving: Arriving): void {
    if (delayMs > 0 || this.#delayed.length > 0) this.#delay(delayMs, arriving)
    else this.#shared.soon.push(arriving)
  }

  /** Its time has come: it arrives, unless the lane is held or lost. */
  let(arriving: Arriving): void {
    if (this.dead) return
    if (this.held || this.#waiting.length > 0) this.#waiting.push(arriving)
    else arriving.arrive()
  }

  release(): void {
    this.held = false
    if (this.#waiting.length > 0) this.#shared.soon.push({ way: this, come: () => this.#flush() })
  }

  lose(): void {
    this.cut = true
    this.dead = true
    this.#waiting = []
    this.#delayed.length = 0
    this.#shared.travelling.delete(this)
  }

  #delay(delayMs: number, arriving: Arriving): void {
    const { clock, travelling } = this.#shared
    const now = clock.now()
    const wait = Math.max(this.#lastDue, now + delayMs) - now
    // As the clock itself adds it up: rounding may make it another number than the greater of the two.
    const due = (this.#lastDue = now + wait)
    const delayed: Delayed = { due, arriving, isDue: false }
    this.#delayed.push(delayed)
    travelling.add(this)
    this.#shared.timers++
    clock.after(wait, () => {
      this.#shared.timers--
      delayed.isDue = true
      this.#comeUp()
    })
  }

  // Clocks round: the timer of what was sent later may fire first.
  #comeUp(): void {
    const first = this.#delayed[0]
    if (!first?.isDue) return
    this.#delayed.shift()
    if (this.#delayed.length === 0) this.#shared.travelling.delete(this)
    else if (this.#delayed[0]?.isDue) this.#shared.soon.push({ way: this, come: () => this.#comeUp() })
    this.let(first.arriving)
  }

  // One after the other, since one of them may hold or lose the lane again.
  #flush(): void {
    if (this.held || this.dead) return
    this.#waiting.shift()?.arrive()
    if (this.#waiting.length > 0) this.#shared.soon.push({ way: this, come: () => this.#flush() })
  }
}
