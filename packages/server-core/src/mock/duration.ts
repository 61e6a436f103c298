// Lengths of time, as people write them.
import { WebSocketsError } from '../error'

/** In ms, or as text: `'250ms'`, `'1.5s'`, `'5m'`, `'2h'`. */
export type Duration = number | string

const MS_PER_UNIT: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** In ms. Throws BAD_PARAMETER for anything that is not a length of time. */
export function msOf(duration: Duration): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(String(duration)) ?? []
  const ms = typeof duration === 'number' ? duration : Number(amount) * (MS_PER_UNIT[unit ?? ''] ?? NaN)
  if (ms >= 0 && ms < Infinity) return ms
  throw new WebSocketsError(
    'BAD_PARAMETER',
    `expected a duration such as 250, '250ms', '1.5s' or '5m', got ${duration}`,
  )
}
