// Who is in a channel, and what a component makes of that: useMembers, useOthers, useMember, useSelf, and people.
import { people } from '@websockets.do/client/people'
import { useMember, useMembers, useOthers, usePresence, useSelf } from '@websockets.do/react'
import { act } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { createStage } from './support/stage'

interface Named {
  presence: { name?: string }
}

const nameOf = ({ presence }: { presence: Named['presence'] }): string => presence.name ?? '?'

describe('members', () => {
  it('come and go, oneself first', async () => {
    const stage = createStage()
    const { result } = stage.renderHook(() => ({
      all: useMembers<Named, string[]>('room', (members) => members.map(nameOf)),
      others: useOthers<Named, string[]>('room', (others) => others.map(nameOf)),
      self: useSelf<Named, string | undefined>('room', (self) => self && nameOf(self)),
    }))
    expect(result.current).toEqual({ all: [], others: [], self: undefined })
    await stage.settle()
    expect(result.current).toEqual({ all: ['?'], others: [], self: '?' })
    const member = await stage.connect('room', { presence: { name: 'Bob' } })
    expect(result.current).toEqual({ all: ['?', 'Bob'], others: ['Bob'], self: '?' })
    member.setPresence({ name: 'Rob' })
    await stage.settle()
    expect(result.current.others).toEqual(['Rob'])
    member.close(1000)
    await stage.settle()
    expect(result.current).toEqual({ all: ['?'], others: [], self: '?' })
  })

  it('that did not change stay the same objects, and so do lists', async () => {
    const stage = createStage()
    const bob = await stage.connect('room')
    const { result } = stage.renderHook(() => ({
      members: useMembers('room'),
      others: useOthers('room'),
      self: useSelf('room'),
      bob: useMember('room', bob.clientID),
      mine: usePresence('room'),
    }))
    await stage.settle()
    const before = result.current
    const ann = await stage.connect('room')
    expect(result.current.members).toHaveLength(3)
    expect(result.current.members.slice(0, 2)).toEqual([before.self, before.bob])
    for (const key of ['self', 'bob'] as const) expect(result.current[key]).toBe(before[key])
    ann.close(1000)
    await stage.settle()
    act(() => before.mine[1]({ name: 'me' }))
    expect(result.current.self).toEqual({ ...before.self, presence: { name: 'me' } })
    expect(result.current.others).toEqual(before.others)
    expect(result.current.bob).toBe(before.bob)
  })

  it('are there one by one, by their id, as long as they are', async () => {
    const stage = createStage()
    const bob = await stage.connect('room', { presence: { name: 'Bob' } })
    const { result, rerender } = stage.renderHook(
      ({ clientID }) => [
        useMember<Named>('room', clientID)?.presence,
        useMember<Named, string>('room', clientID, (member) => (member ? nameOf(member) : 'nobody')),
      ],
      { clientID: bob.clientID },
    )
    expect(result.current).toEqual([undefined, 'nobody'])
    await stage.settle()
    expect(result.current).toEqual([{ name: 'Bob' }, 'Bob'])
    const ann = await stage.connect('room', { presence: { name: 'Ann' } })
    rerender({ clientID: ann.clientID })
    expect(result.current).toEqual([{ name: 'Ann' }, 'Ann'])
    ann.close(1000)
    await stage.settle()
    expect(result.current).toEqual([undefined, 'nobody'])
  })

  it('stay on the screen while the connection is lost, and nobody is there once it is refused', async () => {
    const stage = createStage()
    await stage.connect('room', { presence: { name: 'Bob' } })
    const { result } = stage.renderHook(() => [useMembers('room').length, useSelf('room')?.clientID])
    await stage.settle()
    const [, self] = result.current
    stage.network.sever()
    await stage.settle()
    expect(result.current).toEqual([2, self])
    await stage.advance('2s')
    stage.server.channel('room').disconnect(String(self), { code: 'FORBIDDEN' })
    await stage.settle()
    expect(result.current).toEqual([0, undefined])
  })
})

describe('a selector', () => {
  it('may be another in each render: what it gives is equal for as long as its entries are', async () => {
    const stage = createStage({ strict: false })
    const seen: string[][] = []
    const { rerender } = stage.renderHook(() =>
      seen.push(useMembers('room', (members) => members.map(({ presence }) => String(presence['name'])).toSorted())),
    )
    await stage.settle()
    rerender()
    expect(seen.at(-1)).toBe(seen.at(-2))
    await stage.connect('room', { presence: { name: 'Bob' } })
    expect(seen.at(-1)).toEqual(['Bob', 'undefined'])
  })

  it('that selects something else is followed at once', async () => {
    const stage = createStage()
    await stage.connect('room', { presence: { name: 'Bob', age: 7 } })
    const { result, rerender } = stage.renderHook(({ key }) => useOthers('room', ([other]) => other?.presence[key]), {
      key: 'name',
    })
    await stage.settle()
    expect(result.current).toBe('Bob')
    rerender({ key: 'age' })
    expect(result.current).toBe(7)
    rerender({ key: 'name' })
    expect(result.current).toBe('Bob')
  })

  it('may come and go', async () => {
    const stage = createStage()
    const { result, rerender } = stage.renderHook(
      ({ counts }) => (counts ? useMembers('room', ({ length }) => length) : useMembers('room')),
      { counts: false },
    )
    await stage.settle()
    expect(result.current).toHaveLength(1)
    rerender({ counts: true })
    expect(result.current).toBe(1)
    rerender({ counts: false })
    expect(result.current).toHaveLength(1)
  })

  it('has what it compares by: what is equal to that is kept', async () => {
    const stage = createStage()
    const { result } = stage.renderHook(() =>
      useMembers(
        'room',
        (members) => ({ count: members.length }),
        (a, b) => a.count < 3 === b.count < 3,
      ),
    )
    await stage.settle()
    const counts = [result.current.count]
    for (let more = 0; more < 3; more++) {
      await stage.connect('room')
      counts.push(result.current.count)
    }
    // The first render's is kept until there are three.
    expect(counts).toEqual([0, 0, 3, 3])
  })
})

describe('people', () => {
  const authorize = (request: { token?: string | undefined }) =>
    request.token ? { user: { name: request.token } } : true

  it('are the persons behind the members, by who the server says they are', async () => {
    const stage = createStage({ authorize })
    for (const token of ['bob', 'cat', 'bob']) await stage.connect('room', { query: `token=${token}` })
    const { result } = stage.renderHook(() => useMembers('room', people))
    await stage.settle()
    expect(result.current.map(({ user, members }) => [user, members.length])).toEqual([
      [undefined, 1],
      [{ name: 'bob' }, 2],
      [{ name: 'cat' }, 1],
    ])
  })

  it('render nothing that shows none of what has changed, however else the same members are put together', async () => {
    const stage = createStage({ strict: false, authorize })
    for (let tab = 0; tab < 2; tab++) await stage.connect('room', { query: 'token=bob' })
    const cat = await stage.connect('room', { query: 'token=cat' })
    const seen: unknown[] = []
    stage.renderHook(() => useOthers('room', (others) => people(others, ({ clientID }) => clientID)))
    stage.renderHook(() => seen.push(useOthers('room', (others) => people(others).slice(0, 1)).length))
    const { result } = stage.renderHook(() => usePresence('room'))
    await stage.settle()
    expect(seen.at(-1)).toBe(1)
    seen.length = 0
    for (let n = 0; n < 5; n++) {
      cat.setPresence({ n })
      act(() => result.current[1]({ n }))
      await stage.advance('21s')
    }
    expect(seen).toEqual([])
  })
})
