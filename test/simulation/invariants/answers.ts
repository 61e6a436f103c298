// I9: who emits with require-ack is told once, and truly, who has and who has not.
import type { EmitResult } from '@websockets.do/client'
import type { Listener, Published } from '../log'
import type { Stage } from '../stage'
import { eventsOf, type SeenEvent } from './events'

export function checkAnswers({ log }: Stage): void {
  const { report } = log
  const events = new Map<string, SeenEvent>()
  // Of what may have been published twice nobody can tell which of them an answer is about.
  for (const event of eventsOf(log).values()) if (!log.recurring.has(event.eventID)) events.set(event.eventID, event)
  const listeners = new Map(log.listeners.map((listener) => [listener.out.clientID, listener]))
  for (const listener of log.listeners) checkEmitted(listener, report)
  // What a member is told over its connection is compared as it was sent: it counts whether it arrived or not.
  for (const { out, answeredAt } of log.listeners) {
    for (const { type, payload } of out.frames) {
      if (type !== 'EMITTED' || payload.recipients === undefined) continue
      const event = events.get(payload.eventID)
      const at = answeredAt.get(payload.eventID) ?? Infinity
      if (event?.published) check(event.published, payload, at, at, event, listeners, report)
    }
  }
  for (const published of log.published.values()) {
    const { key, via, answers } = published
    const distinct = new Set(answers.map(({ result }) => result.eventID))
    if (distinct.size > (published.mayRecur ? published.attempts : 1))
      report('I9', `${key} is answered as ${[...distinct]}`)
    if (answers.length > published.attempts) report('I9', `${key} is answered ${answers.length} times`)
    for (const { result, order } of answers) {
      if (log.recurring.has(result.eventID ?? '')) continue
      const event = events.get(result.eventID ?? '')
      check(published, result, order, via === 'program' ? order : undefined, event, listeners, report)
    }
  }
}

// One EMITTED for each EMIT that says which it is.
function checkEmitted({ out, came }: Listener, report: (id: string, text: string) => void): void {
  const answered = new Set<string>()
  const asked = new Set(came.flatMap(({ frame }) => (frame?.type === 'EMIT' ? [frame.ref] : [])))
  for (const { type, payload } of out.frames) {
    if (type !== 'EMITTED') continue
    if (!asked.has(payload.ref)) report('I9', `${out.name} is answered ${payload.ref}, and did not ask`)
    if (payload.ref !== undefined && answered.has(payload.ref))
      report('I9', `${out.name} is answered ${payload.ref} twice`)
    answered.add(payload.ref)
  }
}

/** The answer has been given at `until`; `answeredAt` is when the server gave it, where that is known. */
function check(
  published: Published,
  result: EmitResult,
  until: number,
  answeredAt: number | undefined,
  event: SeenEvent | undefined,
  listeners: ReadonlyMap<string, Listener>,
  report: (id: string, text: string) => void,
): void {
  const { key, requireAck, ids, attempts } = published
  const { recipients = 0, acked = [], pending = [], left = [], failed = [], unknown = [], success, error } = result
  // A repeat is given the answer of the first.
  const at = attempts === 1 ? answeredAt : undefined
  const must = (holds: boolean, text: string): void => {
    if (!holds) report('I9', `${key} (${result.eventID}): ${text}`)
  }
  // Who was cut off in the midst of it, as too slow, is counted and was not sent it.
  const slow = slowOnes(published, until, event, listeners)
  const reached = event?.live.length ?? 0
  must(reached <= recipients && recipients <= reached + slow.size, `${recipients} recipients, sent to ${reached}`)
  for (const id of unknown) must(ids?.includes(id) ?? false, `${id} is unknown, and was not named`)
  if (!requireAck) return must(success && acked.length === 0, `success is ${success}`)
  const named = [...acked, ...pending, ...left, ...failed.map(({ clientID }) => clientID)]
  must(new Set(named).size === named.length, `named twice: ${named}`)
  must(named.length === recipients, `${recipients} recipients, ${named.length} named`)
  must(success === (acked.length === recipients && unknown.length === 0), `success is ${success}`)
  must(pending.length > 0 === (error?.code === 'ACK_TIMEOUT'), `${error?.code} with ${pending.length} pending`)
  const live = new Set(event?.live.map(({ out }) => out.clientID))
  const wrong = named.filter((id) => !live.has(id) && !slow.has(id))
  must(wrong.length === 0, `${wrong} were not sent it`)
  const said = (id: string): any[] => {
    const came = listeners.get(id)?.came ?? []
    return came.flatMap(({ frame, order }) => {
      const isAck = /^ack$/i.test(frame?.type) && frame.payload?.eventID === result.eventID
      return isAck && (at === undefined || order < at) ? [frame.payload] : []
    })
  }
  for (const id of acked)
    must(said(id).length > 0 && typeof said(id)[0].error !== 'string', `${id} acknowledged nothing`)
  for (const { clientID } of failed) must(typeof said(clientID)[0]?.error === 'string', `${clientID} refused nothing`)
  for (const id of left) must((listeners.get(id)?.endedAt ?? 0) < Infinity, `${id} has not left`)
  if (at === undefined) return
  for (const id of pending) {
    must(said(id).length === 0, `${id} is pending, and has acknowledged`)
    must((listeners.get(id)?.endedAt ?? 0) > at, `${id} is pending, and has left`)
  }
}

/** Those of the channel that were cut off, as too slow, while this was asked for and not yet answered, and were not sent it. */
function slowOnes(
  { channel, order }: Published,
  until: number,
  event: SeenEvent | undefined,
  listeners: ReadonlyMap<string, Listener>,
): Set<string> {
  const slow = new Set<string>()
  for (const [id, listener] of listeners) {
    const { endCode, endedAt } = listener
    const isCutThen = endCode === 4413 && order < endedAt && endedAt < until
    if (isCutThen && listener.channel === channel && !event?.live.includes(listener)) slow.add(id)
  }
  return slow
}
