// What becomes of a list of events where things go wrong: refusals, gaps, restarts, another name, and components that are gone too soon.
import { useChannel, useEvents } from '@websockets.do/react'
import { act } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { createStage, type Stage } from './support/stage'

const readable = { history: { readable: true } }

type Used = ReturnType<typeof useEvents>

const payloads = ([events]: Used): unknown[] => events.map(({ payload }) => payload)
const shown = (used: Used): unknown[] => [payloads(used), used[1].status, used[1].error?.code]

async function publishAll(stage: Stage, many: readonly unknown[], room = 'room'): Promise<void> {
  for (const payload of many) await stage.publish(room, payload)
}

const upTo = (last: number, first = 1): number[] => Array.from({ length: last + 1 - first }, (_, at) => first + at)

describe('a history that is refused', () => {
  it('is said so, and what is heard is listed all the same [OR-3]', async () => {
    const stage = createStage()
    await publishAll(stage, upTo(3))
    const { result } = stage.renderHook(() => useEvents('room'))
    await stage.settle()
    expect(shown(result.current)).toEqual([[], 'failed', 'FORBIDDEN'])
    expect(result.current[1].error).toMatchObject({ name: 'WebSocketsError', status: 403 })
    await publishAll(stage, [4])
    expect(shown(result.current)).toEqual([[4], 'failed', 'FORBIDDEN'])
  })

  it('is asked for again by the next connection, and goes in front of what was heard', async () => {
    let isReadable = false
    const stage = createStage({ authorize: ({ action }) => action !== 'history' || isReadable })
    await publishAll(stage, upTo(3))
    const { result } = stage.renderHook(() => useEvents('room'))
    await stage.settle()
    await publishAll(stage, [4])
    expect(shown(result.current)).toEqual([[4], 'failed', 'FORBIDDEN'])
    isReadable = true
    stage.network.sever()
    await stage.advance('5s')
    expect(shown(result.current)).toEqual([upTo(4), 'ready', undefined])
  })

  it('that is refused when it is read again leaves what is there', async () => {
    let isReadable = true
    const stage = createStage({ authorize: ({ action }) => action !== 'history' || isReadable })
    await publishAll(stage, upTo(3))
    const { result, rerender } = stage.renderHook(({ limit }) => useEvents('room', { limit }), { limit: 2 })
    await stage.settle()
    isReadable = false
    rerender({ limit: 3 })
    await stage.settle()
    expect(shown(result.current)).toEqual([[2, 3], 'failed', 'FORBIDDEN'])
    isReadable = true
    rerender({ limit: 4 })
    expect(shown(result.current)).toEqual([[2, 3], 'loading', undefined])
    await stage.settle()
    expect(shown(result.current)).toEqual([upTo(3), 'ready', undefined])
  })

  it('is no matter where none is wanted', async () => {
    const stage = createStage()
    const { result } = stage.renderHook(() => useEvents('room', { history: false }))
    await stage.settle()
    expect(shown(result.current)).toEqual([[], 'ready', undefined])
  })
})

describe('a connection that is lost', () => {
  it('and resumed leaves no hole, and reads nothing again [RS-2]', async () => {
    const stage = createStage(readable)
    const { result } = stage.renderHook(() => useEvents('room'))
    await stage.settle()
    await publishAll(stage, upTo(3))
    const asked = stage.transcript().match(/history/g)?.length
    stage.network.sever()
    for (const n of upTo(6, 4)) void stage.emit('room', n)
    await stage.advance('5s')
    await publishAll(stage, [7])
    expect(shown(result.current)).toEqual([upTo(7), 'ready', undefined])
    expect(stage.transcript().match(/history/g)).toHaveLength(asked ?? 0)
  })

  it('for longer than events are kept has a gap, and what is left of them goes where it belongs [RS-2]', async () => {
    const stage = createStage({ history: { readable: true, maxEvents: 5 } })
    const { result } = stage.renderHook(() => useEvents('room'))
    await stage.settle()
    await publishAll(stage, upTo(3))
    stage.network.sever()
    for (const n of upTo(13, 4)) void stage.emit('room', n)
    stage.network.set({ latency: '10ms' })
    await stage.advance('5s')
    await publishAll(stage, [14])
    expect(shown(result.current)).toEqual([[...upTo(3), ...upTo(14, 9)], 'ready', undefined])
  })

  it('has a gap, and what is heard before the history comes stays behind it [RS-2]', async () => {
    let isRead: boolean | Promise<boolean> = true
    let read: (isAllowed: boolean) => void = () => undefined
    const stage = createStage({
      history: { readable: true, maxEvents: 10 },
      authorize: ({ action }) => action !== 'history' || isRead,
    })
    const { result } = stage.renderHook(() => useEvents('room'))
    await stage.settle()
    await publishAll(stage, upTo(3))
    isRead = new Promise((resolve) => (read = resolve))
    stage.network.sever()
    for (const n of upTo(20, 4)) void stage.emit('room', n)
    await stage.advance('5s')
    await publishAll(stage, [21, 22])
    expect(shown(result.current)).toEqual([[...upTo(3), 21, 22], 'loading', undefined])
    await act(async () => {
      read(true)
      await stage.settled()
    })
    expect(shown(result.current)).toEqual([[...upTo(3), ...upTo(22, 13)], 'ready', undefined])
  })

  it('to a server that starts anew keeps what was there, and what was there first stays first', async () => {
    const stage = createStage(readable)
    const { result } = stage.renderHook(() => useEvents('room'))
    await stage.settle()
    await publishAll(stage, upTo(3))
    await act(() => stage.restart({ history: false }))
    void stage.emit('room', 4)
    void stage.emit('room', 5)
    await stage.advance('10s')
    await publishAll(stage, [6])
    expect(shown(result.current)).toEqual([upTo(6), 'ready', undefined])
  })

  it('to a server that comes back with what it knew, the same', async () => {
    const stage = createStage(readable)
    const { result } = stage.renderHook(() => useEvents('room'))
    await stage.settle()
    await publishAll(stage, upTo(3))
    await act(() => stage.restart())
    void stage.emit('room', 4)
    await stage.advance('10s')
    await publishAll(stage, [5])
    expect(shown(result.current)).toEqual([upTo(5), 'ready', undefined])
  })

  it('while the history was on its way is as if it had not been', async () => {
    const stage = createStage({ ...readable, strict: false, network: { latency: '100ms' } })
    await publishAll(stage, upTo(3))
    const { result } = stage.renderHook(() => useEvents('room'))
    await stage.advance(250)
    expect(shown(result.current)).toEqual([[], 'loading', undefined])
    stage.network.sever()
    await stage.advance('5s')
    await publishAll(stage, [4])
    expect(shown(result.current)).toEqual([upTo(4), 'ready', undefined])
  })

  it('and with it the answer of a history that was asked for: the next one stands, though the first is given up after it', async () => {
    const stage = createStage({ history: { readable: true, maxEvents: 5 }, strict: false })
    stage.renderHook(() => useChannel('room'))
    await stage.settle()
    await publishAll(stage, upTo(3))
    stage.network.hold('up')
    const { result } = stage.renderHook(() => useEvents('room'))
    await stage.settle()
    // The request is on its way, and never arrives.
    stage.network.stall()
    stage.network.release('up')
    for (const n of upTo(13, 4)) void stage.emit('room', n)
    stage.tell('wake')
    await stage.advance('10s')
    expect(shown(result.current)).toEqual([upTo(13, 9), 'ready', undefined])
    await stage.advance('20s')
    expect(shown(result.current)).toEqual([upTo(13, 9), 'ready', undefined])
  })
})

