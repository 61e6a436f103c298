// A life for people to read: what it broke, under which conditions, by which steps, and what went over the network.
import type { Finding } from './hunt'
import { SENTENCES } from './invariants/sentences'
import type { Plan } from './plan'
import type { Outcome } from './run'
import { conditionsInWords } from './words'

/** What broke, by which steps, and how to see it again; the whole life where it was shrunk, otherwise the end of it. */
export function report({ seed, violation, plan, outcome, isShrunk }: Finding): string {
  const sentence = SENTENCES[violation.invariant]
  return [
    `seed ${seed} breaks ${violation.message}`,
    ...(sentence === undefined ? [] : [`${violation.invariant} promises: ${sentence}`]),
    '',
    ...circumstances(plan, outcome),
    '',
    outcome.diagram(isShrunk ? Infinity : LAST),
    '',
    `Replay it: npm run simulate -- --seed ${seed}`,
  ].join('\n')
}

/** A life from its beginning to its end, whatever became of it. */
export function wholeLife(plan: Plan, outcome: Outcome): string {
  return [...circumstances(plan, outcome), '', outcome.transcript()].join('\n')
}

const LAST = 30

function circumstances({ conditions, steps }: Plan, { told }: Outcome): string[] {
  const left = steps.length - told.length
  return [
    'conditions that are not the usual ones:',
    ...conditionsInWords(conditions).map((line) => `  ${line}`),
    `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}:`,
    ...told.map((line, at) => `  ${String(at + 1).padStart(2)}  ${line}`),
    ...(left > 0 ? [`  and ${left} that it did not come to`] : []),
  ]
}
