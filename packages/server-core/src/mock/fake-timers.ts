// The clock that vitest's or jest's fake timers replace, as one that a mock server can move: one time for both.
import { systemClock } from '../defaults'
import { countedClock } from './counted-clock'
import type { MovableClock } from './virtual-clock'

/** As much of `vi`, or of jest's and sinon's clocks, as is needed. */
export interface FakeTimers {
  advanceTimersByTimeAsync(ms: number): Promise<unknown>
}

/**
 * `createMockServer({ clock: fakeTimers(vi) })`, after `vi.useFakeTimers()`: for an app that uses `setTimeout` and `Date` itself.
 * `server.advance` and `vi.advanceTimersByTimeAsync` then move the same time.
 */
export function fakeTimers(vi: FakeTimers): MovableClock {
  const counted = countedClock(systemClock())
  return {
    now: counted.now,
    unixNow: counted.unixNow,
    // Fake timers know whole ms alone: less would fire too early, or never be reached.
    after: (ms, run) => counted.after(Math.ceil(ms), run),
    every: counted.every,
    get pending() {
      return counted.pending
    },
    async advance(ms, between) {
      await between()
      for (let left = Math.ceil(ms); left > 0; left -= STEP_MS) {
        await vi.advanceTimersByTimeAsync(Math.min(left, STEP_MS))
        await between()
      }
    },
  }
}

/** Timers fire one by one also within a step; what travels arrives between two steps at the latest. */
const STEP_MS = 50