describe('another name', () => {
  it('has its own events, and none of the one before, not for a single render', async () => {
    const stage = createStage(readable)
    for (const room of ['a', 'b']) await publishAll(stage, [`${room}1`, `${room}2`], room)
    const wrong: unknown[] = []
    const { result, rerender } = stage.renderHook(
      ({ name }) => {
        const used = useEvents(name)
        wrong.push(...payloads(used).filter((payload) => !String(payload).startsWith(String(name))))
        return used
      },
      { name: 'a' as string | null },
    )
    await stage.settle()
    for (const name of ['b', 'a', null, 'b', 'a', 'b'] as const) {
      rerender({ name })
      expect(shown(result.current)).toEqual([[], name ? 'loading' : 'ready', undefined])
      // Of both, while the other lingers.
      await publishAll(stage, ['a3'], 'a')
      await publishAll(stage, ['b3'], 'b')
      if (name) expect(payloads(result.current).slice(0, 2)).toEqual([`${name}1`, `${name}2`])
    }
    expect(wrong).toEqual([])
    expect(result.current[1].status).toBe('ready')
    expect(result.current[0]).toHaveLength(8)
  })

  it('is not shown what another was asked for, however late that comes', async () => {
    const stage = createStage(readable)
    for (const room of ['a', 'b']) await publishAll(stage, [`${room}1`], room)
    const { result, rerender } = stage.renderHook(({ name }) => useEvents(name), { name: 'a' })
    await stage.settle()
    stage.network.set({ latency: '300ms' })
    rerender({ name: 'b' })
    await stage.advance(10)
    rerender({ name: 'a' })
    await stage.advance(10)
    rerender({ name: 'b' })
    await stage.advance('5s')
    expect(shown(result.current)).toEqual([['b1'], 'ready', undefined])
  })

  it('or none at all: switched off it is empty, and begins anew when it is switched on', async () => {
    const stage = createStage(readable)
    await publishAll(stage, upTo(2))
    const { result, rerender } = stage.renderHook(({ enabled }) => useEvents('room', { enabled }), { enabled: true })
    await stage.settle()
    rerender({ enabled: false })
    expect(payloads(result.current)).toEqual([])
    await publishAll(stage, [3])
    expect(payloads(result.current)).toEqual([])
    rerender({ enabled: true })
    await stage.settle()
    expect(shown(result.current)).toEqual([upTo(3), 'ready', undefined])
  })
})

describe('a component that is gone', () => {
  it('while its history is on the way is nothing to anybody', async () => {
    const stage = createStage({ ...readable, network: { latency: '100ms' } })
    await publishAll(stage, upTo(3))
    const { unmount } = stage.renderHook(() => useEvents('room'))
    await stage.advance(250)
    unmount()
    await stage.advance('5s')
    expect(stage.members()).toBe(0)
  })

  it('leaves others their events', async () => {
    const stage = createStage(readable)
    await publishAll(stage, upTo(3))
    const one = stage.renderHook(() => useEvents('room'))
    const other = stage.renderHook(() => useEvents('room', { limit: 2 }))
    await stage.settle()
    one.unmount()
    await publishAll(stage, [4])
    expect(shown(other.result.current)).toEqual([[3, 4], 'ready', undefined])
  })
})
