// The history is what was published for all, without a hole: what is young enough and among the last so many is all there.
import { keyOf } from '../payload'
import { placeOf } from '../reader'
import type { Stage } from '../stage'

/** A sweep is at most this late, and what a frozen process slept through it drops afterwards. */
const SLACK_MS = 1_500
const ROOM_FOR_ALL = 1_000_000
const ALL = 1_000

/** While nothing is arriving: each event that is still retained, against what was asked for and what members were sent. */
export function checkHistory({ log, server, conditions, now, forgotAt, isUp }: Stage): void {
  if (!isUp) return
  const { maxEvents, maxAgeMs, maxTotalBytes, channels } = conditions
  const { report } = log
  const streams = server.core().save().channels
  const kept = new Set<string>()
  for (const channel of channels) {
    const history = server.history(channel, ALL)
    const { epoch = '', floor = 0 } = streams.find(({ name }) => name === channel) ?? {}
    if (history.length > maxEvents) report('I10', `${history.length} events of ${channel} are retained`)
    const places = new Set<string>()
    let last = floor
    for (const entry of history) {
      const { eventID, seq, payload } = entry
      const published = log.published.get(keyOf(payload))
      kept.add(eventID)
      places.add(placeOf(entry))
      if (seq <= last) report('I2', `the history of ${channel} has ${eventID} at ${seq}, after ${last}`)
      last = seq
      if (published?.channel !== channel)
        report('I18', `the history of ${channel} has ${eventID}, which is not its own`)
      else if (published.whom.kind !== 'everyone')
        report('I18', `the history of ${channel} has ${published.key} (${eventID}), which was not for all`)
    }
    // What it has dropped it has dropped from the front.
    for (const [place, { seq, eventID, payload }] of log.seen.get(epoch) ?? []) {
      const published = log.published.get(keyOf(payload))
      if (seq > floor && published?.whom.kind === 'everyone' && !places.has(place))
        report('I4', `the history of ${channel} misses ${published.key} (${eventID})`)
    }
  }
  // With room for all, a public event that was answered with success must be there while it is young.
  if (maxEvents < ALL || maxTotalBytes < ROOM_FOR_ALL) return
  for (const { key, at, answers, whom } of log.published.values()) {
    const eventID = answers[0]?.result.success === true ? answers[0].result.eventID : undefined
    if (eventID === undefined || whom.kind !== 'everyone' || at <= forgotAt || at < now - maxAgeMs + SLACK_MS) continue
    if (!kept.has(eventID)) report('I4', `the history misses ${key} (${eventID}), though it is young`)
  }
}
