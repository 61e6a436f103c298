// useLostConnection: what a person should be told of outages, once for each of them.
import { useChannel, useLostConnection, useMembers } from '@websockets.do/react'
import { act } from '@testing-library/react'
import type { ReactNode } from 'react'
import { describe, expect, it } from 'vitest'
import { createStage, type Stage, type StageOptions } from './support/stage'

interface Watched {
  name?: string | null
  afterMs?: number
}

/** A component that is in the room, and what it is told; without a name, of any channel. */
async function mountWatcher(watched: Watched = { name: 'room' }, options: StageOptions = {}) {
  const stage = createStage({ page: true, ...options })
  const told: string[] = []
  stage.renderHook(() => useMembers('room'))
  const hook = stage.renderHook(
    ({ name, afterMs }) => useLostConnection(name, (event) => told.push(event), { afterMs }),
    watched,
  )
  await stage.settle()
  return { ...hook, stage, told }
}

/** The server is away for so long; it comes back, and so do its clients. */
async function outage(stage: Stage, duration: string): Promise<void> {
  await act(() => stage.stop())
  await stage.advance(duration)
  stage.start()
  await stage.advance('30s')
}

const disconnect = (stage: Stage): void => {
  const channel = stage.core().channel('room')
  for (const { clientID } of channel.members()) channel.disconnect(clientID, { code: 'FORBIDDEN' })
}

describe.each([
  ['of one channel', 'room'],
  ['of all in use', undefined],
])('a connection %s', (_, name) => {
  const watched: Watched = name === undefined ? {} : { name }

  it('that is lost for longer than a hiccup is told once, and once that it is restored, however many attempts that takes', async () => {
    const { stage, told } = await mountWatcher(watched)
    await act(() => stage.stop())
    await stage.advance(4_999)
    expect(told).toEqual([])
    await stage.advance(1)
    expect(told).toEqual(['lost'])
    await stage.advance('3m')
    expect(told).toEqual(['lost'])
    stage.start()
    await stage.advance('60s')
    expect(told).toEqual(['lost', 'restored'])
  })

  it('that is lost for less is not worth telling', async () => {
    const { stage, told } = await mountWatcher(watched)
    for (let round = 0; round < 3; round++) {
      stage.network.sever()
      await stage.advance('6s')
    }
    expect(told).toEqual([])
  })

  it('that is lost again is told again', async () => {
    const { stage, told } = await mountWatcher(watched)
    for (let round = 0; round < 3; round++) await outage(stage, '10s')
    expect(told).toEqual(['lost', 'restored', 'lost', 'restored', 'lost', 'restored'])
  })

  it('that is refused for good has failed, once, without being lost first', async () => {
    const { stage, told } = await mountWatcher(watched)
    disconnect(stage)
    await stage.advance('1m')
    expect(told).toEqual(['failed'])
  })

  it('that is refused when it would come back was lost, and has failed', async () => {
    let isAllowed = true
    const { stage, told } = await mountWatcher(watched, { authorize: () => isAllowed })
    isAllowed = false
    await outage(stage, '10s')
    expect(told).toEqual(['lost', 'failed'])
  })

  it('that is never made is lost, too', async () => {
    const stage = createStage({ page: true })
    stage.network.partition()
    const told: string[] = []
    stage.renderHook(() => useMembers('room'))
    stage.renderHook(() => useLostConnection(name, (event) => told.push(event), { afterMs: 2_000 }))
    await stage.advance(1_999)
    expect(told).toEqual([])
    await stage.advance(1)
    expect(told).toEqual(['lost'])
    stage.network.heal()
    await stage.advance('60s')
    expect(told).toEqual(['lost', 'restored'])
  })

  it('that is closed by those who used it is nobody’s loss', async () => {
    const { stage, told } = await mountWatcher(watched)
    act(() => stage.client.close())
    await stage.advance('1m')
    expect(told).toEqual([])
  })

  it('that had failed before somebody wants to know has failed once', async () => {
    const stage = createStage({ authorize: () => false })
    stage.renderHook(() => useChannel('room'))
    await stage.settle()
    const told: string[] = []
    const { rerender } = stage.renderHook(
      ({ afterMs }) => useLostConnection(name, (event) => told.push(event), { afterMs }),
      { afterMs: 5_000 },
    )
    await stage.settle()
    rerender({ afterMs: 6_000 })
    await stage.settle()
    expect(told).toEqual(['failed'])
  })

  it('is told once, however the time that it may take changes', async () => {
    const { stage, told, rerender } = await mountWatcher({ ...watched, afterMs: 5_000 })
    await act(() => stage.stop())
    await stage.advance('6s')
    rerender({ ...watched, afterMs: 4_000 })
    await stage.advance('10s')
    expect(told).toEqual(['lost'])
    stage.start()
    await stage.advance('60s')
    expect(told).toEqual(['lost', 'restored'])
  })
})

describe('another name', () => {
  it('has outages of its own, from when it is asked about', async () => {
    const { stage, told, rerender } = await mountWatcher({ name: 'room', afterMs: 10_000 })
    stage.renderHook(() => useMembers('other'))
    await stage.settle()
    await act(() => stage.stop())
    await stage.advance('15s')
    expect(told).toEqual(['lost'])
    rerender({ name: 'other', afterMs: 10_000 })
    stage.start()
    await stage.advance('60s')
    // Nobody was told that the other was lost.
    expect(told).toEqual(['lost'])
    await act(() => stage.stop())
    await stage.advance('15s')
    expect(told).toEqual(['lost', 'lost'])
  })

  it('of null has none', async () => {
    const { stage, told, rerender } = await mountWatcher({ name: null })
    await outage(stage, '10s')
    expect(told).toEqual([])
    rerender({ name: 'room' })
    await outage(stage, '10s')
    rerender({ name: null })
    await outage(stage, '10s')
    expect(told).toEqual(['lost', 'restored'])
  })
})

describe('a handler', () => {
  it('is the latest one', async () => {
    const stage = createStage({ page: true })
    const told: string[] = []
    const { rerender } = stage.renderHook(
      ({ as }) => useLostConnection('room', (event) => told.push(`${as} ${event}`)),
      {
        as: 'first',
      },
    )
    await stage.settle()
    await act(() => stage.stop())
    await stage.advance('2s')
    rerender({ as: 'second' })
    await stage.advance('4s')
    expect(told).toEqual(['second lost'])
  })

  it('is not called any more once its component is gone', async () => {
    const { stage, told, unmount } = await mountWatcher()
    await act(() => stage.stop())
    await stage.advance('2s')
    unmount()
    await stage.advance('30s')
    expect(told).toEqual([])
  })

  it('may render what it is told', async () => {
    const stage = createStage()
    const told: string[] = []
    const App = (): ReactNode => {
      useLostConnection('room', (event) => told.push(event))
      return useChannel('room').status.state
    }
    const { container } = stage.render(<App />)
    await stage.settle()
    await outage(stage, '10s')
    expect([told, container.textContent]).toEqual([['lost', 'restored'], 'open'])
  })
})
