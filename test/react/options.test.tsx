// With which of the options that components give a channel is opened.
import { useChannel, useEmit, useMembers, usePresence } from '@websockets.do/react'
import { type ReactNode, useEffect, useLayoutEffect } from 'react'
import { expect, it } from 'vitest'
import { createStage } from './support/stage'

const joined = { presence: { name: 'Ann' } }

it('the options are those that a component gives, though its children subscribe first', async () => {
  const stage = createStage()
  const watcher = await stage.connect('room')
  const Child = (): ReactNode => useMembers('room').length
  const Parent = (): ReactNode => {
    useChannel('room', joined)
    return <Child />
  }
  stage.render(<Parent />)
  await stage.settle()
  expect(watcher.last('PRESENCE:JOINED')?.payload).toMatchObject(joined)
})

it.each([
  ['an effect', useEffect],
  ['a layout effect', useLayoutEffect],
])('the options are those of the parent, though a child emits as it is mounted: in %s', async (_, useMounted) => {
  const stage = createStage({ strict: false })
  const watcher = await stage.connect('room')
  const Child = (): ReactNode => {
    const { emit } = useChannel('room')
    const [send] = useEmit('room')
    useMounted(() => {
      void emit('mounted', 1)
      void send('mounted', 2)
    }, [emit, send])
    return null
  }
  const Parent = (): ReactNode => {
    useChannel('room', joined)
    return <Child />
  }
  stage.render(<Parent />)
  await stage.settle()
  expect(watcher.last('PRESENCE:JOINED')?.payload).toMatchObject(joined)
  expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'DATA', 'DATA'])
  expect(stage.sockets).toHaveLength(1)
})

it.each([
  ['an effect', useEffect],
  ['a layout effect', useLayoutEffect],
])(
  'are none where nothing is said but an emit as it is mounted, which is heard and then lingers: in %s',
  async (_, useMounted) => {
    const stage = createStage({ strict: false, network: { latency: '200ms' } })
    const watcher = await stage.connect('room')
    const Child = (): ReactNode => {
      const [emit] = useEmit('room')
      useMounted(() => void emit('mounted'), [emit])
      return null
    }
    stage.render(<Child />)
    await stage.advance('900ms')
    expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'DATA'])
    await stage.advance('2s')
    expect(stage.members()).toBe(1)
  },
)

it('the options are merged with what a child presents as it is mounted', async () => {
  const stage = createStage()
  const watcher = await stage.connect('room')
  const Child = (): ReactNode => {
    const [, set] = usePresence('room')
    useLayoutEffect(() => set({ typing: true }), [set])
    return null
  }
  const Parent = (): ReactNode => {
    usePresence('room', joined)
    return <Child />
  }
  stage.render(<Parent />)
  await stage.settle()
  expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED'])
  expect(watcher.last('PRESENCE:JOINED')?.payload).toMatchObject({ presence: { name: 'Ann', typing: true } })
})

it('options that are undefined are none', async () => {
  const stage = createStage()
  const App = (): ReactNode => {
    useChannel('room', { presence: undefined })
    useChannel('room', joined)
    return null
  }
  stage.render(<App />)
  await stage.settle()
  expect(stage.server.channel('room').members()).toMatchObject([joined])
})

it('options change nothing of a channel that is open, and count as they are then when it is opened again', async () => {
  const stage = createStage()
  const watcher = await stage.connect('room')
  const Room = ({ name }: { name: string | null }): ReactNode => {
    useChannel(name && 'room', { presence: { name } })
    return null
  }
  const { rerender } = stage.render(<Room name="Ann" />)
  await stage.settle()
  rerender(<Room name="Bea" />)
  await stage.settle()
  expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED'])
  rerender(<Room name={null} />)
  await stage.advance('1s')
  rerender(<Room name="Bea" />)
  await stage.settle()
  expect(watcher.last('PRESENCE:JOINED')?.payload).toMatchObject({ presence: { name: 'Bea' } })
})

it('the options are none of those that a component gave which is gone', async () => {
  const stage = createStage()
  const watcher = await stage.connect('room')
  const Room = ({ name }: { name: string }): ReactNode => {
    useChannel('room', { presence: { name }, enabled: name !== 'Ann' })
    return null
  }
  const { rerender } = stage.render(<Room key="Ann" name="Ann" />)
  rerender(<Room key="Bea" name="Bea" />)
  await stage.settle()
  expect(watcher.last('PRESENCE:JOINED')?.payload).toMatchObject({ presence: { name: 'Bea' } })
})
