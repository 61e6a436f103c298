// Heartbeat time: it advances with the sweeps, and a stall of the process counts for two of them at most.
// So a process that was suspended for minutes does not find all its members overdue when it wakes up.

export class Pulse {
  readonly #maxStepMs: number
  #time = 0
  #last = 0
  #nextAt = Infinity

  /** `sweepMs` is Infinity where all the time counts that passes between two sweeps. */
  constructor(sweepMs: number) {
    this.#maxStepMs = 2 * sweepMs
  }

  /** At the last sweep. */
  get now(): number {
    return this.#time
  }

  /** When the next sweep may have something to do: never later than it has. */
  get nextAt(): number {
    return this.#nextAt
  }

  /** Between two sweeps. */
  at(clockNow: number): number {
    return this.#time + this.#stepTo(clockNow)
  }

  /** A sweep is to look at something then. */
  expect(at: number): void {
    this.#nextAt = Math.min(this.#nextAt, at)
  }

  /** The sweeps begin (again): what passed before does not count. */
  start(clockNow: number): void {
    this.#last = clockNow
  }

  /** A sweep begins: it says anew what is expected. */
  advance(clockNow: number): void {
    this.#time += this.#stepTo(clockNow)
    this.#last = clockNow
    this.#nextAt = Infinity
  }

  #stepTo(clockNow: number): number {
    return Math.min(Math.max(0, clockNow - this.#last), this.#maxStepMs)
  }
}
