// What a server runs on unless it is told otherwise: the machine's clock, its cryptographic source, its console.
import { nanoid } from 'nanoid'
import type { Clock, Ids } from './core/ports'

export function systemClock(): Clock {
  return {
    now: () => performance.now(),
    unixNow: () => Date.now(),
    after(ms, run) {
      const timer = setTimeout(run, Math.min(ms, MAX_TIMER_MS))
      return () => clearTimeout(timer)
    },
    every(ms, run) {
      const timer: unknown = setInterval(run, Math.min(ms, MAX_TIMER_MS))
      if (isUnreferable(timer)) timer.unref()
      return () => clearInterval(timer as number)
    },
  }
}

export function cryptoIds(): Ids {
  return {
    client: () => `client_${nanoid()}`,
    event: () => `evt_${nanoid()}`,
    epoch: () => nanoid(),
  }
}

export function logError(error: unknown, context: string): void {
  console.error(`websockets.do: an error in ${context}:`, error)
}

// Node's timers can be told not to keep the process alive; browsers' are numbers.
function isUnreferable(timer: unknown): timer is { unref(): void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function'
}

/** A longer timer would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1
