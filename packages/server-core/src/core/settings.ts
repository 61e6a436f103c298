// Everything a channel is told once: limits, ports, and whom to tell of joins, leaves and faults.
import type { Limits, MemberEntry } from '@websockets.do/protocol'
import type { Channel } from './channel'
import type { Clock, Ids, Journal, Random } from './ports'
import type { Pulse } from './pulse'
import type { Retention } from './retention'

export interface HistorySettings {
  readonly maxEvents: number
  readonly maxBytes: number
  readonly maxAgeMs: number
}

export interface HeartbeatSettings {
  readonly intervalMs: number
  readonly timeoutMs: number
}

export interface Settings {
  readonly limits: Limits
  readonly heartbeat: HeartbeatSettings
  /** How long a member with a session may stay away. */
  readonly graceMs: number
  readonly history: HistorySettings
  readonly clock: Clock
  readonly ids: Required<Ids>
  readonly random: Random
  readonly retention: Retention
  readonly pulse: Pulse
  /** Absent where nothing is to outlive the process. */
  readonly journal?: Journal | undefined
  onJoin(channel: string, member: MemberEntry): void
  onLeave(channel: string, member: MemberEntry, code: number | undefined): void
  onError(error: unknown, context: string): void
  /** The channel holds nothing any more: no listener, no awaited emit, no retained event [CH-4]. */
  onEmpty(channel: Channel): void
}
