// A limit that changes when nothing is heard any more.
import { useChannel, useEvents } from '@websockets.do/react'
import { act } from '@testing-library/react'
import { expect, it } from 'vitest'
import { createStage } from './support/stage'

it('a limit that is lowered counts where the channel is closed, too', async () => {
  const stage = createStage({ history: { readable: true } })
  for (const n of [1, 2, 3]) await stage.publish('room', n)
  const { result, rerender } = stage.renderHook(
    ({ limit }) => {
      useChannel('room')
      return useEvents('room', { limit })[0].map(({ payload }) => payload)
    },
    { limit: 3 },
  )
  await stage.settle()
  await act(async () => stage.client.channel('room', { connect: false }).close())
  rerender({ limit: 1 })
  await stage.settle()
  expect(result.current).toEqual([3])
})
