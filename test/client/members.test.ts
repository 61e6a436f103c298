import { type Arbitrary, array, assert, constant, constantFrom, nat, oneof, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composed, type Member, type Members, missing, nobody, reduce } from '../../packages/client/src/presence'

const anyID = constantFrom('a', 'b', 'c', 'd', '__proto__')
const anyMember: Arbitrary<Member> = record({ clientID: anyID, presence: record({ n: nat(2) }) })
const anyStep = oneof(
  record({ type: constant('CONNECTED' as const), self: anyMember, entries: array(anyMember, { maxLength: 4 }) }),
  record({ type: constant('OWN' as const), n: nat(2) }),
  record({
    type: constantFrom('PRESENCE:JOINED' as const, 'PRESENCE:UPDATED' as const, 'PRESENCE:LEFT' as const),
    payload: anyMember,
  }),
)
type Step = typeof anyStep extends Arbitrary<infer S> ? S : never

function after(before: Members, step: Step): Members {
  switch (step.type) {
    case 'CONNECTED':
      return composed(before, step.self, step.entries)
    case 'OWN':
      return composed(before, before.self && { ...before.self, presence: { n: step.n } }, before.others)
    default:
      return reduce(before, { ...step, clientID: '', latency: 0 } as Parameters<typeof reduce>[1])
  }
}

/** The same in plain maps, without a thought for identity. */
class Model {
  self: Member | undefined
  others = new Map<string, Member>()

  take(step: Step): void {
    if (step.type === 'CONNECTED') {
      this.self = step.self
      this.others = new Map(step.entries.map((entry) => [entry.clientID, entry]))
      this.others.delete(step.self.clientID)
    } else if (step.type === 'OWN') {
      if (this.self) this.self = { ...this.self, presence: { n: step.n } }
    } else if (this.self && step.payload.clientID !== this.self.clientID) {
      const { clientID } = step.payload
      if (step.type === 'PRESENCE:LEFT') this.others.delete(clientID)
      else if (step.type === 'PRESENCE:JOINED' || this.others.has(clientID)) this.others.set(clientID, step.payload)
    }
  }
}

describe('the lists of members', () => {
  it('are what the messages say, whatever their order [I8]', () => {
    assert(
      property(array(anyStep), (steps) => {
        const model = new Model()
        let members = nobody
        for (const next of steps) {
          members = after(members, next)
          model.take(next)
          expect(members.self).toEqual(model.self)
          expect(members.others).toEqual([...model.others.values()])
          expect(members.members).toEqual(model.self ? [model.self, ...model.others.values()] : [])
        }
      }),
    )
  })

  it('keep the identity of all that did not change, and are frozen', () => {
    assert(
      property(array(anyStep), (steps) => {
        let before = nobody
        for (const next of steps) {
          const now = after(before, next)
          for (const list of ['members', 'others'] as const) {
            expect(Object.isFrozen(now[list]) && now[list].every(Object.isFrozen)).toBe(true)
            const same = JSON.stringify(now[list]) === JSON.stringify(before[list])
            expect(now[list] === before[list]).toBe(same)
          }
          for (const entry of now.members) {
            const old = before.members.find((known) => JSON.stringify(known) === JSON.stringify(entry))
            if (old) expect(entry).toBe(old)
          }
          expect(now === before).toBe(JSON.stringify(now) === JSON.stringify(before))
          before = now
        }
      }),
    )
  })

  it('can be compared for who is missing', () => {
    const ann = { clientID: 'ann', presence: {} }
    const bob = { clientID: 'bob', presence: {} }
    const me = { clientID: 'me', presence: {} }
    const two = composed(nobody, me, [ann, bob])
    const one = composed(nobody, { ...me, clientID: 'me again' }, [bob])
    expect(missing(two, one)).toEqual([ann])
    expect(missing(one, two)).toEqual([])
  })
})
