// Nothing is lost: whoever was there and meant gets an event, and nobody else does. I18: and nobody who was refused.
import type { Listener } from '../log'
import type { Stage } from '../stage'
import { eventsOf, type SeenEvent } from './events'

export function checkDelivery({ log, observers, server, conditions }: Stage): void {
  const { report } = log
  const isGuarded = conditions.onEmit !== 'none'
  const events = [...eventsOf(log).values()]
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
  for (const listener of log.listeners) {
    if (listener.refused) checkRefused(listener, report)
    else checkListener(listener, events, report)
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

function checkListener(
  listener: Listener,
  events: readonly SeenEvent[],
  report: (id: string, text: string) => void,
): void {
  const { out, openedAt, endedAt, endCode, head } = listener
  const missed: SeenEvent[] = []
  for (const event of events) {
    if (event.epoch !== out.epoch || event.seq <= out.position || out.data.has(event.place)) continue
    const isReplay = event.seq <= head
    const wasThere = isReplay || (openedAt < event.first && event.first < Infinity && endedAt > event.first)
    const isPublic = event.published?.whom.kind === 'everyone'
    if (wasThere && (isReplay ? isPublic : isMeantForSure(event, listener))) missed.push(event)
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
