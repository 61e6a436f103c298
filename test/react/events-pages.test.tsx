// A history that is read in many requests, for a component that is gone.
import { useEvents, WebSocketsProvider } from '@websockets.do/react'
import { render } from '@testing-library/react'
import { expect, it } from 'vitest'
import { createStage } from './support/stage'

it('is read no further', async () => {
  const stage = createStage({ history: { readable: true }, strict: false })
  for (let n = 0; n < 1_000; n++) void stage.emit('room', n)
  await stage.settle()
  let requests = 0
  const client = stage.client
  const counted = {
    ...client,
    channel: (...args: Parameters<typeof client.channel>) => {
      const channel = client.channel(...args)
      const history: typeof channel.history = (window) => {
        requests++
        return channel.history(window)
      }
      return Object.create(channel, { history: { value: history } }) as typeof channel
    },
  }
  const Rare = () => useEvents('room', { type: 'rare', limit: 1 })[1].status
  stage.network.set({ latency: '10ms' })
  const { unmount } = render(
    <WebSocketsProvider client={counted as typeof client}>
      <Rare />
    </WebSocketsProvider>,
  )
  await stage.advance(50)
  unmount()
  const before = requests
  expect(before).toBeGreaterThan(0)
  await stage.advance('5s')
  expect(requests).toBe(before)
})
