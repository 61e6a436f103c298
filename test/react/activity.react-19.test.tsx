// A component that React keeps, and hides: to its channel it is as good as gone, until it is seen again.
import { useChannel, useEvent, useEvents, useLostConnection, useMembers, usePresence } from '@websockets.do/react'
import { Activity, type ReactNode } from 'react'
import { expect, it } from 'vitest'
import { createStage } from './support/stage'

const heard: unknown[] = []

const Room = ({ text = '' }: { readonly text?: string }): ReactNode => {
  const { status } = useChannel('room', { presence: { name: 'Ann' } })
  const [events] = useEvents('room', { history: false })
  const [mine] = usePresence('room')
  useEvent('room', ({ payload }) => heard.push(payload))
  useLostConnection('room', () => undefined)
  return `${status.state} ${useMembers('room').length} ${events.length} ${String(mine['name'])}${text}`
}

const app = (mode: 'hidden' | 'visible', text?: string): ReactNode => (
  <Activity mode={mode}>
    <Room {...(text !== undefined && { text })} />
  </Activity>
)

it('opens nothing while it is hidden, and joins with its options once it is seen', async () => {
  const stage = createStage()
  const watcher = await stage.connect('room')
  const { container, rerender } = stage.render(app('hidden'))
  await stage.advance('5s')
  rerender(app('hidden', '!'))
  await stage.advance('5s')
  expect(stage.sockets).toHaveLength(0)
  rerender(app('visible'))
  await stage.settle()
  expect(container.textContent).toBe('open 2 0 Ann')
  expect(watcher.last('PRESENCE:JOINED')?.payload).toMatchObject({ presence: { name: 'Ann' } })
})

it('leaves when it has been hidden for the linger, hears nothing, and comes back with its options', async () => {
  const stage = createStage()
  const watcher = await stage.connect('room')
  const { container, rerender } = stage.render(app('visible'))
  await stage.settle()
  heard.length = 0
  for (let round = 1; round <= 3; round++) {
    rerender(app('hidden'))
    await stage.advance('1s')
    expect(stage.members()).toBe(1)
    rerender(app('hidden', 'rendered'))
    await stage.publish('room', 'unheard')
    rerender(app('visible'))
    await stage.settle()
    expect(watcher.last('PRESENCE:JOINED')?.payload).toMatchObject({ presence: { name: 'Ann' } })
    await stage.publish('room', round)
  }
  expect(heard).toEqual([1, 2, 3])
  expect(container.textContent).toBe('open 2 3 Ann')
})

it('is not seen to leave by the others when it was hidden for less than the linger [I14]', async () => {
  const stage = createStage()
  const watcher = await stage.connect('room')
  const { container, rerender } = stage.render(app('visible'))
  await stage.settle()
  for (let round = 0; round < 5; round++) {
    rerender(app('hidden'))
    await stage.advance(999)
    rerender(app('visible'))
    await stage.advance(999)
  }
  expect(container.textContent).toBe('open 2 0 Ann')
  expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED'])
})

it('leaves a channel to those that are seen', async () => {
  const stage = createStage()
  const Both = ({ mode, other }: { mode: 'hidden' | 'visible'; other: boolean }): ReactNode => (
    <>
      {app(mode)}
      {other && <Room />}
    </>
  )
  const { rerender } = stage.render(<Both mode="visible" other />)
  await stage.settle()
  rerender(<Both mode="hidden" other />)
  await stage.advance('5s')
  expect([stage.members(), stage.sockets.length]).toEqual([1, 1])
  rerender(<Both mode="hidden" other={false} />)
  await stage.advance('1s')
  expect(stage.members()).toBe(0)
})
