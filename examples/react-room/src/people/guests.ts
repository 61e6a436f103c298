// Who is in the room: persons, however many tabs each of them has.
import type { Member } from '@websockets.do/client'
import { people } from '@websockets.do/client/people'
import type { Person, Presence } from '../room'

export interface Guest extends Person {
  readonly clientIDs: readonly string[]
}

/** In the order of the members, of which oneself is the first. */
export function guestsOf(members: readonly Member<Presence>[]): readonly Guest[] {
  return people(members.filter(isIntroduced), ({ presence }) => presence.person).flatMap(({ members: tabs }) => {
    const clientIDs = tabs.map(({ clientID }) => clientID)
    return tabs.slice(0, 1).map(({ presence: { person, name, colour } }) => ({ person, name, colour, clientIDs }))
  })
}

/** Whether two lists show the same: of how a cursor moves they know nothing. */
export function sameGuests(one: readonly Guest[], other: readonly Guest[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** One may listen without having said who one is: with a bare WebSocket, say. */
function isIntroduced({ presence }: Member<Partial<Presence>>): boolean {
  return presence.person !== undefined
}
