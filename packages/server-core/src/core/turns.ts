// Runs a channel's steps one after the other, each to its end: what is asked for during a step waits for the next.
// So all members see one order, even when a socket or a hook calls back at once.

export class Turns {
  readonly #onError: (error: unknown) => void
  readonly #afterwards: () => void
  #steps: (() => void)[] = []
  #running = false

  /** `afterwards` runs whenever nothing is left to do. */
  constructor(onError: (error: unknown) => void, afterwards: () => void) {
    this.#onError = onError
    this.#afterwards = afterwards
  }

  take(step: () => void): void {
    this.#steps.push(step)
    if (this.#running) return
    this.#running = true
    for (let at = 0; at < this.#steps.length; at++) {
      try {
        this.#steps[at]?.()
      } catch (error) {
        this.#onError(error)
      }
    }
    this.#steps = []
    this.#running = false
    this.#afterwards()
  }
}
