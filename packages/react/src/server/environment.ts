// The only file of this package that reads globals, each at the moment it is needed.
import type { Clock, Fetch } from '@websockets.do/client'

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    // By itself an infinite time is none at all.
    const timer = ms < Infinity ? setTimeout(run, ms) : undefined
    return () => clearTimeout(timer)
  },
}

export const systemFetch: Fetch = (input, init) => fetch(input, init)

export function report(...what: readonly unknown[]): void {
  console.error(...what)
}
