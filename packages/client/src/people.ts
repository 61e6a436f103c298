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
    const [first] = group
    const known = first && (persons.get(first) as Person<M> | undefined)
    if (known && known.members.length === group.length && known.members.every((member, at) => member === group[at])) {
      return known
    }
    const person = { user: first?.user, members: group }
    if (first) persons.set(first, person)
    return person
  })
}

function userOf({ user }: Member<unknown>): unknown {
  return user
}

/** By their first member, as long as that is in use. */
const persons = new WeakMap<object, Person<Member<unknown>>>()
