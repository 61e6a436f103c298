// Who is in the channel, as values: each change makes a new list of the others, and whoever did not change stays the same object.
import type { JoinedMessage, Json, JsonObject, LeftMessage, UpdatedMessage } from '@websockets.do/protocol'

/** A client in the channel, as it presents itself. */
export interface Member<Presence = JsonObject> {
  readonly clientID: string
  readonly presence: Presence
  /** Who the server says this is, never taken from presence [MS-11]. */
  readonly user?: Json | undefined
}

type Members = readonly Member[]

/** The others after something happened, and to whom it did. */
export interface Change {
  readonly others: Members
  readonly news: readonly (readonly ['join' | 'leave' | 'update', Member])[]
}

/** One of them came, went or changed. Who is not in the list can't change: only joining adds. Throws for what is no member. */
export function reduce(others: Members, { type, payload }: JoinedMessage | LeftMessage | UpdatedMessage): Change {
  const known = others.find(({ clientID }) => clientID === payload.clientID)
  if (type !== 'PRESENCE:LEFT' && !isMember(payload)) throw new Error('garbled')
  if (!known && type !== 'PRESENCE:JOINED') return { others, news: [] }
  if (type === 'PRESENCE:LEFT') {
    return { others: others.filter((other) => other !== known), news: [['leave', known as Member]] }
  }
  const after = known ? others.map((other) => (other === known ? payload : other)) : [...others, payload]
  return { others: after, news: [[known ? 'update' : 'join', payload]] }
}

/** All of them anew, as a connection begins; whoever is as before stays the same object. */
export function reconcile(before: Members, entries: Members): Change {
  const gone = new Map(before.map((member) => [member.clientID, member]))
  const news: [Change['news'][number][0], Member][] = []
  const others = entries.map((entry) => {
    const known = gone.get(entry.clientID)
    gone.delete(entry.clientID)
    if (same(known, entry)) return known as Member
    news.push([known ? 'update' : 'join', entry])
    return entry
  })
  for (const member of gone.values()) news.push(['leave', member])
  return { others: news.length > 0 ? others : before, news }
}

/** By what they say, whoever made them. */
export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** Who is no member can't be shown as one: whatever a server sends, a list of members is one. */
export function isMember(entry: unknown): entry is Member {
  const { clientID, presence } = (entry ?? {}) as Partial<Member>
  return typeof clientID === 'string' && typeof (presence ?? 0) === 'object'
}
