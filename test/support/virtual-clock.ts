// A clock that stands still until it is advanced, timer by timer.
import type { Clock } from '@websockets.do/server-core'

interface Timer {
  due: number
  readonly order: number
  readonly everyMs?: number
  readonly run: () => void
}

export class VirtualClock implements Clock {
  #now = 0
  #skew = 0
  #order = 0
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#now
  }

  unixNow(): number {
    return START + this.#now + this.#skew
  }

  after(ms: number, run: () => void): () => void {
    return this.#add({ due: this.#now + Math.max(0, ms), order: this.#order++, run })
  }

  every(ms: number, run: () => void): () => void {
    return this.#add({ due: this.#now + ms, order: this.#order++, everyMs: ms, run })
  }

  /** Timers that have not fired yet. */
  get pending(): number {
    return this.#timers.size
  }

  /** Moves the wall clock alone, as somebody does who sets it. */
  stepWallClock(ms: number): void {
    this.#skew += ms
  }

  /** Lets time pass without running what falls due, as when a process is suspended; it runs at the next advance. */
  freeze(ms: number): void {
    this.#now += ms
  }

  /** Goes from timer to timer; `between` runs before the first and after each of them. */
  async advance(ms: number, between: () => Promise<void>): Promise<void> {
    const until = this.#now + ms
    await between()
    for (let next = this.#next(until); next; next = this.#next(until)) {
      this.#now = Math.max(this.#now, next.due)
      if (next.everyMs === undefined) this.#timers.delete(next)
      else next.due = this.#now + next.everyMs
      next.run()
      await between()
    }
    this.#now = until
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  #next(until: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.due > until) continue
      if (!next || timer.due < next.due || (timer.due === next.due && timer.order < next.order)) next = timer
    }
    return next
  }
}

/** 2026-01-01T00:00:00Z */
const START = 1_767_225_600_000
