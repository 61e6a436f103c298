// A device's own clock: it may run fast or slow, start elsewhere, and stand still while the device sleeps.
import type { Clock } from '../core/ports'
import { WebSocketsError } from '../error'
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
  if (!(rate > 0 && rate < Infinity)) {
    throw new WebSocketsError('BAD_PARAMETER', `expected the rate of a clock to be above 0, got ${rate}`)
  }
  const aheadMs = msOf(ahead)
  const start = clock.now()
  /** How far it has gone from the other clock by its rate. */
  const drift = (): number => (clock.now() - start) * (rate - 1)
  let asleep = false
  let overdue: (() => void)[] = []
  return {
    now: () => clock.now() + aheadMs + drift(),
    unixNow: () => clock.unixNow() + aheadMs + drift(),
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
      const thrown: unknown[] = []
      for (const fire of due) {
        try {
          fire()
        } catch (error) {
          thrown.push(error)
        }
      }
      if (thrown.length > 0) throw thrown[0]
    },
  }
}
