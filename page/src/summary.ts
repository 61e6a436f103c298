// An emission's state in two lines, with the HTTP status that it has or would have had.
import type { EmitResult } from '@websockets.do/client'
import type { FollowedEmission, Outcome } from './use-emission'
import { inWords } from './wording'

export interface Summary {
  readonly tone: 'calm' | 'good' | 'warn' | 'bad'
  readonly headline: string
  readonly detail: string
}

export function summaryOf({ draft, acks, outcome }: FollowedEmission): Summary {
  if (!outcome) return waiting(draft, acks.length)
  return outcome.kind === 'result' ? finished(outcome.result, draft.requireAck) : failed(outcome)
}

function waiting({ requireAck, clients, expected, via }: FollowedEmission['draft'], answered: number): Summary {
  if (!requireAck) return { tone: 'calm', headline: 'Sending …', detail: 'It waits here while there is no connection.' }
  const total = expected?.length ?? Number(clients)
  if (via === 'http') {
    return { tone: 'calm', headline: `Waiting for ${members(total)} …`, detail: 'HTTP answers once, when it is over.' }
  }
  return { tone: 'calm', headline: `${answered} of ${members(total)} answered …`, detail: 'They have five seconds.' }
}

function finished(result: EmitResult, requireAck: boolean): Summary {
  const { success, recipients = 0, acked = [], eventID = '', error } = result
  if (!success) {
    const code = error?.code ?? 'ACK_TIMEOUT'
    const headline = `408 · ${acked.length} of ${members(recipients)} acknowledged`
    return { tone: 'bad', headline, detail: `${inWords(code)} ${code}` }
  }
  if (recipients === 0) return { tone: 'warn', headline: '200 · It reached nobody', detail: eventID }
  if (requireAck)
    return { tone: 'good', headline: `200 · Acknowledged by ${members(recipients, 'all ')}`, detail: eventID }
  return { tone: 'good', headline: `200 · Sent to ${members(recipients)}`, detail: eventID }
}

function failed({ code, message, status }: Extract<Outcome, { kind: 'failure' }>): Summary {
  const headline = status === undefined ? inWords(code) : `${status} · ${inWords(code)}`
  return { tone: 'bad', headline, detail: `${code}: ${message}` }
}

function members(count: number, all = ''): string {
  return count === 1 ? '1 member' : `${all}${count} members`
}
