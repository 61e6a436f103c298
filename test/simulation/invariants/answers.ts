// I9: who emits with require-ack is told once, and truly, who has and who has not.
import type { EmitResult } from '@websockets.do/client'
import type { Log, Member, Published } from '../log'
import { absences } from '../members'
import { keyOf } from '../payload'
import type { Stage } from '../stage'
import { allEventsOf, type SeenEvent } from './events'

export function checkAnswers({ log }: Stage): void {
  const { report } = log
  const events = new Map<string, SeenEvent>()
  // Of what may have been published twice nobody can tell which of them an answer is about.
  for (const event of allEventsOf(log)) if (!log.recurring.has(event.eventID)) events.set(event.eventID, event)
  const asked = new Map<string, number>()
  for (const { came } of log.listeners)
    for (const { frame } of came)
      if (frame?.type === 'EMIT') asked.set(keyOf(frame.payload), (asked.get(keyOf(frame.payload)) ?? 0) + 1)
  // What a member is told over its connection is compared as it was sent: it counts whether it arrived or not.
  for (const member of log.members.values()) {
    checkEmitted(member, report)
    for (const { out, answeredAt } of member.listeners) {
      for (const { type, payload } of out.frames) {
        if (type !== 'EMITTED' || payload.recipients === undefined) continue
        const event = events.get(payload.eventID)
        const at = answeredAt.get(payload.eventID) ?? Infinity
        // A repeat is given the answer of the first.
        const isFirst = asked.get(event?.published?.key ?? '') === 1
        if (event?.published) check(log, event.published, payload, at, isFirst ? at : undefined, event)
      }
    }
  }
  for (const published of log.published.values()) {
    const { key, via, answers, attempts } = published
    const distinct = new Set(answers.map(({ result }) => result.eventID))
    if (distinct.size > (published.mayRecur ? attempts : 1)) report('I9', `${key} is answered as ${[...distinct]}`)
    if (answers.length > attempts) report('I9', `${key} is answered ${answers.length} times`)
    for (const { result, order } of answers) {
      if (log.recurring.has(result.eventID ?? '')) continue
      const event = events.get(result.eventID ?? '')
      check(log, published, result, order, via === 'program' && attempts === 1 ? order : undefined, event)
    }
  }
}

// One EMITTED at most for each EMIT that says which it is, whichever connection its member has by then.
function checkEmitted({ listeners, clientID }: Member, report: (id: string, text: string) => void): void {
  const left = new Map<string, number>()
  for (const { came } of listeners)
    for (const { frame } of came) if (frame?.type === 'EMIT') left.set(frame.ref, (left.get(frame.ref) ?? 0) + 1)
  for (const { out } of listeners) {
    for (const { type, payload } of out.frames) {
      if (type !== 'EMITTED') continue
      const { ref } = payload
      if (!left.has(ref)) report('I9', `${clientID} is answered ${ref}, and did not ask`)
      else if (left.get(ref) === 0 && ref !== undefined) report('I9', `${clientID} is answered ${ref} too often`)
      left.set(ref, (left.get(ref) ?? 1) - 1)
    }
  }
}

/** The answer has been given at `until`; `at` is when the server gave it, where that is known. */
function check(
  log: Log,
  published: Published,
  result: EmitResult,
  until: number,
  at: number | undefined,
  event: SeenEvent | undefined,
): void {
  const { key, requireAck, ids } = published
  const { recipients, acked = [], pending = [], left = [], failed = [], unknown = [], success, error } = result
  const must = (holds: boolean, text: string): void => {
    if (!holds) log.report('I9', `${key} (${result.eventID}): ${text}`)
  }
  // It was published in the name that its client had before, and who it went to was told there [EM-8].
  if (recipients === undefined) return must(success && !requireAck && published.via === 'client', 'nobody is counted')
  // Who was cut off in the midst of it, as too slow, or was away, is counted and was not sent it.
  const { maybe, surely } = unreached(log, published, until, event)
  const reached = new Set(event?.live.map(({ out }) => out.clientID))
  const least = reached.size + (event?.published?.whom.kind === 'everyone' ? surely.size : 0)
  must(
    least <= recipients && recipients <= reached.size + maybe.size,
    `${recipients} recipients, sent to ${reached.size}`,
  )
  for (const id of unknown) must(ids?.includes(id) ?? false, `${id} is unknown, and was not named`)
  if (!requireAck) return must(success && acked.length === 0, `success is ${success}`)
  const named = [...acked, ...pending, ...left, ...failed.map(({ clientID }) => clientID)]
  must(new Set(named).size === named.length, `named twice: ${named}`)
  must(named.length === recipients, `${recipients} recipients, ${named.length} named`)
  must(success === (acked.length === recipients && unknown.length === 0), `success is ${success}`)
  must(pending.length > 0 === (error?.code === 'ACK_TIMEOUT'), `${error?.code} with ${pending.length} pending`)
  const wrong = named.filter((id) => !reached.has(id) && !maybe.has(id))
  must(wrong.length === 0, `${wrong} were not sent it`)
  for (const id of reached) must(named.includes(id), `${id} was sent it, and is not named`)
  const said = (id: string): any[] => saidBy(log, id, result.eventID, at)
  for (const id of acked)
    must(said(id).length > 0 && typeof said(id)[0].error !== 'string', `${id} acknowledged nothing`)
  for (const { clientID } of failed) must(typeof said(clientID)[0]?.error === 'string', `${clientID} refused nothing`)
  for (const id of left) must((log.members.get(id)?.leftAt ?? 0) < until, `${id} has not left`)
  if (at === undefined) return
  for (const id of pending) {
    must(said(id).length === 0, `${id} is pending, and has acknowledged`)
    must((log.members.get(id)?.leftAt ?? 0) > at, `${id} is pending, and has left`)
  }
}

/** The ACKs of an event that the server took from a member, over whichever connection, before it gave its answer. */
function saidBy({ members }: Log, clientID: string, eventID: string | undefined, at = Infinity): any[] {
  return (members.get(clientID)?.listeners ?? []).flatMap(({ came, endedAt, isStream }) =>
    came.flatMap(({ frame, order }) => {
      const isAck = /^ack$/i.test(frame?.type) && frame.payload?.eventID === eventID
      // What still comes over a connection that was cut off is not read; a request is.
      return isAck && order < at && (order < endedAt || isStream) ? [frame.payload] : []
    }),
  )
}

/** Members of the channel that were not sent it while it was asked for and not yet answered: cut off as too slow, or away. */
function unreached(
  { members, retained }: Log,
  { channel, order }: Published,
  until: number,
  event: SeenEvent | undefined,
): { readonly maybe: ReadonlySet<string>; readonly surely: ReadonlySet<string> } {
  const maybe = new Set<string>()
  const surely = new Set<string>()
  const from = event && event.first < Infinity ? event.first : order
  const to = event && event.first < Infinity ? event.last : until
  const addressees = event && retained.get(event.epoch)?.get(event.place)?.addressees
  for (const [id, member] of members) {
    if (member.channel !== channel || event?.live.some(({ out }) => out.clientID === id)) continue
    if (addressees && !addressees.includes(id)) continue
    const isSender = event?.published?.echo === false && event.from === id
    for (const [lost, back] of absences(member)) {
      if (lost < until && back > order && !isSender) maybe.add(id)
      if (lost < from && back > to && !isSender) surely.add(id)
    }
  }
  return { maybe, surely }
}
