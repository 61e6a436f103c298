// What of a member outlives its process, beside its socket and with it. Heartbeat time is of this process alone: what is saved is in Unix ms.
import { heartbeatTime, unixTime } from './heartbeat'
import type { Member } from './member'
import type { SavedLine, SavedMember } from './saved'
import type { Settings } from './settings'

export function savedMember(member: Member, settings: Settings): SavedMember {
  const { clientID, presence, user, session, joinedAt, attempt, expiresAt, away, line } = member
  return {
    ...{ clientID, presence, joinedAt, attempt },
    ...(user !== undefined && { user }),
    ...(session !== undefined && { session }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(away && {
      away: { since: unixTime(away.since, settings), ...(away.code !== undefined && { code: away.code }) },
    }),
    ...(line.opening && { opening: line.opening }),
  }
}

/** Tells a socket that outlives the process what it has to keep. */
export function saveLine(member: Member, settings: Settings): void {
  const { socket } = member.line
  if (!socket.save || member.observer || !member.open) return
  const { clientID, latency, pingDueAt, pingedAt, line } = member
  try {
    socket.save({
      ...{ clientID, latency, badMessages: line.badMessages, pingDueAt: unixTime(pingDueAt, settings) },
      ...(pingedAt !== undefined && { pingedAt: unixTime(pingedAt, settings) }),
    })
  } catch (error) {
    // It is lost with the process then, and its member comes back by its session.
    settings.onError(error, 'saving a socket')
  }
}

export function restoreLine(member: Member, saved: SavedLine, settings: Settings): void {
  const { clock } = settings
  member.setLatency(saved.latency)
  member.line.badMessages = saved.badMessages
  member.pingDueAt = heartbeatTime(saved.pingDueAt, settings)
  if (saved.pingedAt === undefined) return
  member.pingedAt = heartbeatTime(saved.pingedAt, settings)
  member.pingSentAt = clock.now() - (clock.unixNow() - saved.pingedAt)
}
