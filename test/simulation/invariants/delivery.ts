// Nothing is lost: whoever was there and meant gets an event, and nobody else does. I18: and nobody who was refused.
import type { Listener, Log } from '../log'
import type { Stage } from '../stage'
import { allEventsOf, isFor, type SeenEvent } from './events'

export function checkDelivery({ log, observers, server, conditions }: Stage): void {
  const { report } = log
  const isGuarded = conditions.onEmit !== 'none'
  const events = allEventsOf(log)
  for (const event of events) {
    if (!event.published) report('I18', `${event.eventID} is sent, and nobody asked for it`)
    else if (isGuarded && event.published.via !== 'program' && !log.allowedKeys.has(event.published.key))
      report('I18', `${event.published.key} is sent, and was refused`)
    for (const listener of event.live) {
      if (listener.channel !== event.published?.channel)
        report('I18', `${event.eventID} is sent in ${listener.channel}`)
      if (!isMeant(event, listener)) report('I18', `${event.published?.key} is sent to ${listener.out.clientID}`)
    }
  }
  const known = new Map<string, string>()
  for (const { published, eventID } of events) {
    if (published?.via !== 'client' || published.attempts > 1) continue
    if (known.has(published.key) && known.get(published.key) !== eventID)
      report('I3', `${published.key} is published as ${known.get(published.key)} and as ${eventID}`)
    known.set(published.key, eventID)
  }
  for (const listener of log.listeners) {
    if (listener.refused) checkRefused(listener, report)
    else checkListener(listener, events, log)
  }
  const refused = new Set(log.listeners.flatMap(({ refused: is, out }) => (is ? [out.clientID] : [])))
  for (const channel of new Set(log.listeners.map((listener) => listener.channel)))
    for (const { clientID } of server.members(channel))
      if (refused.has(clientID)) report('I18', `${clientID} is a member, and was refused`)
  // An observer misses nothing between its position and the last that it read.
  for (const { reader } of observers) {
    const last = Math.max(0, ...Array.from(reader.data.values(), ({ seq }) => seq as number))
    for (const { epoch, seq, eventID, published, place } of events)
      if (epoch === reader.epoch && seq > reader.position && seq < last && published?.whom.kind === 'everyone')
        if (!reader.data.has(place)) report('I3', `${reader.name} misses ${published.key} (${eventID})`)
  }
}

function checkRefused({ out }: Listener, report: (id: string, text: string) => void): void {
  for (const { type } of out.frames) if (type !== 'ERROR') report('I18', `${out.name} is sent ${type}, and was refused`)
}

function checkListener(listener: Listener, events: readonly SeenEvent[], log: Log): void {
  const { report } = log
  const { out, openedAt, endedAt, endCode, head } = listener
  const missed: SeenEvent[] = []
  for (const event of events) {
    if (event.epoch !== out.epoch) continue
    const isReplay = event.seq <= head
    const isPublic = event.published?.whom.kind === 'everyone'
    if (out.data.has(event.place)) {
      if (isReplay && !isPublic && log.retained.get(out.epoch)?.has(event.place) && !isFor(log, event, out.clientID))
        report('I18', `${out.name} is given ${event.published?.key} again, which was for others`)
      // All or nothing [RS-2].
      if (isReplay && listener.since !== undefined && out.recovered !== true && !listener.rewind)
        report('I5', `${out.name} recovers nothing, and is given ${event.published?.key}`)
      continue
    }
    if (event.seq <= out.position) continue
    const wasThere = isReplay || (openedAt < event.first && event.first < Infinity && endedAt > event.first)
    const isMissed = isReplay
      ? isFor(log, event, out.clientID) && (isPublic || out.resumed)
      : isMeantForSure(event, listener)
    if (wasThere && isMissed) missed.push(event)
  }
  // What would not fit any more is why a slow reader was cut off: the one event, and nothing follows it.
  const last = Math.max(0, ...Array.from(out.data.values(), ({ seq }) => seq as number))
  if (endCode === SLOW && missed.length === 1 && (missed[0]?.seq ?? 0) > last) return
  for (const { published, eventID } of missed) report('I3', `${out.name} misses ${published?.key} (${eventID})`)
}

const SLOW = 4413

/** Whether this listener may be sent the event when it is published. */
function isMeant({ published, from }: SeenEvent, { out }: Listener): boolean {
  if (!published || (!published.echo && from === out.clientID)) return false
  return published.ids?.includes(out.clientID) ?? true
}

function isMeantForSure(event: SeenEvent, listener: Listener): boolean {
  return isMeant(event, listener) && event.published?.whom.kind !== 'some'
}
