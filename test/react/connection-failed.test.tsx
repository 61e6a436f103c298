// What is told of all channels together, when one of them comes back and another never will.
import { useChannel, useLostConnection } from '@websockets.do/react'
import { act } from '@testing-library/react'
import { expect, it } from 'vitest'
import { createStage } from './support/stage'

it('is not that all is restored', async () => {
  let isAllowed = true
  const stage = createStage({ page: true, authorize: ({ channel }) => isAllowed || channel !== 'one' })
  const told: string[] = []
  const { result } = stage.renderHook(() => {
    useLostConnection(undefined, (event) => told.push(event))
    return [useChannel('one').status.state, useChannel('other').status.state]
  })
  await stage.settle()
  isAllowed = false
  await act(() => stage.stop())
  await stage.advance('10s')
  stage.start()
  await stage.advance('60s')
  expect(result.current).toEqual(['closed', 'open'])
  expect(told).toEqual(['lost', 'failed'])
})
