// I6, I8: what each has been told of the members is what the server has, at every moment.
import { mayBeAway } from '../members'
import type { Stage } from '../stage'
import { timeOf } from '../words'

/** Everybody's snapshot and what followed it, against the server's table. */
export function checkTables({ log, server, conditions, life, isUp, now, frozenMs }: Stage): void {
  for (const channel of conditions.channels) {
    const table = new Map(server.members(channel).map(({ clientID, presence }) => [clientID, JSON.stringify(presence)]))
    const listening = log.listeners.filter((listener) => isListening(listener) && listener.channel === channel)
    for (const { out } of listening) {
      const fault = difference(out.members, table)
      if (fault) log.report('I8', `${out.name} at ${timeOf(now)}: ${fault}`)
    }
    const ids = new Set(listening.map(({ out }) => out.clientID))
    for (const id of table.keys()) {
      const member = log.members.get(id)
      const isAway = member && mayBeAway(member, conditions.graceMs, now, LATE_MS + frozenMs)
      if (!ids.has(id) && !isAway) log.report('I7', `${id} is a member of ${channel}, and a ghost`)
    }
    if (ids.size > table.size) log.report('I7', `${ids.size} listen to ${channel}, ${table.size} are members`)
  }
  function isListening(listener: { life: number; openedAt: number; endedAt: number }): boolean {
    return isUp && listener.life === life && listener.openedAt < Infinity && listener.endedAt === Infinity
  }
  log.check()
}

/** A sweep, and a little more. */
const LATE_MS = 2_500

/** Our client's lists, against what its socket has heard. */
export function checkMirrors({ seats, log }: Stage): void {
  for (const seat of seats) {
    const { name, channel } = seat
    const { members, others, self, status } = channel
    if (channel.snapshot() !== seat.notified) log.report('I8', `${name} did not tell its last change`)
    if (status.state === 'closed' && members.length > 0)
      log.report('I6', `${name} is closed, with ${members.length} members`)
    if (status.state !== 'open') continue
    const heard = seat.sockets.at(-1)?.in
    if (!heard || !self) {
      log.report('I8', `${name} is open, without ${self ? 'a socket' : 'itself'}`)
      continue
    }
    const told = new Map(heard.members)
    told.delete(heard.clientID)
    const shown = new Map(others.map(({ clientID, presence }) => [clientID, JSON.stringify(presence)]))
    const fault = difference(shown, told) ?? (members.length === others.length + 1 ? undefined : 'without itself')
    if (fault) log.report('I8', `the list of ${name}: ${fault}`)
    const news = seat.told ?? new Set()
    if (news.size !== shown.size || [...shown.keys()].some((id) => !news.has(id)))
      log.report('I7', `${name} shows ${[...shown.keys()]}, and was told of ${[...news]}`)
    if (self.clientID !== heard.clientID) log.report('I8', `${name} takes itself for ${self.clientID}`)
    if (!(channel.latency >= 0 && channel.latency < Infinity))
      log.report('I17', `${name} has latency ${channel.latency}`)
  }
}

/** What one has and the other has not. */
export function difference(shown: ReadonlyMap<string, string>, truth: ReadonlyMap<string, string>): string | undefined {
  for (const [id, presence] of truth) {
    if (!shown.has(id)) return `${id} is missing`
    if (shown.get(id) !== presence)
      return `${id} shows ${shown.get(id)?.slice(0, 60)}, and has ${presence.slice(0, 60)}`
  }
  for (const id of shown.keys()) if (!truth.has(id)) return `${id} is not there`
  return undefined
}
