// The machine's clock, which knows how many of its timers are running, and tells when none is.
import type { Clock } from '@websockets.do/server-core'

export class CountingClock implements Clock {
  readonly #running = new Set<object>()
  #waiting: (() => void)[] = []

  /** Timers that have neither fired nor been cancelled. */
  get running(): number {
    return this.#running.size
  }

  /** Resolves as soon as no timer is running: a server sweeps as long as it has a channel. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#tell()
    })
  }

  now(): number {
    return performance.now()
  }

  unixNow(): number {
    return Date.now()
  }

  after(ms: number, run: () => void): () => void {
    const timer = setTimeout(() => {
      stop()
      run()
    }, ms)
    const stop = this.#started(() => clearTimeout(timer))
    return stop
  }

  every(ms: number, run: () => void): () => void {
    const timer = setInterval(run, ms)
    return this.#started(() => clearInterval(timer))
  }

  #started(clear: () => void): () => void {
    const entry = {}
    this.#running.add(entry)
    return () => {
      clear()
      this.#running.delete(entry)
      this.#tell()
    }
  }

  #tell(): void {
    if (this.#running.size > 0) return
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
