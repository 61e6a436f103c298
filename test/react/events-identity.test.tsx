// The list that a component is shown of no channel, or of one that is not connected yet.
import { useEvents } from '@websockets.do/react'
import { expect, it } from 'vitest'
import { createStage } from './support/stage'

it.each([null, 'other'])('is the same from render to render, also once the name has changed: to %s', async (name) => {
  const stage = createStage({ history: { readable: true } })
  const { result, rerender } = stage.renderHook((props: { name: string | null }) => useEvents(props.name), {
    name: 'room' as string | null,
  })
  await stage.settle()
  stage.network.set({ latency: '100ms' })
  rerender({ name })
  const [events] = result.current
  rerender({ name })
  expect(result.current[0]).toBe(events)
})
