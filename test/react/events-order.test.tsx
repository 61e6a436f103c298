// Where the history goes in a list that has an event which no history has.
import { useChannel, useEvents } from '@websockets.do/react'
import { expect, it } from 'vitest'
import { createStage } from './support/stage'

it('what was before an event that was for some alone stays before it, though it is read after it is heard [RS-9]', async () => {
  const stage = createStage({ history: { readable: true }, strict: false })
  for (const n of [1, 2]) await stage.publish('room', n)
  stage.renderHook(() => useChannel('room'))
  await stage.settle()
  const { clientID } = stage.client.channel('room').self!
  stage.network.set({ latency: '100ms' })
  stage.network.connection(clientID)!.set({ latency: 0 })
  const { result } = stage.renderHook(() => useEvents('room'))
  await stage.advance(50)
  void stage.emit('room', 'for you', { clients: [clientID] })
  void stage.emit('room', 4)
  await stage.advance(200)
  expect(result.current[0].map(({ payload }) => payload)).toEqual([1, 2, 'for you', 4])
})
