// Waits for what a server sends: never for a fixed time, and never for ever.
import { ConformanceError } from './errors'

/** Time as a case knows it: the machine's, or that of a server whose clock is ours to move. */
export class Waiting {
  /** Time passes only when it is told to. */
  readonly virtual: boolean
  readonly #pass: (ms: number) => Promise<void>
  readonly #deadlineMs: number
  readonly #watchers = new Set<() => void>()

  constructor(pass: ((ms: number) => Promise<void>) | undefined, deadlineMs: number) {
    this.virtual = pass !== undefined
    this.#pass = pass ?? sleep
    this.#deadlineMs = deadlineMs
  }

  /** Lets time pass on the server. */
  async pass(ms: number): Promise<void> {
    await this.#pass(ms)
  }

  /** Something has arrived: whoever waits looks again. */
  changed(): void {
    for (const look of [...this.#watchers]) look()
  }

  /** What `probe` finds, as soon as it finds something. It may throw when there is nothing left to wait for. */
  async until<T>(what: string, probe: () => T | undefined, withinMs: number = this.#deadlineMs): Promise<T> {
    return this.virtual ? await this.#step(what, probe, withinMs) : await this.#watch(what, probe, withinMs)
  }

  /** Asks again and again until there is an answer that is not undefined. */
  async poll<T>(what: string, ask: () => Promise<T | undefined>, withinMs: number = this.#deadlineMs): Promise<T> {
    for (let waited = 0; ; waited += POLL_MS) {
      const found = await ask()
      if (found !== undefined) return found
      if (waited >= withinMs) throw late(what, withinMs)
      await this.#pass(POLL_MS)
    }
  }

  // What is under way arrives without any time passing, most often; after that, time has to, and the less the better.
  async #step<T>(what: string, probe: () => T | undefined, withinMs: number): Promise<T> {
    let passed = 0
    for (let turn = 0; ; turn++) {
      const found = probe()
      if (found !== undefined) return found
      if (passed >= withinMs) throw late(what, withinMs)
      const ms = turn < 2 ? 0 : Math.min(FIRST_STEP_MS * 2 ** (turn - 2), LAST_STEP_MS, withinMs - passed)
      await this.#pass(ms)
      passed += ms
    }
  }

  #watch<T>(what: string, probe: () => T | undefined, withinMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const over = () => {
        clearTimeout(timer)
        this.#watchers.delete(look)
      }
      const look = () => {
        try {
          const found = probe()
          if (found === undefined) return
          over()
          resolve(found)
        } catch (error) {
          over()
          reject(error)
        }
      }
      const timer = setTimeout(() => {
        over()
        reject(late(what, withinMs))
      }, withinMs)
      this.#watchers.add(look)
      look()
    })
  }
}

function late(what: string, withinMs: number): ConformanceError {
  return new ConformanceError(`expected ${what}, but it did not come within ${withinMs} ms`)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

const FIRST_STEP_MS = 10
const LAST_STEP_MS = 1_000
const POLL_MS = 50
