// What useChannel and usePresence give: the status, who one is, how to speak, and what one shows of oneself.
import { useChannel, usePresence } from '@websockets.do/react'
import { act, renderHook } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { complaints } from './support/complaints'
import { createStage } from './support/stage'

describe('useChannel', () => {
  it('shows the status and who one is, with one and the same emit', async () => {
    const stage = createStage()
    const { result } = stage.renderHook(() => useChannel('room'))
    const { emit } = result.current
    await stage.settle()
    const { status, self } = result.current
    expect(status).toEqual({ state: 'open', resumed: false, recovered: true, clientID: self?.clientID })
    expect(result.current.emit).toBe(emit)
  })

  it('follows the name', async () => {
    const stage = createStage()
    const { result, rerender } = stage.renderHook(({ name }) => useChannel(name), { name: 'room' })
    await stage.settle()
    const { emit } = result.current
    rerender({ name: 'other' })
    expect(result.current.status.state).not.toBe('open')
    await stage.advance('1s')
    expect([stage.members(), stage.members('other')]).toEqual([0, 1])
    expect(result.current.emit).not.toBe(emit)
  })

  it('shows the round trip, once it is measured', async () => {
    const stage = createStage({ network: { latency: '15ms' } })
    const { result } = stage.renderHook(() => useChannel('room'))
    await stage.advance('1s')
    expect(result.current.latency).toBe(0)
    await stage.advance('41s')
    expect(result.current.latency).toBe(30)
  })

  it('lets emits wait that come before the connection does, and answers those that come after the component is gone', async () => {
    const stage = createStage()
    const member = await stage.connect('room')
    const { result, unmount } = stage.renderHook(() => useChannel('room'))
    const { emit } = result.current
    act(() => void emit('hello', 1))
    await stage.settle()
    unmount()
    await stage.advance('2s')
    const late = emit({ bye: true })
    await stage.settle()
    expect(await late).toMatchObject({ success: true })
    expect(member.data).toEqual([{ event: 'hello', data: 1 }, { bye: true }])
    await stage.advance('1s')
    expect(stage.members()).toBe(1)
  })

  it('is missed with a clear error where there is no provider', () => {
    expect(() => renderHook(() => useChannel('room'))).toThrow('expected a <WebSocketsProvider>')
    complaints.splice(0)
  })
})

describe('usePresence', () => {
  it('is shown at once, patched or made from what it was, and told to the others', async () => {
    const stage = createStage()
    const member = await stage.connect('room')
    const { result } = stage.renderHook(() => usePresence<{ presence: { name?: string; n?: number } }>('room'))
    const [, set] = result.current
    act(() => set({ name: 'Ann' }))
    expect(result.current[0]).toEqual({ name: 'Ann' })
    act(() => set(({ name = '' }) => ({ name, n: 1 })))
    await stage.settle()
    expect(result.current[0]).toEqual({ name: 'Ann', n: 1 })
    expect(result.current[1]).toBe(set)
    const told = [member.last('PRESENCE:JOINED'), member.last('PRESENCE:UPDATED')].findLast(Boolean)
    expect(told?.payload).toMatchObject({ presence: { name: 'Ann', n: 1 } })
  })

  it('is told again to whoever the server is after a restart', async () => {
    const stage = createStage()
    const { result } = stage.renderHook(() => usePresence('room', { presence: { name: 'Ann' } }))
    await stage.settle()
    act(() => result.current[1]({ n: 1 }))
    await stage.advance('1s')
    await act(() => stage.restart())
    await stage.advance('10s')
    expect(result.current[0]).toEqual({ name: 'Ann', n: 1 })
    expect(stage.server.channel('room').members()).toHaveLength(0)
    expect(stage.core().channel('room').members()).toMatchObject([{ presence: { name: 'Ann', n: 1 } }])
  })

  it('tells the others no more often than it should, and the last value always', async () => {
    const stage = createStage()
    const member = await stage.connect('room')
    const { result } = stage.renderHook(() => usePresence('room', { throttleMs: 100 }))
    await stage.settle()
    for (let n = 1; n <= 99; n++) {
      act(() => result.current[1]({ n }))
      await stage.advance(10)
    }
    await stage.advance(100)
    const told = member.of('PRESENCE:UPDATED').map(({ payload }) => payload.presence.n)
    expect(told).toEqual([1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 99])
  })
})

describe('a set that is refused', () => {
  it.each([
    [
      'a function that throws',
      () => {
        throw new Error('mine')
      },
      'mine',
    ],
    ['more than the server takes', { text: 'x'.repeat(9_000) }, 'expected at most'],
  ])('reaches its caller, changes nothing, and holds no channel: %s [I14]', async (_, change, message) => {
    const stage = createStage()
    const { result, unmount } = stage.renderHook(() => usePresence('room', { presence: { name: 'Ann' } }))
    await stage.settle()
    expect(() => result.current[1](change)).toThrow(message)
    await stage.settle()
    expect(result.current[0]).toEqual({ name: 'Ann' })
    unmount()
    await stage.advance('2s')
    expect(stage.members()).toBe(0)
  })
})
