// A list that is to hold nothing.
import { useEvents } from '@websockets.do/react'
import { expect, it } from 'vitest'
import { createStage } from './support/stage'

it.each([0, -1, Number.NaN])('a limit of %d is one event, and no list without end', async (limit) => {
  const stage = createStage()
  const { result } = stage.renderHook(() => useEvents('room', { limit, history: false }))
  await stage.settle()
  for (const n of [1, 2, 3]) await stage.publish('room', n)
  expect(result.current[0].map(({ payload }) => payload)).toEqual([3])
})
