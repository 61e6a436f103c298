// Runs a channel's steps one after the other, each to its end: what is asked for during a step waits for the next.
// So all members see one order, even when a socket or a hook calls back at once.

export class Turns {
  readonly #onError: (error: unknown) => void
  readonly #afterwards: () => void
  #steps: (() => void)[] = []
  #urgent: (() => void)[] = []
  #running = false

  /** `afterwards` runs whenever nothing is left to do. */
  constructor(onError: (error: unknown) => void, afterwards: () => void) {
    this.#onError = onError
    this.#afterwards = afterwards
  }

  take(step: () => void): void {
    this.#steps.push(step)
    if (!this.#running) this.#run()
  }

  /** From within a step: runs right after it, before whatever waits already. */
  takeNext(step: () => void): void {
    this.#urgent.push(step)
  }

  #run(): void {
    this.#running = true
    for (let at = 0; at < this.#steps.length; at++) {
      this.#try(this.#steps[at])
      for (let next = this.#urgent.shift(); next; next = this.#urgent.shift()) this.#try(next)
    }
    this.#steps = []
    this.#running = false
    this.#afterwards()
  }

  #try(step: (() => void) | undefined): void {
    try {
      step?.()
    } catch (error) {
      this.#onError(error)
    }
  }
}
