// A page that one comes back to, with the state that it was rendered with at first: the router kept it.
import { useEvent, WebSocketsProvider } from '@websockets.do/react'
import { HydrationBoundary } from '@websockets.do/react/hydration'
import { act } from '@testing-library/react'
import type { ReactNode } from 'react'
import { expect, it } from 'vitest'
import { bob, People } from './support/rendered-room'
import { createStage } from './support/server-rendered'

it('does not go back to the state of a channel that was left: nobody is shown who is gone, and no event is heard twice [I3]', async () => {
  const stage = createStage({ strict: false })
  const member = await stage.connect('room', bob)
  const { state } = await stage.serve(null)
  await stage.publish('since')
  const { client, sockets } = stage.browser()
  const heard: unknown[] = []
  const Toasts = (): ReactNode => {
    useEvent('room', ({ payload }) => heard.push(payload))
    return null
  }
  const page = (isThere: boolean): ReactNode => (
    <WebSocketsProvider client={client}>
      {isThere && (
        <HydrationBoundary state={state}>
          <Toasts />
          <People />
        </HydrationBoundary>
      )}
    </WebSocketsProvider>
  )
  const { root, text } = await stage.mount(page(true))
  await stage.settle()
  await act(() => root.render(page(false)))
  member.close()
  await stage.later(5_000)
  stage.slowDown()
  await act(() => root.render(page(true)))
  expect(text('people')).toBe('')
  await stage.settle()
  expect(heard).toEqual(['since'])
  expect(sockets.map(({ searchParams }) => searchParams.has('since'))).toEqual([true, false])
})
