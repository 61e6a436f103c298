// A clock that knows how many of the timers that were set by it are still to come.
import type { Clock } from '../core/ports'
import type { MovableClock } from './virtual-clock'

export interface CountedClock extends Clock {
  /** Timers that have neither fired nor been cancelled. */
  readonly pending: number
  /** Cancels all of them. */
  clear(): void
}

export function countedClock(clock: Clock): CountedClock {
  const cancels = new Set<() => void>()
  // Firing and cancelling, whichever comes first, counts once.
  const counted = (set: (over: () => void) => () => void): (() => void) => {
    const cancel = (): void => {
      over()
      stop()
    }
    const over = (): void => void cancels.delete(cancel)
    cancels.add(cancel)
    const stop = set(over)
    return cancel
  }
  return {
    now: () => clock.now(),
    unixNow: () => clock.unixNow(),
    after: (ms, run) =>
      counted((over) =>
        clock.after(ms, () => {
          over()
          run()
        }),
      ),
    every: (ms, run) => counted(() => clock.every(ms, run)),
    get pending() {
      return cancels.size
    },
    clear() {
      for (const cancel of [...cancels]) cancel()
    },
  }
}

/** Any clock as one that a server can move: one that cannot be moved is waited for. */
export function movable(clock: Clock | MovableClock): MovableClock {
  if ('advance' in clock) return clock
  const counted = countedClock(clock)
  return Object.defineProperty(
    {
      ...counted,
      async advance(ms: number, between: () => Promise<void>) {
        const until = clock.now() + ms
        await between()
        while (clock.now() < until) {
          await new Promise<void>((resolve) => clock.after(Math.min(STEP_MS, until - clock.now()), resolve))
          await between()
        }
      },
    },
    'pending',
    { get: () => counted.pending, enumerable: true },
  )
}

const STEP_MS = 10
