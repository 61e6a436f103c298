// What a sweep has to do about one listener: nothing, a PING, or an end [CL-5, OR-2].
import type { ClosingError } from './audience'
import type { Member } from './member'
import type { HeartbeatSettings, Settings } from './settings'

export const EXPIRED: ClosingError = {
  code: 'UNAUTHORIZED',
  message: 'the token has expired: connect again with a new one',
}

/**
 * For one that is connected. Of a member that is to be pinged it notes when. An observer answers no PING, and is sent one all the same to keep
 * its line open. `earlyMs` is how much before its time.
 */
export function examine(member: Member, settings: Settings, earlyMs: number): 'ping' | ClosingError | undefined {
  const { pulse, clock, heartbeat } = settings
  if (isExpired(member, settings)) return EXPIRED
  if (member.pingedAt !== undefined) return pulse.now - member.pingedAt < heartbeat.timeoutMs ? undefined : SILENT
  if (pulse.now < member.pingDueAt - earlyMs) return undefined
  if (member.observer) {
    member.pingDueAt = pulse.now + pingEveryMs(true, heartbeat)
  } else {
    member.pingedAt = pulse.now
    member.pingSentAt = clock.now()
  }
  return 'ping'
}

/** An observer is not pinged to learn whether it lives: its line goes through proxies that cut what is silent for a minute or so. */
export function pingEveryMs(observer: boolean, { intervalMs }: HeartbeatSettings): number {
  return observer ? Math.min(intervalMs, KEEP_ALIVE_MS) : intervalMs
}

/**
 * How much before its time somebody is pinged, in ms: where each wake-up costs, one that is for a PING is for the PINGs of the near future too,
 * and from then on all of them are due together.
 */
export function earlyPingMs(everybody: Iterable<Member>, { pulse, clock, heartbeat }: Settings): number {
  if (!clock.sleeps) return 0
  for (const { open, pingedAt, pingDueAt } of everybody)
    if (open && pingedAt === undefined && pulse.now >= pingDueAt) return heartbeat.intervalMs / 2
  return 0
}

/** Has the sweeps look at a connected listener again when something is due for it. */
export function expectSweep(member: Member, settings: Settings): void {
  const { pulse, heartbeat } = settings
  const { pingedAt, pingDueAt, expiresAt } = member
  pulse.expect(pingedAt === undefined ? pingDueAt : pingedAt + heartbeat.timeoutMs)
  if (expiresAt !== undefined) pulse.expect(heartbeatTime(expiresAt, settings))
}

/** Heartbeat time → Unix ms. */
export function unixTime(at: number, { pulse, clock }: Settings): number {
  return clock.unixNow() + (at - pulse.at(clock.now()))
}

/** Unix ms → heartbeat time. */
export function heartbeatTime(at: number, { pulse, clock }: Settings): number {
  return pulse.at(clock.now()) + (at - clock.unixNow())
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

const KEEP_ALIVE_MS = 20_000
const SILENT: ClosingError = { code: 'PING_TIMEOUT', message: 'Client did not respond to PING event' }
