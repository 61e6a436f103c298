import { assert, double, nat, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs } from '../../packages/client/src/backoff'

describe('the wait before another attempt', () => {
  const bounds = { minMs: 500, maxMs: 30_000 }

  it('doubles with each attempt until its cap [I13]', () => {
    const waits = [0, 1, 2, 5, 6, 7, 2_000].map((attempt) => backoffMs(attempt, 1, bounds))
    expect(waits).toEqual([500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('is spread over the whole of it, from nothing on [I13]', () => {
    const input = [nat(), double({ min: 0, max: 1, maxExcluded: true, noNaN: true })] as const
    assert(
      property(...input, (attempt, random) => {
        const whole = backoffMs(attempt, 1, bounds)
        expect(backoffMs(attempt, random, bounds)).toBeCloseTo(random * whole)
      }),
    )
  })
})
