// The people of a channel, those included who have left: their events and acknowledgements still need a name.
import type { Member } from '@websockets.do/client'
import { useState } from 'react'
import { type Person, personOf, stranger } from './person'

export type FindPerson = (clientID: string) => Person

export function usePeople(members: readonly Member[]): {
  readonly people: readonly Person[]
  readonly find: FindPerson
} {
  const [state, setState] = useState(() => met(new Map(), members))
  const { seen, known, people } = state.seen === members ? state : met(state.known, members)
  if (state.seen !== seen) setState({ seen, known, people })
  return { people, find: (clientID) => known.get(clientID)?.person ?? stranger(clientID) }
}

interface Acquaintance {
  readonly member: Member
  readonly person: Person
}

interface Met {
  readonly seen: readonly Member[]
  readonly known: ReadonlyMap<string, Acquaintance>
  readonly people: readonly Person[]
}

// A member that did not change keeps its person, and so does whatever shows it.
function met(known: ReadonlyMap<string, Acquaintance>, seen: readonly Member[]): Met {
  const next = new Map(known)
  for (const member of seen) {
    const before = next.get(member.clientID)
    // Set anew all the same: whoever was here last is forgotten last.
    next.delete(member.clientID)
    next.set(member.clientID, before?.member === member ? before : { member, person: personOf(member) })
  }
  const forgotten = [...next.keys()].slice(0, Math.max(next.size - seen.length - MAX_ABSENT, 0))
  for (const clientID of forgotten) next.delete(clientID)
  const people = seen.flatMap(({ clientID }) => next.get(clientID)?.person ?? [])
  return { seen, known: next, people }
}

const MAX_ABSENT = 300
