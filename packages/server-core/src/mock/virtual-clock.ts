// A clock that stands still until it is advanced, timer by timer.
import type { Clock } from '../core/ports'
import { WebSocketsError } from '../error'
import { type Duration, msOf } from './duration'

/** A clock that a mock server can move. */
export interface MovableClock extends Clock {
  /** Timers that have not fired yet. */
  readonly pending: number
  /** Lets `ms` pass; `between` is awaited before the first timer that falls due, and after each. */
  advance(ms: number, between: () => Promise<void>): Promise<void>
}

interface Timer {
  due: number
  /** Of timers due at one moment, the one that was set first fires first. */
  order: number
  readonly everyMs: number | undefined
  readonly run: () => void
  cancelled: boolean
}

export class VirtualClock implements MovableClock {
  #now = 0
  #skew = 0
  #order = 0
  #pending = 0
  /** A binary heap: the next to fire is the first. Cancelled ones stay until they come up. */
  readonly #timers: Timer[] = []

  now(): number {
    return this.#now
  }

  /** Starts at 2026-01-01T00:00:00Z. */
  unixNow(): number {
    return START + this.#now + this.#skew
  }

  after(ms: number, run: () => void): () => void {
    return this.#add(Math.max(0, ms), undefined, run)
  }

  every(ms: number, run: () => void): () => void {
    return this.#add(ms, ms, run)
  }

  get pending(): number {
    return this.#pending
  }

  /** Moves the wall clock alone, as somebody does who sets it: in ms, forwards or back. */
  stepWallClock(ms: number): void {
    if (!Number.isFinite(ms)) throw new WebSocketsError('BAD_PARAMETER', `expected a number of ms, got ${String(ms)}`)
    this.#skew += ms
  }

  /** Lets time pass without running what falls due, as when a process is suspended; it runs at the next advance. */
  freeze(duration: Duration): void {
    this.#now += msOf(duration)
  }

  /** Cancels all timers. */
  clear(): void {
    for (const timer of this.#timers) timer.cancelled = true
    this.#timers.length = 0
    this.#pending = 0
  }

  async advance(ms: number, between: () => Promise<void>): Promise<void> {
    const until = this.#now + ms
    await between()
    for (let timer = this.#next(until); timer; timer = this.#next(until)) {
      this.#now = Math.max(this.#now, timer.due)
      this.#take()
      if (timer.everyMs === undefined) {
        timer.cancelled = true
        this.#pending--
      } else {
        timer.due = this.#now + timer.everyMs
        this.#put(timer)
      }
      timer.run()
      await between()
    }
    this.#now = Math.max(this.#now, until)
  }

  #add(ms: number, everyMs: number | undefined, run: () => void): () => void {
    const timer: Timer = { due: this.#now + ms, order: this.#order++, everyMs, run, cancelled: false }
    this.#put(timer)
    this.#pending++
    return () => {
      if (timer.cancelled) return
      timer.cancelled = true
      this.#pending--
    }
  }

  #next(until: number): Timer | undefined {
    while (this.#timers[0]?.cancelled) this.#take()
    const first = this.#timers[0]
    return first && first.due <= until ? first : undefined
  }

  #put(timer: Timer): void {
    const timers = this.#timers
    let at = timers.push(timer) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!isEarlier(timer, timers[above] as Timer)) break
      timers[at] = timers[above] as Timer
      at = above
    }
    timers[at] = timer
  }

  #take(): void {
    const timers = this.#timers
    const last = timers.pop()
    if (!last || timers.length === 0) return
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= timers.length) break
      if (below + 1 < timers.length && isEarlier(timers[below + 1] as Timer, timers[below] as Timer)) below++
      if (!isEarlier(timers[below] as Timer, last)) break
      timers[at] = timers[below] as Timer
      at = below
    }
    timers[at] = last
  }
}

function isEarlier(one: Timer, other: Timer): boolean {
  return one.due < other.due || (one.due === other.due && one.order < other.order)
}

/** 2026-01-01T00:00:00Z */
const START = 1_767_225_600_000
