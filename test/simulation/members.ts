// Who is a member, over all of its connections: whether it comes back to its place, and goes, when it should.
import type { Server } from '@websockets.do/server-core'
import type { Listener, Log, Member } from './log'
import type { Conditions } from './plan'

/** A connection was told who it is [RS-3, RS-6]. */
export function welcomed(log: Log, listener: Listener): void {
  const { channel, life, out, session: asked, attempt } = listener
  const { clientID, resumed } = out
  const session = (out.frames[0]?.payload.session as string | undefined) ?? undefined
  const known = log.members.get(clientID)
  if (!resumed) {
    if (known) log.report('I7', `${clientID} is the name of two`)
    log.members.set(clientID, { clientID, channel, life, session, listeners: [listener], leftAt: Infinity })
    return
  }
  const before = known?.listeners.at(-1)
  if (!known || !before) return log.report('I7', `${clientID} comes back, and never was here`)
  if (known.session !== asked || session !== asked) log.report('I18', `${clientID} comes back by another session`)
  if (known.life !== life || known.channel !== channel) log.report('I7', `${clientID} comes back from another world`)
  if (known.leftAt < Infinity) log.report('I7', `${clientID} comes back after its LEFT`)
  const isNewer = attempt === undefined || before.attempt === undefined || attempt > before.attempt
  if (!isNewer) log.report('I14', `${clientID}: attempt ${attempt} takes over from attempt ${before.attempt}`)
  if (before.endedAt === Infinity) log.report('I14', `${clientID} has two connections`)
  known.listeners.push(listener)
}

/** The server says that somebody has left [RS-4, RS-5]. */
export function left(log: Log, clientID: string, { graceMs }: Conditions, isGoingDown: boolean): void {
  const member = log.members.get(clientID)
  const last = member?.listeners.at(-1)
  if (!member || !last) return log.report('I7', `${clientID} leaves, and never was here`)
  if (member.leftAt < Infinity) log.report('I7', `${clientID} leaves twice`)
  member.leftAt = log.tick()
  if (isGoingDown || log.dismissed.has(clientID) || member.session === undefined || log.hungUp.has(member.session))
    return
  if (last.endCode !== undefined && MEANT.has(last.endCode)) return
  const awayMs = log.now() - last.endedMs
  if (!(awayMs >= graceMs - 1))
    log.report('I7', `${clientID} leaves ${awayMs} ms after its connection, within the grace of ${graceMs}`)
}

/** Whether it may be in the list still, though it has no connection. */
export function mayBeAway(
  { session, listeners, leftAt }: Member,
  graceMs: number,
  now: number,
  lateMs: number,
): boolean {
  const last = listeners.at(-1)
  if (session === undefined || leftAt < Infinity || !last || last.endedAt === Infinity) return false
  if (last.endCode !== undefined && MEANT.has(last.endCode)) return false
  return now - last.endedMs <= graceMs + lateMs
}

/** The times at which it had no connection and had not left, in the log's order. */
export function absences({ listeners, leftAt }: Member): (readonly [from: number, to: number])[] {
  return listeners.map(({ endedAt }, at) => [endedAt, listeners[at + 1]?.openedAt ?? leftAt] as const)
}

/** An emit comes again under its id: where the first may have been forgotten, it may be published again [EM-8]. */
export function seenAgain(log: Log, server: Server, { channel }: Listener, frame: any, conditions: Conditions): void {
  const { eventID } = frame
  const hasCome = log.listeners.some((listener) => listener.came.some((one) => one.frame?.eventID === eventID))
  if (!hasCome) return
  const { authorize, onEmit } = conditions
  // Where somebody takes his time to decide, it may wait behind others until the first is forgotten.
  const isQuick = !/slow|fickle|expiring/.test(authorize + onEmit)
  const retained = server.save().channels.find(({ name }) => name === channel)?.events
  const isKnown = isQuick && retained?.some((event) => event.eventID === eventID)
  const wasPublished = [...log.seen.values()].some((places) =>
    [...places.values()].some((data) => data.eventID === eventID),
  )
  const wasAnswered = log.listeners.some(({ answeredAt }) => answeredAt.has(eventID))
  const wasRetained = [...log.retained.values()].some((places) =>
    [...places.values()].some((event) => event.eventID === eventID),
  )
  // One that was never published can't be published twice, however often it comes.
  if (!isKnown && (!isQuick || wasPublished || wasAnswered || wasRetained)) log.recurring.add(eventID)
}

const MEANT = new Set([1000, 1001, 1005, 4400, 4403])
