// A component that waits for a channel that was closed, while something else has opened it anew already.
import { useChannel as useShown, useEmit } from '@websockets.do/react'
import { ClientSideSuspense } from '@websockets.do/react/suspense'
import { type ReactNode, useEffect } from 'react'
import { expect, it } from 'vitest'
import { createStage, Room } from './support/suspense-stage'

it('does not close it again to those that use it, who lose what they have said', async () => {
  const stage = createStage()
  const failures: string[] = []
  const Old = (): ReactNode => useShown('room').status.state
  const Next = (): ReactNode => {
    const [emit] = useEmit('room')
    useShown('room')
    useEffect(() => {
      emit('hello').catch(({ code }: { code: string }) => failures.push(code))
    }, [emit])
    return null
  }
  const { show, text } = stage.render(<Old />)
  await stage.settle()
  stage.expel()
  await stage.settle()
  expect(text()).toBe('closed')
  show(
    <>
      <ClientSideSuspense fallback="waiting. ">
        <Room />
      </ClientSideSuspense>
      <Next />
    </>,
  )
  await stage.settle()
  expect([text(), failures]).toEqual(['room open. ', []])
})
