// One timer that is set again and again: setting it forgets what it was set to before.
import type { Clock } from './environment'

/** Without arguments, or with an infinite time, it is only cleared. */
export type Timer = (ms?: number, run?: () => void) => void

export function createTimer(clock: Clock): Timer {
  let cancel: (() => void) | undefined
  return (ms = Infinity, run) => {
    cancel?.()
    cancel = run && ms < Infinity ? clock.after(ms, run) : undefined
  }
}
