// A plan is all that there is to a seed: plain data, the same each time, and any part of it is a plan as well.
import { describe, expect, it } from 'vitest'
import { planOf } from './plan'
import { shrink } from './shrink'
import { Violation } from './violation'

const SEEDS = Array.from({ length: 200 }, (_, at) => at + 1)

describe('a plan', () => {
  it('is plain data, and the same again for the same seed [I16]', () => {
    const plan = planOf(4_711)
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
    expect(planOf(4_711)).toEqual(plan)
    expect(planOf(4_712)).not.toEqual(plan)
  })

  it('has each fault, and each transport, in some of the lives', () => {
    const plans = SEEDS.map((seed) => planOf(seed))
    const kinds = new Set(plans.flatMap(({ steps }) => steps.map(({ do: kind }) => kind)))
    for (const kind of ['repeat', 'block', 'stall', 'signal', 'rawResume', 'stop']) expect(kinds).toContain(kind)
    const transports = new Set(plans.flatMap(({ conditions }) => conditions.transports))
    expect([...transports].toSorted()).toEqual(['either', 'events', 'socket'])
  })

  it('is another one for each seed, however large', () => {
    const from = 2 ** 40
    const plans = new Set(SEEDS.flatMap((_, at) => [from + at, 2 ** 53 - 1 - at, at].map(planned)))
    expect(plans.size).toBe(3 * SEEDS.length)
    function planned(seed: number): string {
      const { conditions, steps } = planOf(seed)
      return JSON.stringify([conditions, steps])
    }
  })

  it('leaves most faults out of most lives', () => {
    const faults = new Set(['hold', 'stall', 'sever', 'dropAfter', 'partition', 'sleep', 'stop', 'freeze', 'latency'])
    const counts = SEEDS.map(
      (seed) => new Set(planOf(seed).steps.flatMap(({ do: kind }) => (faults.has(kind) ? kind : []))),
    )
    expect(counts.filter(({ size }) => size <= 2).length).toBeGreaterThan(SEEDS.length / 3)
    expect(counts.filter(({ size }) => size >= 4).length).toBeGreaterThan(0)
  })

  it('is shrunk to the steps that its failure takes', async () => {
    const plan = planOf(7)
    const { steps } = plan
    const needed = [steps[3], steps[20]]
    const attempt = async (candidate: typeof plan) => ({
      violation: needed.every((step) => step && candidate.steps.includes(step))
        ? new Violation('I6', 'broken')
        : undefined,
      told: [],
      transcript: () => '',
      diagram: () => '',
    })
    const shrunk = await shrink(plan, await attempt(plan), attempt)
    expect(shrunk.plan.steps).toEqual(needed)
    expect(shrunk.outcome.violation?.invariant).toBe('I6')
  })
})
