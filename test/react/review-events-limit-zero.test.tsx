// A list that is to hold nothing.
import { useEvents } from '@websockets.do/react'
import { expect, it } from 'vitest'
import { createStage } from './support/stage'

it('a limit of 0 is no list without end', async () => {
  const stage = createStage()
  const { result } = stage.renderHook(() => useEvents('room', { limit: 0, history: false }))
  await stage.settle()
  for (const n of [1, 2, 3]) await stage.publish('room', n)
  expect(result.current[0]).toEqual([])
})
