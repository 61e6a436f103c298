import { array, assert, constantFrom, nat, property, record, uniqueArray } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Member, reconcile, reduce } from '../../packages/client/src/presence'

const anyMember = record({ clientID: constantFrom('a', 'b', 'c', 'd', '__proto__'), presence: record({ n: nat(2) }) })
const anyStep = record({
  type: constantFrom('PRESENCE:JOINED' as const, 'PRESENCE:UPDATED' as const, 'PRESENCE:LEFT' as const),
  payload: anyMember,
})

describe('the list of the others', () => {
  it('is what the messages say, whatever their order, and whoever did not change stays the same object [I8]', () => {
    assert(
      property(array(anyStep), (steps) => {
        const model = new Map<string, Member>()
        let others: readonly Member[] = []
        for (const { type, payload } of steps) {
          const before = others
          others = reduce(others, { type, payload, clientID: '', latency: 0 }).others
          if (type === 'PRESENCE:UPDATED' && model.has(payload.clientID)) model.set(payload.clientID, payload)
          if (type === 'PRESENCE:LEFT') model.delete(payload.clientID)
          if (type === 'PRESENCE:JOINED') model.set(payload.clientID, payload)
          expect(others).toEqual([...model.values()])
          for (const member of others) {
            if (member.clientID !== payload.clientID) expect(before).toContain(member)
          }
        }
      }),
    )
  })

  it('is what a new connection says, whoever did not change stays the same object, and all else is news [I8]', () => {
    const anyMembers = uniqueArray(anyMember, { selector: ({ clientID }) => clientID })
    assert(
      property(anyMembers, anyMembers, (before, entries) => {
        const { others, news } = reconcile(before, structuredClone(entries))
        expect(sorted(others)).toEqual(sorted(entries))
        for (const member of before) {
          const same = entries.some((entry) => JSON.stringify(entry) === JSON.stringify(member))
          expect(others.includes(member)).toBe(same)
        }
        if (news.length === 0) expect(others).toBe(before)
        const told = new Map<string, Member>(before.map((member) => [member.clientID, member]))
        for (const [type, member] of news) {
          expect(told.has(member.clientID)).toBe(type !== 'join')
          if (type === 'leave') told.delete(member.clientID)
          else told.set(member.clientID, member)
        }
        expect(sorted([...told.values()])).toEqual(sorted(entries))
      }),
    )
  })
})

function sorted(members: readonly Member[]): Member[] {
  return members.toSorted((one, other) => (one.clientID < other.clientID ? -1 : 1))
}
