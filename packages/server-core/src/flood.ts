// A limit per address on requests and upgrades; loopback is exempt [LM-1].
import type { Limits } from '@websockets.do/protocol'
import type { Clock } from './core/ports'
import { Rate } from './core/rate'
import { isLoopbackName } from './http/origin'

export class Flood {
  readonly #limits: Limits
  readonly #clock: Clock
  readonly #rates = new Map<string, Rate>()

  constructor(limits: Limits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Ms to wait before the next request of this address is welcome; 0 when this one is. */
  waitMs(address: string | undefined): number {
    if (address === undefined || isLoopbackName(address)) return 0
    const now = this.#clock.now()
    let rate = this.#rates.get(address)
    if (!rate) {
      if (this.#rates.size >= MAX_ADDRESSES) this.#forget(now)
      rate = new Rate(this.#limits.requestsPerSecond, this.#limits.requestBurst, now)
      this.#rates.set(address, rate)
    }
    return rate.take(now) ? 0 : rate.waitMs(now)
  }

  // Those that have been quiet first; if all are busy, all: better to forget a culprit than to grow for ever.
  #forget(now: number): void {
    for (const [address, rate] of this.#rates) if (rate.full(now)) this.#rates.delete(address)
    if (this.#rates.size >= MAX_ADDRESSES) this.#rates.clear()
  }
}

const MAX_ADDRESSES = 10_000
