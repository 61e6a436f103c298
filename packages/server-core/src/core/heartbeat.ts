// What a sweep has to do about one listener: nothing, a PING, or an end [CL-5, OR-2].
import type { ClosingError } from './audience'
import type { Member } from './member'
import type { Settings } from './settings'

export const EXPIRED: ClosingError = {
  code: 'UNAUTHORIZED',
  message: 'the token has expired: connect again with a new one',
}

/** For one that is connected. Of a member that is to be pinged it notes when. An observer answers no PING, and is sent one all the same to keep its line open. */
export function examine(member: Member, settings: Settings): 'ping' | ClosingError | undefined {
  const { pulse, clock, heartbeat } = settings
  if (isExpired(member, settings)) return EXPIRED
  if (member.pingedAt !== undefined) return pulse.now - member.pingedAt < heartbeat.timeoutMs ? undefined : SILENT
  if (pulse.now < member.pingDueAt) return undefined
  if (member.observer) {
    member.pingDueAt = pulse.now + heartbeat.intervalMs
  } else {
    member.pingedAt = pulse.now
    member.pingSentAt = clock.now()
  }
  return 'ping'
}

/** Whether the grant is void that its newest connection was opened by [OR-2]. */
export function isExpired(member: Member, { clock }: Pick<Settings, 'clock'>): boolean {
  return member.expiresAt !== undefined && clock.unixNow() >= member.expiresAt
}

/** Notes the answer; false when no PING was unanswered. */
export function answered(member: Member, { clock, heartbeat }: Settings): boolean {
  if (member.pingedAt === undefined) return false
  member.setLatency(clock.now() - member.pingSentAt)
  member.pingDueAt = member.pingedAt + heartbeat.intervalMs
  member.pingedAt = undefined
  return true
}

const SILENT: ClosingError = { code: 'PING_TIMEOUT', message: 'Client did not respond to PING event' }
