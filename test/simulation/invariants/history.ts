// The history is what was published, without a hole: what is young enough and among the last so many is all there.
import type { Stage } from '../stage'
import { eventsOf } from './events'

/** A sweep is at most this late, and what a frozen process slept through it drops afterwards. */
const SLACK_MS = 1_500
const ROOM_FOR_ALL = 1_000_000

export function checkHistory({ log, server, conditions, now, forgotAt }: Stage): void {
  const { maxEvents, maxAgeMs, maxTotalBytes, channels } = conditions
  const events = [...eventsOf(log).values()]
  for (const channel of channels) {
    const history = server.history(channel, 1_000)
    if (history.length > maxEvents) log.report('I10', `${history.length} events of ${channel} are retained`)
    const kept = new Map(history.map((entry) => [entry.eventID, entry]))
    const first = history[0]?.seq ?? Infinity
    const epoch = log.listeners.findLast((listener) => listener.channel === channel && listener.out.isWelcome)?.out
      .epoch
    const seen = events.filter((event) => event.channel === channel && event.epoch === epoch)
    for (const { eventID, seq, published } of seen) {
      if (log.recurring.has(eventID)) continue
      const isPublic = published?.whom.kind === 'everyone'
      const entry = kept.get(eventID)
      if (entry && !isPublic) log.report('I18', `the history has ${eventID}, which was not for all`)
      if (entry && entry.seq !== seq) log.report('I2', `the history has ${eventID} at ${entry.seq}, not ${seq}`)
      if (!entry && isPublic && seq > first) log.report('I8', `the history misses ${published?.key} (${eventID})`)
    }
  }
  // With room for all, a public event that was answered with success must be there while it is young.
  if (maxEvents < 1_000 || maxTotalBytes < ROOM_FOR_ALL) return
  for (const { channel, key, at, answers, whom } of log.published.values()) {
    const eventID = answers[0]?.result.success === true ? answers[0].result.eventID : undefined
    if (eventID === undefined || whom.kind !== 'everyone' || at <= forgotAt || at < now - maxAgeMs + SLACK_MS) continue
    if (!server.history(channel, 1_000).some((entry) => entry.eventID === eventID))
      log.report('I8', `the history misses ${key} (${eventID}), though it is young`)
  }
}
