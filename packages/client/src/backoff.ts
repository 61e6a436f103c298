// How long to wait before another attempt: full jitter, so that many clients cut off together do not return together.

export interface Backoff {
  readonly minMs: number
  readonly maxMs: number
}

/** `attempt` counts from 0; `random` is at least 0 and below 1. */
export function backoffMs(attempt: number, random: number, { minMs, maxMs }: Backoff): number {
  return random * Math.min(maxMs, minMs * 2 ** attempt)
}
