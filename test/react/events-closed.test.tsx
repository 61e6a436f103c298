// What a list says of a channel that there will not be.
import { useChannel, useEvents } from '@websockets.do/react'
import { expect, it } from 'vitest'
import { createStage } from './support/stage'

it.each([
  ['that is refused', 'room'],
  ['of an impossible name [CH-3]', '..'],
])('the history of a channel %s is not loading for ever', async (_, name) => {
  const stage = createStage({ history: { readable: true }, authorize: () => false })
  const { result } = stage.renderHook(() => [useChannel(name).status.state, useEvents(name)[1].status])
  await stage.advance('60s')
  expect(result.current).toEqual(['closed', 'failed'])
})
