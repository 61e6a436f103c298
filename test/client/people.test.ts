import type { Json, Member } from '@websockets.do/client'
import { people } from '@websockets.do/client/people'
import { describe, expect, it } from 'vitest'

const tab = (clientID: string, user?: Json): Member => ({ clientID, presence: {}, user })
const ids = (persons: ReturnType<typeof people>) =>
  persons.map(({ members }) => members.map(({ clientID }) => clientID))

describe('people', () => {
  it('are one for all the tabs of a user, in the order in which they appear [MS-11]', () => {
    const members = [tab('a', { id: 1 }), tab('b', { id: 2 }), tab('c', { id: 1 }), tab('d', 'x')]
    expect(ids(people(members))).toEqual([['a', 'c'], ['b'], ['d']])
    expect(people(members)[0]?.user).toEqual({ id: 1 })
  })

  it('are each their own where the server names nobody', () => {
    expect(ids(people([tab('a'), tab('b')]))).toEqual([['a'], ['b']])
  })

  it('may be told apart by something else', () => {
    const members = [tab('a', { id: 1, tab: 1 }), tab('b', { id: 1, tab: 2 })]
    expect(ids(people(members, ({ user }) => (user as { id: number }).id))).toEqual([['a', 'b']])
  })

  it('stay the same objects from list to list, unless their members change', () => {
    const [a, b, c] = [tab('a', 'x'), tab('b', 'y'), tab('c', 'x')]
    const before = people([a, b])
    const after = people([a, b, c])
    expect(after[1]).toBe(before[1])
    expect(after[0]).not.toBe(before[0])
    expect(people([a, b, c])[0]).toBe(after[0])
  })

  it('stay the same objects, however else the same members are put together meanwhile', () => {
    const members = [tab('a', 'x'), tab('b', 'x')]
    const [before] = people(members)
    people(members, ({ clientID }) => clientID)
    expect(people(members)[0]).toBe(before)
  })
})
