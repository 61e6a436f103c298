// Heartbeat time: it advances with the sweeps, and a stall of the process counts for two of them at most.
// So a process that was suspended for minutes does not find all its members overdue when it wakes up.

export class Pulse {
  readonly #maxStepMs: number
  #time = 0
  #last = 0

  constructor(sweepMs: number) {
    this.#maxStepMs = 2 * sweepMs
  }

  /** At the last sweep. */
  get now(): number {
    return this.#time
  }

  /** Between two sweeps. */
  at(clockNow: number): number {
    return this.#time + this.#stepTo(clockNow)
  }

  /** The sweeps begin (again): what passed before does not count. */
  start(clockNow: number): void {
    this.#last = clockNow
  }

  advance(clockNow: number): void {
    this.#time += this.#stepTo(clockNow)
    this.#last = clockNow
  }

  #stepTo(clockNow: number): number {
    return Math.min(Math.max(0, clockNow - this.#last), this.#maxStepMs)
  }
}
