// Runs one seed, twice where determinism is to be checked, and says what is wrong with it.
import { type Plan, planOf } from './plan'
import { type Outcome, run } from './run'
import { shrink } from './shrink'
import { Violation } from './violation'

export interface Finding {
  readonly seed: number
  readonly violation: Violation
  readonly plan: Plan
  readonly outcome: Outcome
  /** Its plan has been reduced to the steps that it takes. */
  readonly isShrunk: boolean
}

export interface HuntOptions {
  /** One seed in so many is run twice, for I16. Default 10; 0 is none. */
  readonly twice?: number
}

export async function hunt(seed: number, { twice = 10 }: HuntOptions = {}): Promise<Finding | undefined> {
  const plan = planOf(seed)
  const outcome = await run(plan)
  if (outcome.violation) return { seed, violation: outcome.violation, plan, outcome, isShrunk: false }
  if (twice === 0 || seed % twice !== 0) return undefined
  const again = await run(plan)
  if (again.transcript() === outcome.transcript()) return undefined
  const violation = new Violation('I16', `the same seed gives another transcript: ${firstDifference(outcome, again)}`)
  return { seed, violation, plan, outcome: again, isShrunk: false }
}

/** The finding with as few steps as will do. What is not deterministic stays as it is. */
export async function shrunk(finding: Finding): Promise<Finding> {
  if (finding.violation.invariant === 'I16') return finding
  const { plan, outcome } = await shrink(finding.plan, finding.outcome, run)
  return { ...finding, plan, outcome, violation: outcome.violation ?? finding.violation, isShrunk: true }
}

function firstDifference(one: Outcome, other: Outcome): string {
  const [lines, others] = [one.transcript().split('\n'), other.transcript().split('\n')]
  const at = lines.findIndex((line, index) => line !== others[index])
  return `line ${at + 1} is ${lines[at]} and then ${others[at]}`
}
