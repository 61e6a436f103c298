// CONNECTED's payload, as JSON text: who else is here, what the joiner is, and by which numbers both will live [MS-6].
import type { Member } from './member'
import type { Settings } from './settings'

export interface Welcome {
  readonly member: Member
  readonly others: Iterable<Member>
  readonly epoch: string
  /** The position after which DATA follows. */
  readonly seq: number
  /** Only where a position was asked for. */
  readonly recovered: boolean | undefined
}

export function welcomePayload(
  { member, others, epoch, seq, recovered }: Welcome,
  { heartbeat, limits }: Settings,
): string {
  const members = Array.from(others, (other) => other.entryText).join(',')
  const { maxMessageBytes, maxPresenceBytes, messagesPerSecond, messageBurst } = limits
  const rest = JSON.stringify({
    ...(member.user !== undefined && { user: member.user }),
    heartbeat,
    limits: { maxMessageBytes, maxPresenceBytes, messagesPerSecond, messageBurst },
    epoch,
    seq,
    ...(recovered !== undefined && { recovered }),
  })
  return `{"members":[${members}],"presence":${member.presenceText},${rest.slice(1)}`
}
