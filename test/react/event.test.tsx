// Events as components hear them: every one of them, once, by the latest handler.
import type { ChannelEvent } from '@websockets.do/client'
import { useChannel, useEvent } from '@websockets.do/react'
import { act } from '@testing-library/react'
import { type ReactNode, useState } from 'react'
import { expect, it } from 'vitest'
import { createStage } from './support/stage'

it('every event is heard once, also under StrictMode, named and unnamed [I3]', async () => {
  const stage = createStage()
  const every: unknown[] = []
  const named: unknown[] = []
  const unnamed: unknown[] = []
  stage.renderHook(() => {
    useEvent('room', ({ payload }) => every.push(payload))
    useEvent('room', 'move', ({ data }) => named.push(data))
    useEvent('room', 'data', ({ data }) => unnamed.push(data))
  })
  await stage.settle()
  await stage.publish('room', { event: 'move', data: 1 })
  await stage.publish('room', 'two')
  expect(every).toEqual([{ event: 'move', data: 1 }, 'two'])
  expect([named, unnamed]).toEqual([[1], ['two']])
})

it("the channel's own kinds are heard, and can't be forged", async () => {
  const stage = createStage()
  const heard: string[] = []
  stage.renderHook(() => {
    useEvent('room', 'status', ({ state }) => heard.push(state))
    useEvent('room', 'join', ({ presence }) => heard.push(`join ${presence['name']}`))
    useEvent('room', 'update', ({ presence }) => heard.push(`update ${presence['name']}`))
    useEvent('room', 'leave', ({ presence }) => heard.push(`leave ${presence['name']}`))
    useEvent('room', 'error', ({ code }) => heard.push(`error ${code}`))
    useEvent('room', 'gap', () => heard.push('gap'))
  })
  await stage.settle()
  const member = await stage.connect('room', { presence: { name: 'Bob' } })
  member.setPresence({ name: 'Rob' })
  await stage.settle()
  member.close(1000)
  await stage.settle()
  for (const event of ['join', 'error', 'gap', 'status']) {
    await stage.publish('room', { event, data: { state: 'forged', presence: { name: 'forged' }, code: 'forged' } })
  }
  expect(heard).toEqual(['open', 'join Bob', 'update Rob', 'leave Rob'])
  heard.length = 0
  await act(() => stage.restart({ history: false }))
  await stage.advance('10s')
  expect(heard).toEqual(['reconnecting', 'connecting', 'open', 'gap'])
})

it('the latest handler is called, whatever was rendered in between, and none after unmounting', async () => {
  const stage = createStage()
  const heard: string[] = []
  const { rerender, unmount } = stage.renderHook(
    ({ tag }) => useEvent('room', ({ payload }) => heard.push(`${tag} ${payload}`)),
    { tag: 'first' },
  )
  await stage.settle()
  for (const tag of ['second', 'third']) {
    rerender({ tag })
    await stage.publish('room', 'event')
  }
  unmount()
  await stage.publish('room', 'event')
  expect(heard).toEqual(['second event', 'third event'])
})

it('a handler sees the state as it was rendered last, and each event once, though every one of them renders anew', async () => {
  const stage = createStage({ page: true })
  const heard: unknown[] = []
  const App = (): ReactNode => {
    const [count, setCount] = useState(0)
    useEvent('room', 'n', ({ data }) => {
      heard.push([data, count])
      setCount((before) => before + 1)
    })
    return count
  }
  const { container } = stage.render(<App />)
  await stage.settle()
  for (const data of [0, 1, 2, 3, 4]) await stage.publish('room', { event: 'n', data })
  expect(heard).toEqual([0, 1, 2, 3, 4].map((n) => [n, n]))
  expect(container.textContent).toBe('5')
})

it('another type is heard from the commit on, nothing twice, and nothing of the one before', async () => {
  const stage = createStage()
  const heard: unknown[] = []
  const { rerender } = stage.renderHook(
    ({ type }) => useEvent('room', type, (event) => heard.push('data' in event ? event.data : event)),
    { type: 'a' },
  )
  await stage.settle()
  const tell = (data: number): Promise<void> =>
    act(async () => {
      void stage.emit('room', { event: 'a', data })
      void stage.emit('room', { event: 'b', data: -data })
      await stage.settled()
    })
  await tell(1)
  rerender({ type: 'b' })
  await tell(2)
  rerender({ type: 'a' })
  await tell(3)
  expect(heard).toEqual([1, -2, 3])
})

it('another name is heard from then on, and the one before no more', async () => {
  const stage = createStage()
  const heard: unknown[] = []
  const { rerender } = stage.renderHook(({ name }) => useEvent(name, ({ payload }) => heard.push(payload)), {
    name: 'a' as string | null,
  })
  await stage.settle()
  for (const name of ['a', 'b', null, 'b', 'a']) {
    rerender({ name })
    await stage.settle()
    for (const room of ['a', 'b']) await stage.publish(room, room)
  }
  expect(heard).toEqual(['a', 'b', 'b', 'a'])
})

it('what comes again is heard once, and what was missed is heard after it, in order [RS-2]', async () => {
  const stage = createStage({ network: { repeat: 1 } })
  const heard: unknown[] = []
  stage.renderHook(() => useEvent('room', ({ payload }) => heard.push(payload)))
  await stage.settle()
  for (let n = 0; n < 3; n++) await stage.publish('room', n)
  stage.network.sever()
  for (let n = 3; n < 6; n++) void stage.emit('room', n)
  await stage.advance('10s')
  await stage.publish('room', 6)
  expect(heard).toEqual([0, 1, 2, 3, 4, 5, 6])
})

it('events are acknowledged by themselves, and by hand where the channel was opened so [CL-2]', async () => {
  const stage = createStage()
  const asked: ChannelEvent[] = []
  stage.renderHook(() => {
    useEvent('auto', () => undefined)
    useEvent('manual', 'ask', (event) => asked.push(event))
    useChannel('manual', { ack: 'manual' })
  })
  await stage.settle()
  const [auto, manual] = ['auto', 'manual'].map((room) =>
    stage.emit(room, { event: 'ask', data: null }, { requireAck: true }),
  )
  await stage.settle()
  expect(await auto).toMatchObject({ success: true, recipients: 1 })
  for (const event of asked) event.ack({ answer: 42 })
  await stage.settle()
  expect(Object.values((await manual)?.replies ?? {})).toEqual([{ answer: 42 }])
})
