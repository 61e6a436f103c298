// An event that the history tells before its frame is there: requests and frames come by different ways.
import { WebSocketsProvider } from '@websockets.do/react'
import { act, render } from '@testing-library/react'
import { expect, it } from 'vitest'
import { createWorld } from '../support/world'
import { Chat } from './support/rendered-room'

it('is listed once, at its place [I3]', async () => {
  const world = createWorld({ history: { readable: true } })
  const { network, WebSocket } = world.device('slow')
  const client = world.client({ WebSocket })
  const settle = () => act(() => world.settled())
  const page = (chat: boolean) => <WebSocketsProvider client={client}>{chat && <Chat />}</WebSocketsProvider>
  client.channel('room')
  const { container, rerender } = render(page(false))
  await settle()
  network.hold('down')
  for (const n of [1, 2]) await world.emit('room', n)
  rerender(page(true))
  await settle()
  expect(container.textContent).toBe('ready: 1,2')
  await world.emit('room', 3)
  network.release()
  await settle()
  expect(container.textContent).toBe('ready: 1,2,3')
})
