// Members by who they are: one person's tabs and devices together.
import type { Member } from './presence'

export interface Person<M extends Member<unknown> = Member> {
  /** As the server names this person; undefined where it names nobody. */
  readonly user: M['user']
  /** At least one, in the order of the list. */
  readonly members: readonly M[]
}

/**
 * The persons behind a list of members, in the order in which they appear there: of `channel.members` oneself is the first. Who is
 * who is told by `user`, which the server sets [MS-11], or by what `keyOf` says, compared as JSON; where that is undefined, a
 * member is a person of its own. Whose members did not change stays the same object from list to list.
 */
export function people<M extends Member<unknown>>(
  members: readonly M[],
  keyOf: (member: M) => unknown = userOf,
): readonly Person<M>[] {
  const groups = new Map<string, M[]>()
  for (const member of members) {
    const key = JSON.stringify(keyOf(member)) ?? ` ${member.clientID}`
    groups.set(key, [...(groups.get(key) ?? []), member])
  }
  return Array.from(groups.values(), (group) => {
    let known = root
    for (const member of group) {
      const next: Known = known.next.get(member) ?? { next: new WeakMap() }
      known.next.set(member, next)
      known = next
    }
    return (known.person ??= { user: group[0]?.user, members: group }) as Person<M>
  })
}

function userOf({ user }: Member<unknown>): unknown {
  return user
}

/** The person of exactly these members, found one after the other, for as long as they are in use. */
interface Known {
  readonly next: WeakMap<object, Known>
  person?: Person<Member<unknown>>
}

const root: Known = { next: new WeakMap() }
