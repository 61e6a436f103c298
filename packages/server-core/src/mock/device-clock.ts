// A device's own clock: it may run fast or slow, start elsewhere, and stand still while the device sleeps.
import type { Clock } from '../core/ports'
import { type Duration, msOf } from './duration'

export interface ClockFaults {
  /** How much of its time passes in one ms: 1.01 is fast by one per cent. Above 0. Default 1. */
  readonly rate?: number
  /** How far it is ahead at the start. Default 0. */
  readonly ahead?: Duration
}

export interface DeviceClock extends Clock {
  /** Timers no longer fire. */
  sleep(): void
  /** What fell due meanwhile fires now, in order. */
  wake(): void
}

export function deviceClock(clock: Clock, { rate = 1, ahead = 0 }: ClockFaults = {}): DeviceClock {
  const aheadMs = msOf(ahead)
  let asleep = false
  let overdue: (() => void)[] = []
  return {
    now: () => aheadMs + clock.now() * rate,
    unixNow: () => aheadMs + clock.unixNow(),
    after(ms, run) {
      let cancelled = false
      const fire = (): void => {
        if (cancelled) return
        if (asleep) overdue.push(fire)
        else run()
      }
      const cancel = clock.after(ms / rate, fire)
      return () => {
        cancelled = true
        cancel()
      }
    },
    every: (ms, run) => clock.every(ms / rate, () => void (asleep || run())),
    sleep() {
      asleep = true
    },
    wake() {
      asleep = false
      const due = overdue
      overdue = []
      for (const fire of due) fire()
    },
  }
}
