// The only file of this package that reads globals, each at the moment it is needed.
import type { Clock, Fetch } from '@websockets.do/client'

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    // A longer delay would wrap around and fire at once.
    const timer = setTimeout(run, Math.min(ms, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  },
}

export const systemFetch: Fetch = (input, init) => fetch(input, init)

export function report(...what: readonly unknown[]): void {
  console.error(...what)
}
