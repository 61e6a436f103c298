// How long somebody waits at most: until a time is over, or a signal aborts.
import type { Clock } from './environment'
import { WebSocketsError } from './error'
import { createTimer } from './timer'

/** Calls `end` at most once, with why; the result calls it off. */
export function limit(
  clock: Clock,
  ms: number,
  signal: AbortSignal | undefined,
  end: (reason: unknown) => void,
): () => void {
  const setTimer = createTimer(clock)
  const stop = (): void => {
    setTimer()
    signal?.removeEventListener('abort', abort)
  }
  const over = (reason: unknown): void => {
    stop()
    end(reason)
  }
  // React Native's signals tell no reason.
  const abort = (): void => over(signal?.reason ?? Object.assign(new Error('aborted'), { name: 'AbortError' }))
  setTimer(ms, () => over(new WebSocketsError('TIMEOUT', 'no answer')))
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  return stop
}

/** What an answer may take beyond the time that the server has for it. */
export const ANSWER_MS = 10_000
