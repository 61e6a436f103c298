// Keeps the kit below the number of requests that a server takes from one address [LM-1].

/** A bucket of requests that refills with time; loopback is exempt, as on the server. */
export class Pace {
  readonly #exempt: boolean
  #tokens = BURST
  #at = performance.now()

  constructor(url: string, virtual: boolean) {
    this.#exempt = virtual || /^\w+:\/\/(localhost|[^/:]*\.localhost|127\.[\d.]+|\[::1\])([:/]|$)/i.test(url)
  }

  async take(): Promise<void> {
    if (this.#exempt) return
    const now = performance.now()
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#at) / 1_000) * PER_SECOND) - 1
    this.#at = now
    if (this.#tokens < 0) await new Promise((resolve) => setTimeout(resolve, (-this.#tokens / PER_SECOND) * 1_000))
  }
}

const BURST = 250
const PER_SECOND = 60
