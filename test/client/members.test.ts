import { array, assert, constantFrom, nat, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Member, reduce } from '../../packages/client/src/presence'

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
          others = reduce(others, { type, payload, clientID: '', latency: 0 })
          if (type === 'PRESENCE:UPDATED' && model.has(payload.clientID)) model.set(payload.clientID, payload)
          if (type !== 'PRESENCE:UPDATED') model.delete(payload.clientID)
          if (type === 'PRESENCE:JOINED') model.set(payload.clientID, payload)
          expect(others).toEqual([...model.values()])
          for (const member of others) {
            if (member.clientID !== payload.clientID) expect(before).toContain(member)
          }
        }
      }),
    )
  })
})
