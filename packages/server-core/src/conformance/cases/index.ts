// All cases, in the order of the protocol's sections; those of a rule stand together.
import type { ConformanceCase } from '../case'
import { acknowledgeCases } from './acknowledge'
import { channelCases } from './channels'
import { clientMessageCases } from './client-messages'
import { emitCases } from './emit'
import { faultCases } from './faults'
import { heartbeatCases } from './heartbeat'
import { listenCases } from './listen'
import { messageCases } from './messages'
import { observerCases } from './observers'
import { originCases } from './origins'
import { repeatCases } from './repeats'
import { resumingCases } from './resuming'
import { routeCases } from './routes'
import { sendCases } from './send'
import { sessionCases } from './sessions'
import { targetCases } from './targets'

const SECTIONS = ['CH', 'EM', 'ACK', 'LI', 'OR', 'MS', 'CL', 'RS', 'HI', 'MB', 'HL', 'ER', 'LM']

/** Every case of the kit. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...channelCases,
  ...emitCases,
  ...targetCases,
  ...repeatCases,
  ...acknowledgeCases,
  ...listenCases,
  ...observerCases,
  ...sendCases,
  ...sessionCases,
  ...resumingCases,
  ...originCases,
  ...messageCases,
  ...clientMessageCases,
  ...heartbeatCases,
  ...faultCases,
  ...routeCases,
].sort(bySection)

/** Sorts by the protocol's sections. Sorting is stable: within a rule the files decide. */
export function bySection(a: { readonly rule: string }, b: { readonly rule: string }): number {
  return order(a.rule) - order(b.rule)
}

function order(rule: string): number {
  const [part = '', number = ''] = rule.split('-')
  return SECTIONS.indexOf(part) * 1_000 + Number.parseInt(number, 10) * 10 + (number.endsWith('a') ? 1 : 0)
}
