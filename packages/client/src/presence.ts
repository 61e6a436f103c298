// Who is in the channel, as values: each change makes new lists, and whatever did not change keeps its identity.
import type { JoinedMessage, Json, JsonObject, LeftMessage, UpdatedMessage } from '@websockets.do/protocol'

/** A client in the channel, as it presents itself. */
export interface Member<Presence = JsonObject> {
  readonly clientID: string
  readonly presence: Presence
  /** Who the server says this is, never taken from presence [MS-11]. */
  readonly user?: Json | undefined
}

export interface Members {
  /** Oneself first. */
  readonly members: readonly Member[]
  readonly others: readonly Member[]
  readonly self: Member | undefined
}

const none: readonly Member[] = Object.freeze([])
export const nobody: Members = Object.freeze({ members: none, others: none, self: undefined })

/** The lists after somebody else came, went or changed. Who is not in the list can't change: only joining adds. */
export function reduce(before: Members, { type, payload }: JoinedMessage | LeftMessage | UpdatedMessage): Members {
  const { others, self } = before
  const { clientID } = payload
  if (type === 'PRESENCE:JOINED') return composed(before, self, [...others, payload])
  if (type === 'PRESENCE:LEFT')
    return composed(
      before,
      self,
      others.filter((other) => other.clientID !== clientID),
    )
  return composed(
    before,
    self,
    others.map((other) => (other.clientID === clientID ? payload : other)),
  )
}

/** Without oneself there is nobody. Entries with one id are one member, of whom the last is right; one's own are wrong. */
export function composed(before: Members, self: Member | undefined, entries: readonly Member[]): Members {
  if (!self) return nobody
  const known = new Map(before.members.map((member) => [member.clientID, member]))
  const next = new Map<string, Member>()
  for (const entry of [self, ...entries, self]) {
    const old = known.get(entry.clientID)
    const isSame = old === entry || JSON.stringify(old) === JSON.stringify(entry)
    next.set(entry.clientID, isSame && old ? old : Object.freeze(entry))
  }
  const [me, ...rest] = next.values()
  const isSame = rest.length === before.others.length && rest.every((other, at) => other === before.others[at])
  if (isSame && me === before.self) return before
  const others = isSame ? before.others : Object.freeze(rest)
  return Object.freeze({ self: me, others, members: Object.freeze([...next.values()]) })
}

/** Those of the others who are not among the others there. */
export function missing(here: Members, there: Members): readonly Member[] {
  const known = new Set(there.others.map((other) => other.clientID))
  return here.others.filter((other) => !known.has(other.clientID))
}
