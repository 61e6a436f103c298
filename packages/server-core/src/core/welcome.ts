// CONNECTED's payload, as JSON text: who else is here, what the joiner is, and by which numbers both will live [MS-6].
import type { Limits } from '@websockets.do/protocol'
import type { Member } from './member'
import type { HeartbeatSettings, Settings } from './settings'

export interface Welcome {
  readonly member: Member
  readonly others: Iterable<Member>
  readonly epoch: string
  /** The position after which DATA follows. */
  readonly seq: number
  /** Only where a position or a session was asked for. */
  readonly recovered: boolean | undefined
  /** It has the place that it had before [RS-3]. */
  readonly resumed: boolean
  /** Events up to `seq` that it has still to acknowledge. */
  readonly awaiting: readonly string[]
}

export function welcomePayload(
  { member, others, epoch, seq, recovered, resumed, awaiting }: Welcome,
  { heartbeat, limits }: Settings,
): string {
  const members = Array.from(others, (other) => other.entryText).join(',')
  const user = member.user === undefined ? '' : `"user":${JSON.stringify(member.user)},`
  const position = `"epoch":${JSON.stringify(epoch)},"seq":${seq}`
  const place = member.session === undefined ? '' : `,"session":${JSON.stringify(member.session)},"resumed":${resumed}`
  const found = recovered === undefined ? '' : `,"recovered":${recovered}`
  const owed = awaiting.length === 0 ? '' : `,"awaiting":${JSON.stringify(awaiting)}`
  const numbers = numbersText(heartbeat, limits)
  return `{"members":[${members}],"presence":${member.presenceText},${user}${numbers},${position}${place}${found}${owed}}`
}

// The same for all members of a server.
function numbersText(heartbeat: HeartbeatSettings, limits: Limits): string {
  const known = numbers.get(limits)
  if (known?.heartbeat === heartbeat) return known.text
  const { maxMessageBytes, maxPresenceBytes, messagesPerSecond, messageBurst } = limits
  const told = { heartbeat, limits: { maxMessageBytes, maxPresenceBytes, messagesPerSecond, messageBurst } }
  const text = JSON.stringify(told).slice(1, -1)
  numbers.set(limits, { heartbeat, text })
  return text
}

const numbers = new WeakMap<Limits, { readonly heartbeat: HeartbeatSettings; readonly text: string }>()
