// What one publisher does, strictly one after the other, however long each step takes to be authorised [EM-9].

type Step = () => void | PromiseLike<void>

export class InOrder {
  readonly #maxWaitingBytes: number
  #waiting: { readonly step: Step; readonly bytes: number }[] = []
  #waitingBytes = 0
  #busy = false

  constructor(maxWaitingBytes: number) {
    this.#maxWaitingBytes = maxWaitingBytes
  }

  /** Runs it now or after those before it; false when too much is waiting already. */
  take(step: Step, bytes: number): boolean {
    if (!this.#busy) {
      this.#run(step)
      return true
    }
    if (this.#waitingBytes + bytes > this.#maxWaitingBytes) return false
    this.#waitingBytes += bytes
    this.#waiting.push({ step, bytes })
    return true
  }

  /** Forgets what has not begun. */
  clear(): void {
    this.#waiting = []
    this.#waitingBytes = 0
  }

  #run(step: Step): void {
    const pending = step()
    if (!pending) return
    this.#busy = true
    void pending.then(() => {
      this.#busy = false
      while (!this.#busy) {
        const next = this.#waiting.shift()
        if (!next) return
        this.#waitingBytes -= next.bytes
        this.#run(next.step)
      }
    })
  }
}
