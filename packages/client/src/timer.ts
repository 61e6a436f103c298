// One timer that is set again and again: setting it forgets what it was set to before.
import type { Clock } from './environment'

/** Without arguments it is only cleared. */
export type Timer = (ms?: number, run?: () => void) => void

export function createTimer(clock: Clock): Timer {
  let cancel: (() => void) | undefined
  return (ms = 0, run) => {
    cancel?.()
    cancel = run && clock.after(ms, run)
  }
}
