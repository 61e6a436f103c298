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

function cryptoIds(): Required<Ids> {
  return {
    client: () => `client_${nanoid()}`,
    event: () => `evt_${nanoid()}`,
    epoch: () => nanoid(),
    session: () => `session_${nanoid(SESSION_CHARACTERS)}`,
  }
}

/** The embedder's, with our own sessions where it has none. */
export function idsOf(given: Ids | undefined): Required<Ids> {
  const own = cryptoIds()
  if (!given) return own
  return {
    client: () => given.client(),
    event: () => given.event(),
    epoch: () => given.epoch(),
    session: () => given.session?.() ?? own.session(),
  }
}

export function logError(error: unknown, context: string): void {
  console.error(`websockets.do: an error in ${context}:`, error)
}

// Node's timers can be told not to keep the process alive; browsers' are numbers.
function isUnreferable(timer: unknown): timer is { unref(): void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function'
}

/** Six bits each: more than the 128 that are asked for. */
const SESSION_CHARACTERS = 32
/** A longer timer would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1
