// The list of a channel's newest events: its history, and what is heard from then on, each once and in its place.
import { useChannel, useEvents } from '@websockets.do/react'
import { act } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { createStage, type Stage } from './support/stage'

const readable = { history: { readable: true } }

type Used = ReturnType<typeof useEvents>

const payloads = ([events]: Used): unknown[] => events.map(({ payload }) => payload)
const shown = (used: Used): unknown[] => [payloads(used), used[1].status]

/** Published by the server, one after the other. */
async function publishAll(stage: Stage, many: readonly unknown[], room = 'room'): Promise<void> {
  for (const payload of many) await stage.publish(room, payload)
}

const upTo = (last: number, first = 1): number[] => Array.from({ length: last + 1 - first }, (_, at) => first + at)

/** The component's own socket, whose faults are apart from those of its requests. */
const socketOf = (stage: Stage) =>
  stage.network.connection(stage.client.channel('room', { connect: false }).self!.clientID)!

describe('the events of a channel', () => {
  it('are its history first, and what is heard then, each once [I3]', async () => {
    const stage = createStage(readable)
    await publishAll(stage, upTo(3))
    const { result } = stage.renderHook(() => useEvents('room'))
    expect(shown(result.current)).toEqual([[], 'loading'])
    await stage.settle()
    expect(shown(result.current)).toEqual([upTo(3), 'ready'])
    await publishAll(stage, upTo(6, 4))
    expect(shown(result.current)).toEqual([upTo(6), 'ready'])
    expect(result.current[1].error).toBeUndefined()
  })

  it('have all that an event has, wherever they come from', async () => {
    const stage = createStage(readable)
    const member = await stage.connect('room')
    const events = ['named', 'unnamed'].map((how) =>
      how === 'named' ? { event: 'message', data: { text: 'hi' } } : { x: 1 },
    )
    for (const payload of events) member.emit(payload)
    await stage.settle()
    const { result } = stage.renderHook(() => useEvents('room'))
    await stage.settle()
    for (const payload of events) member.emit(payload)
    await stage.settle()
    const { clientID } = member
    expect(result.current[0]).toMatchObject([
      { name: 'message', data: { text: 'hi' }, payload: events[0], from: clientID, seq: 1 },
      { name: undefined, data: { x: 1 }, payload: events[1], from: clientID, seq: 2 },
      { name: 'message', data: { text: 'hi' }, payload: events[0], from: clientID, seq: 3 },
      { name: undefined, data: { x: 1 }, payload: events[1], from: clientID, seq: 4 },
    ])
    expect(new Set(result.current[0].map(({ eventID }) => eventID)).size).toBe(4)
  })

  it.each([
    ['null', { event: 'wave', data: null }, 'wave', null],
    ['a payload that is null', null, undefined, null],
    [
      'data that looks like an event',
      { event: 'wave', data: { event: 'x', data: 1 } },
      'wave',
      { event: 'x', data: 1 },
    ],
  ])(
    'have the data that they were published with, in the history as when they are heard: %s',
    async (_, payload, name, data) => {
      const stage = createStage(readable)
      await stage.publish('room', payload)
      const { result } = stage.renderHook(() => useEvents('room'))
      await stage.settle()
      await stage.publish('room', payload)
      expect(result.current[0].map((event) => [event.name, event.data])).toEqual([
        [name, data],
        [name, data],
      ])
    },
  )

  it('are in their order, though some are heard while the history is on its way', async () => {
    const stage = createStage({ ...readable, strict: false })
    await publishAll(stage, upTo(3))
    stage.renderHook(() => useChannel('room'))
    await stage.settle()
    stage.network.set({ latency: '100ms' })
    socketOf(stage).set({ latency: 0 })
    const { result } = stage.renderHook(() => useEvents('room'))
    // Before it is read, and after.
    await stage.advance(50)
    void stage.emit('room', 4)
    await stage.advance(100)
    void stage.emit('room', 5)
    await stage.advance(49)
    expect(shown(result.current)).toEqual([[4, 5], 'loading'])
    await stage.advance(1)
    expect(shown(result.current)).toEqual([upTo(5), 'ready'])
  })

  it('are each there once, though the history has what is heard after it', async () => {
    const stage = createStage(readable)
    const { result, rerender } = stage.renderHook(({ limit }) => useEvents('room', { limit }), { limit: 10 })
    await stage.settle()
    socketOf(stage).set({ latency: '100ms' })
    void stage.emit('room', 1)
    void stage.emit('room', 2)
    rerender({ limit: 20 })
    await stage.advance(10)
    expect(shown(result.current)).toEqual([upTo(2), 'ready'])
    await stage.advance(100)
    await publishAll(stage, [3])
    await stage.advance(100)
    expect(shown(result.current)).toEqual([upTo(3), 'ready'])
  })

  it('are each there once, though they are replayed as one joins', async () => {
    const stage = createStage(readable)
    await publishAll(stage, upTo(5))
    const { result } = stage.renderHook(() => {
      useChannel('room', { rewind: 3 })
      return useEvents('room')
    })
    await stage.settle()
    expect(shown(result.current)).toEqual([upTo(5), 'ready'])
  })

  it('that were for some alone are kept among the others, though no history has them [RS-9]', async () => {
    const stage = createStage(readable)
    await publishAll(stage, [1])
    const { result, rerender } = stage.renderHook(({ limit }) => useEvents('room', { limit }), { limit: 10 })
    await stage.settle()
    const { clientID } = stage.client.channel('room').self!
    await publishAll(stage, [2])
    await act(() => stage.emit('room', 'for you', { clients: [clientID] }))
    await publishAll(stage, [3])
    rerender({ limit: 20 })
    await stage.settle()
    expect(payloads(result.current)).toEqual([1, 2, 'for you', 3])
  })

  it('without a history are those that are heard from now on', async () => {
    const stage = createStage()
    await publishAll(stage, upTo(3))
    const { result } = stage.renderHook(() => useEvents('room', { history: false }))
    await stage.settle()
    expect(shown(result.current)).toEqual([[], 'ready'])
    await publishAll(stage, upTo(6, 4))
    expect(shown(result.current)).toEqual([upTo(6, 4), 'ready'])
    expect(stage.transcript()).not.toContain('history')
  })

  it('may have the history once it is wanted, in front', async () => {
    const stage = createStage(readable)
    await publishAll(stage, upTo(3))
    const { result, rerender } = stage.renderHook(({ history }) => useEvents('room', { history }), { history: false })
    await stage.settle()
    await publishAll(stage, [4])
    rerender({ history: true })
    await stage.settle()
    expect(shown(result.current)).toEqual([upTo(4), 'ready'])
  })
})

