// What throws in one component's selector or handler, and what that is to the others.
import { useChannel, useEvent, useEvents, useMembers, useOthers } from '@websockets.do/react'
import { act } from '@testing-library/react'
import { Component, type ReactNode } from 'react'
import { expect, it } from 'vitest'
import { complaints } from './support/complaints'
import { createStage } from './support/stage'

class Boundary extends Component<{ readonly children: ReactNode }> {
  override state = { message: '' }
  static getDerivedStateFromError(error: Error) {
    return { message: error.message }
  }
  override render(): ReactNode {
    return this.state.message || this.props.children
  }
}

it('a selector that throws reaches the boundary above it, and the others are shown what there is', async () => {
  const stage = createStage()
  const Fragile = (): ReactNode =>
    useOthers('room', (others) => {
      if (others.length > 0) throw new Error('mine')
      return 'nobody'
    })
  const Sound = (): ReactNode => useMembers('room').length
  const { container, unmount } = stage.render(
    <>
      <Sound />
      <Boundary>
        <Fragile />
      </Boundary>
      <Sound />
    </>,
  )
  await stage.settle()
  expect(container.textContent).toBe('1nobody1')
  await stage.connect('room')
  expect(container.textContent).toBe('2mine2')
  expect(complaints.splice(0).join()).toContain('mine')
  await stage.connect('room')
  expect(container.textContent).toBe('3mine3')
  unmount()
  await stage.advance('2s')
  expect(stage.sockets).toHaveLength(1)
  expect(stage.members()).toBe(2)
})

it('a comparison that throws, as a selector does', async () => {
  const stage = createStage()
  const Fragile = (): ReactNode =>
    useMembers(
      'room',
      (members) => members.length,
      () => {
        throw new Error('mine')
      },
    )
  const Sound = (): ReactNode => useMembers('room').length
  const { container } = stage.render(
    <>
      <Boundary>
        <Fragile />
      </Boundary>
      <Sound />
    </>,
  )
  await stage.settle()
  expect(container.textContent).toBe('mine1')
  complaints.splice(0)
})

it('a handler that throws or rejects is reported, and the other handlers are called, its own later ones too', async () => {
  const stage = createStage()
  const heard: unknown[] = []
  const App = (): ReactNode => {
    useEvent('room', ({ payload }) => {
      heard.push(['first', payload])
      throw new Error('thrown')
    })
    useEvent('room', 'n', async ({ data }) => {
      heard.push(['second', data])
      throw new Error('rejected')
    })
    useEvent('room', ({ payload }) => heard.push(['third', payload]))
    const [events] = useEvents('room', { history: false })
    return `${useChannel('room').status.state} ${events.length}`
  }
  const { container } = stage.render(<App />)
  await stage.settle()
  for (const n of [1, 2]) await stage.publish('room', { event: 'n', data: n })
  const payloads = [1, 2].map((data) => ({ event: 'n', data }))
  for (const which of ['first', 'third']) {
    expect(heard.filter((one) => (one as unknown[])[0] === which)).toEqual(payloads.map((payload) => [which, payload]))
  }
  expect(heard).toContainEqual(['second', 2])
  expect(container.textContent).toBe('open 2')
  const reported = stage.errors.splice(0).map(({ error }) => String(error))
  expect(reported.toSorted()).toEqual(['rejected', 'rejected', 'thrown', 'thrown'].map((text) => `Error: ${text}`))
})

it('a state set by a handler that comes after the component is gone is nothing', async () => {
  const stage = createStage()
  const heard: unknown[] = []
  const { unmount } = stage.renderHook(() => useEvent('room', ({ payload }) => heard.push(payload)))
  await stage.settle()
  void stage.emit('room', 'late')
  unmount()
  await act(() => stage.settled())
  expect(heard).toEqual([])
})
