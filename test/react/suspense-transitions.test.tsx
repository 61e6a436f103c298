// From one room to another: what is on screen until the other one is connected.
import { fireEvent, screen } from '@testing-library/react'
import { type ReactNode, startTransition, useDeferredValue, useState } from 'react'
import { expect, it } from 'vitest'
import { Count, createStage, Room, suspended } from './support/suspense-stage'

function Switch(): ReactNode {
  const [name, setName] = useState('old')
  const go = (next: string) => (
    <button onClick={() => startTransition(() => setName(next))}>{`To the ${next} one. `}</button>
  )
  return (
    <>
      {go('new')}
      {go('third')}
      <Count name={name} />
      <Room name={name} />
    </>
  )
}

const buttons = 'To the new one. To the third one. '

it('a transition keeps the old room as it is, and alive, until the new one is connected', async () => {
  const stage = createStage()
  const { text } = stage.render(suspended(<Switch />))
  await stage.settle()
  stage.device.network.hold('up')
  fireEvent.click(screen.getByText(/new/))
  await stage.advance(2_000)
  expect(text()).toBe(`${buttons}old has 1. old open. `)
  await stage.connect('old')
  await stage.settle()
  expect(text()).toBe(`${buttons}old has 2. old open. `)
  await stage.advance(5_000)
  stage.device.network.release('up')
  await stage.advance(1_500)
  expect(text()).toBe(`${buttons}new has 1. new open. `)
  expect(stage.members('old')).toHaveLength(1)
  expect(stage.sockets).toHaveLength(2)
})

it('a transition that is overtaken by another lets its room go', async () => {
  const stage = createStage()
  const { text } = stage.render(suspended(<Switch />))
  await stage.settle()
  stage.device.network.set({ latency: 1_000 })
  fireEvent.click(screen.getByText(/new/))
  await stage.advance(700)
  fireEvent.click(screen.getByText(/third/))
  await stage.advance(20_000)
  expect(text()).toBe(`${buttons}third has 1. third open. `)
  expect([stage.members('old'), stage.members('new')]).toEqual([[], []])
})

it('a transition whose component is unmounted meanwhile lets its room go', async () => {
  const stage = createStage()
  const { show } = stage.render(suspended(<Switch />))
  await stage.settle()
  stage.device.network.set({ latency: 1_000 })
  fireEvent.click(screen.getByText(/new/))
  await stage.advance(700)
  show('elsewhere')
  await stage.advance(20_000)
  expect(stage.leaks().found).toEqual([])
})

it('a transition to a room that is refused ends in the error boundary', async () => {
  const stage = createStage({ authorize: ({ channel }) => channel !== 'new' })
  const { text } = stage.render(suspended(<Switch />))
  await stage.settle()
  fireEvent.click(screen.getByText(/new/))
  await stage.settle()
  expect(text()).toBe('WebSocketsError FORBIDDEN. ')
  await stage.advance(20_000)
  expect(stage.sockets).toHaveLength(2)
})

it('a deferred name keeps the old room as a transition does', async () => {
  const stage = createStage()
  const Deferred = ({ name }: { readonly name: string }): ReactNode => <Count name={useDeferredValue(name)} />
  const { text, show } = stage.render(suspended(<Deferred name="old" />))
  await stage.settle()
  show(suspended(<Deferred name="new" />))
  expect(text()).toBe('old has 1. ')
  await stage.settle()
  expect(text()).toBe('new has 1. ')
})

it('without a transition the fallback is shown instead', async () => {
  const stage = createStage()
  const { text, show } = stage.render(suspended(<Count name="old" />))
  await stage.settle()
  show(suspended(<Count name="new" />))
  expect(screen.getByText(/waiting/)).toBeDefined()
  await stage.advance(2_000)
  expect(text()).toBe('new has 1. ')
  expect(stage.members('old')).toEqual([])
})