describe('the limit', () => {
  it.each([true, false])('is never exceeded, and the newest are kept: history %s', async (history) => {
    const stage = createStage(readable)
    await publishAll(stage, upTo(7))
    const { result } = stage.renderHook(() => useEvents('room', { limit: 5, history }))
    await stage.settle()
    expect(payloads(result.current)).toEqual(history ? upTo(7, 3) : [])
    await publishAll(stage, upTo(20, 8))
    expect(payloads(result.current)).toEqual(upTo(20, 16))
  })

  it('that is raised reads further back, and one that is lowered counts at once', async () => {
    const stage = createStage(readable)
    await publishAll(stage, upTo(30))
    const { result, rerender } = stage.renderHook(({ limit }) => useEvents('room', { limit }), { limit: 5 })
    await stage.settle()
    await publishAll(stage, [31])
    rerender({ limit: 20 })
    expect(payloads(result.current)).toEqual(upTo(31, 27))
    await stage.settle()
    expect(payloads(result.current)).toEqual(upTo(31, 12))
    rerender({ limit: 3 })
    expect(payloads(result.current)).toEqual(upTo(31, 29))
    await stage.settle()
    await publishAll(stage, [32])
    expect(payloads(result.current)).toEqual(upTo(32, 30))
  })

  it('that is lowered counts at once, without a history too', async () => {
    const stage = createStage()
    const { result, rerender } = stage.renderHook(({ limit }) => useEvents('room', { limit, history: false }), {
      limit: 5,
    })
    await stage.settle()
    await publishAll(stage, upTo(5))
    rerender({ limit: 2 })
    expect(payloads(result.current)).toEqual([4, 5])
  })

  it('may be more than one answer holds: it is read in as many as that takes [HI-1]', async () => {
    const stage = createStage({ history: { readable: true, maxEvents: 5_000 } })
    for (const n of upTo(2_300)) void stage.emit('room', n)
    const { result } = stage.renderHook(() => useEvents('room', { limit: 2_200 }))
    await stage.settle()
    expect(payloads(result.current)).toEqual(upTo(2_300, 101))
    expect(stage.transcript().match(/GET \/room\/history/g)).toHaveLength(3)
  })
})

describe('those of one name', () => {
  const ofKind = (n: number): unknown => ({ event: n % 50 === 0 ? 'rare' : 'common', data: n })
  const data = ([events]: Used): unknown[] => events.map((event) => event.data)

  it('are looked for in as many windows of the history as that takes, and heard alone', async () => {
    const stage = createStage({ history: { readable: true, maxEvents: 1_000 } })
    for (const n of upTo(1_000)) void stage.emit('room', ofKind(n))
    const { result } = stage.renderHook(() => useEvents('room', { type: 'rare', limit: 10 }))
    await stage.settle()
    expect(data(result.current)).toEqual([550, 600, 650, 700, 750, 800, 850, 900, 950, 1_000])
    await publishAll(stage, [ofKind(1_001), ofKind(1_050)])
    expect(data(result.current)).toEqual([600, 650, 700, 750, 800, 850, 900, 950, 1_000, 1_050])
  })

  it('are all that there are, where there are fewer', async () => {
    const stage = createStage(readable)
    for (const n of upTo(500)) void stage.emit('room', ofKind(n))
    const { result } = stage.renderHook(() => useEvents('room', { type: 'rare', limit: 100 }))
    await stage.settle()
    expect(data(result.current)).toEqual(upTo(10).map((n) => n * 50))
    expect(result.current[1].status).toBe('ready')
  })

  it('are of another name at once when that changes, never of both', async () => {
    const stage = createStage(readable)
    for (const n of upTo(100)) void stage.emit('room', ofKind(n))
    const seen: string[] = []
    const { result, rerender } = stage.renderHook(
      ({ type }) => {
        const used = useEvents('room', { type, limit: 5 })
        for (const { name } of used[0]) if (name !== type) seen.push(`${name} as ${type}`)
        return used
      },
      { type: 'rare' },
    )
    await stage.settle()
    rerender({ type: 'common' })
    expect(shown(result.current)).toEqual([[], 'loading'])
    await stage.settle()
    expect(data(result.current)).toEqual([95, 96, 97, 98, 99])
    expect(seen).toEqual([])
  })
})
