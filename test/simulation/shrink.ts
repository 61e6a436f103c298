// Takes steps out of a failing plan for as long as it fails in the same way: delta debugging.
import type { Outcome } from './run'
import type { Plan } from './plan'
import type { Step } from './steps'

export interface Shrunk {
  readonly plan: Plan
  readonly outcome: Outcome
}

/** `attempt` runs a plan; the result is undefined unless it fails by that invariant. `budget` bounds the attempts. */
export async function shrink(
  plan: Plan,
  failing: Outcome,
  attempt: (plan: Plan) => Promise<Outcome>,
  budget = 600,
): Promise<Shrunk> {
  let best: Shrunk = { plan, outcome: failing }
  let attempts = 0
  const isOver = (): boolean => attempts >= budget
  const tries = async (steps: readonly Step[]): Promise<boolean> => {
    attempts++
    const candidate = { ...plan, steps }
    const outcome = await attempt(candidate)
    if (outcome.violation?.invariant !== failing.violation?.invariant) return false
    best = { plan: candidate, outcome }
    return true
  }
  /** Leaves out so many steps at a time, wherever that will do; whether it did anywhere. */
  const pass = async (size: number): Promise<boolean> => {
    const before = best.plan.steps.length
    for (let at = 0; at < best.plan.steps.length && !isOver();) {
      const { steps } = best.plan
      if (!(await tries([...steps.slice(0, at), ...steps.slice(at + size)]))) at += size
    }
    return best.plan.steps.length < before
  }
  for (let size = plan.steps.length >> 1; size > 1; size >>= 1) await pass(size)
  while (!isOver() && (await pass(1)));
  return best
}
