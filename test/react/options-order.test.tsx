// Whose options count when a channel is opened anew, after some components were rendered again.
import { useChannel, usePresence } from '@websockets.do/react'
import { ClientSideSuspense, useSelf } from '@websockets.do/react/suspense'
import { act } from '@testing-library/react'
import type { ReactNode } from 'react'
import { expect, it } from 'vitest'
import { createStage } from './support/stage'

it('those of the first in the tree, though it shows more, and so was rendered last', async () => {
  const stage = createStage()
  const First = (): ReactNode => {
    useChannel('room', { presence: { name: 'first' } })
    return null
  }
  const Second = (): ReactNode => {
    usePresence('room', { presence: { name: 'second' } })
    return null
  }
  const Self = (): ReactNode => useSelf('room').clientID
  stage.render([<First key="first" />, <Second key="second" />])
  await stage.settle()
  const presences = () =>
    stage.server
      .channel('room')
      .members()
      .map(({ presence }) => presence)
  expect(presences()).toEqual([{ name: 'first' }])
  act(() => stage.client.channel('room', { connect: false }).close())
  await stage.settle()
  // Apart, so that nothing of the others is rendered again.
  stage.render(
    <ClientSideSuspense fallback="">
      <Self />
    </ClientSideSuspense>,
  )
  await stage.settle()
  expect(presences()).toEqual([{ name: 'first' }])
})
