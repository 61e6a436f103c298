// Components that are there only once their channel is connected: what they wait for, and what is left of those that are gone before.
import * as main from '@websockets.do/react'
import * as suspense from '@websockets.do/react/suspense'
import {
  createChannelHooks,
  useChannel,
  useEmit,
  useMember,
  useMembers,
  useOthers,
  usePresence,
  useSelf,
} from '@websockets.do/react/suspense'
import { defineChannel } from '@websockets.do/client/contract'
import { act, fireEvent, screen } from '@testing-library/react'
import { type ReactNode, Suspense } from 'react'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { registryOf } from '../../packages/react/src/registry'
import { Count, createStage, Room, serverRendered, suspended } from './support/suspense-stage'

describe('a component of a channel', () => {
  it.each([
    ['useChannel', () => useChannel('room').self.clientID],
    ['useSelf', () => useSelf('room').clientID],
    ['useSelf with a selector', () => useSelf('room', ({ clientID }) => clientID)],
    ['useMembers', () => useMembers('room')[0]!.clientID],
    ['useMembers with a selector', () => useMembers('room', ([first]) => first!.clientID)],
    ['useOthers', () => useOthers('room').length],
    ['useOthers with a selector', () => useOthers('room', ({ length }) => length)],
    ['useMember', () => String(useMember('room', 'nobody'))],
    ['useMember with a selector', () => useMember('room', 'nobody', String)],
    ['usePresence', () => JSON.stringify(usePresence('room')[0])],
  ])('waits by %s until the channel is connected, and throws once it is closed', async (_, useIt) => {
    const stage = createStage()
    const App = (): ReactNode => useIt()
    const { text } = stage.render(suspended(<App />))
    expect(text()).toBe('waiting. ')
    await stage.settle()
    expect(text()).toMatch(/^(\w{20,}|0|undefined|\{\})$/)
    stage.expel()
    await stage.settle()
    expect(text()).toBe('WebSocketsError FORBIDDEN. ')
  })

  it('shares one connection with all that wait for it, under StrictMode too [I14]', async () => {
    const stage = createStage()
    const { text, unmount } = stage.render(suspended(Array.from({ length: 10 }, (_, key) => <Room key={key} />)))
    await stage.settle()
    expect(text()).toBe('room open. '.repeat(10))
    await stage.advance(60_000)
    expect([stage.sockets.length, stage.members().length]).toEqual([1, 1])
    unmount()
    await stage.advance(999)
    expect(stage.members()).toHaveLength(1)
    await stage.advance(1)
    expect(stage.members()).toEqual([])
    expect(stage.complaints()).toEqual([])
  })

  it('waits for its own channel alone, beside one that waits for another', async () => {
    const stage = createStage()
    const { text } = stage.render(
      <>
        {suspended(<Count name="one" />)}
        {suspended([<Count key="two" name="two" />, <Count key="one" name="one" />])}
      </>,
    )
    expect(text()).toBe('waiting. waiting. ')
    await stage.settle()
    expect(text()).toBe('one has 1. two has 1. one has 1. ')
    expect(stage.sockets).toHaveLength(2)
  })

  it('joins with the options of those that render before the channel is opened', async () => {
    const stage = createStage()
    const watcher = await stage.connect('room')
    const Inner = (): ReactNode => String(usePresence('room')[0]['name'])
    const Outer = (): ReactNode => {
      useChannel('room', { presence: { name: 'Ann' } })
      return <Inner />
    }
    const { text } = stage.render(suspended(<Outer />))
    await stage.settle()
    expect(text()).toBe('Ann')
    expect(watcher.last('PRESENCE:JOINED')?.payload).toMatchObject({ presence: { name: 'Ann' } })
  })

  it('is not made to wait again by a reconnect', async () => {
    const stage = createStage()
    const { text } = stage.render(suspended(<Room />))
    await stage.settle()
    stage.device.network.partition()
    stage.device.network.sever()
    for (let seconds = 0; seconds < 60; seconds++) {
      await stage.advance(1_000)
      expect(text()).toMatch(/^room (re)?connecting\. $/)
    }
    stage.device.network.heal()
    await stage.advance(30_000)
    expect(text()).toBe('room open. ')
  })

  it('waits as long as it takes, on one connection', async () => {
    const stage = createStage()
    stage.device.network.set({ latency: 4_000 })
    const { text } = stage.render(suspended(<Room />))
    await stage.advance(7_900)
    expect(text()).toBe('waiting. ')
    await stage.advance(20_000)
    expect(text()).toBe('room open. ')
    expect([stage.sockets.length, stage.members().length]).toEqual([1, 1])
  })

  it('waits for a server that is away at first', async () => {
    const stage = createStage()
    stage.device.network.partition()
    const { text } = stage.render(suspended(<Room />))
    await stage.advance(90_000)
    expect(text()).toBe('waiting. ')
    stage.device.network.heal()
    await stage.advance(60_000)
    expect(text()).toBe('room open. ')
    expect(stage.members()).toHaveLength(1)
  })

  it('connects again where something else has kept it from the page for long', async () => {
    const stage = createStage()
    let isLoaded = false
    let loaded: (() => void) | undefined
    const loading = new Promise<void>((resolve) => {
      loaded = resolve
    })
    const Data = (): ReactNode => {
      if (!isLoaded) throw loading
      return 'data. '
    }
    const { text } = stage.render(suspended([<Data key="data" />, <Room key="room" />]))
    await stage.advance(20_000)
    expect(stage.members()).toEqual([])
    isLoaded = true
    await act(async () => loaded?.())
    await stage.advance(1_000)
    expect(text()).toBe('data. room open. ')
    expect(stage.members()).toHaveLength(1)
  })
})

describe('a component that is gone before its channel is connected', () => {
  it('leaves neither a socket nor a timer behind [I14]', async () => {
    const stage = createStage()
    stage.device.network.set({ latency: 1_000 })
    const { unmount } = stage.render(suspended(<Room />))
    await stage.advance(700)
    unmount()
    await stage.advance(5_000)
    expect(stage.members()).toEqual([])
    expect(stage.leaks().found).toEqual([])
    expect(registryOf(stage.client).entries.size).toBe(0)
  })

  it('leaves nothing behind where it was about to be refused', async () => {
    const stage = createStage({ authorize: () => false })
    stage.device.network.set({ latency: 300 })
    const { unmount } = stage.render(suspended(<Room />))
    await stage.advance(100)
    unmount()
    await stage.advance(5_000)
    expect(stage.leaks().found).toEqual([])
    expect(registryOf(stage.client).entries.size).toBe(0)
  })

  it('takes nothing from one that is still there', async () => {
    const stage = createStage()
    stage.device.network.set({ latency: 1_000 })
    const { text, show } = stage.render(suspended([<Room key="room" />, <Count key="count" />]))
    await stage.advance(700)
    show(suspended([<Room key="room" />]))
    await stage.advance(20_000)
    expect(text()).toBe('room open. ')
    expect(stage.sockets).toHaveLength(1)
  })

  it('opens no second connection however often it comes and goes', async () => {
    const stage = createStage()
    stage.device.network.set({ latency: 300 })
    const { show, text } = stage.render(null)
    for (let times = 0; times < 20; times++) {
      show(<Suspense fallback="waiting. ">{times % 2 ? <Room /> : null}</Suspense>)
      await stage.advance(100)
    }
    await stage.advance(2_000)
    expect(text()).toBe('room open. ')
    expect(stage.sockets).toHaveLength(1)
  })
})

describe('under a contract', () => {
  const room = defineChannel({ presence: z.object({ name: z.string() }), events: { message: z.string() } })

  type Hooks = ReturnType<typeof createChannelHooks<typeof room>>

  it.each([
    ['one with options', (hooks: Hooks) => hooks.useChannel('room', { presence: { name: 'Ann' } })],
    ['everyone', (hooks: Hooks) => hooks.useMembers('room')],
    ['oneself', (hooks: Hooks) => hooks.useSelf('room')],
    ['everyone, on a page that a server has rendered', (hooks: Hooks) => hooks.useMembers('room')],
    ['oneself, on a page that a server has rendered', (hooks: Hooks) => hooks.useSelf('room')],
  ])('the channel is opened with it, by a hook of %s', async (what, useIt) => {
    const stage = createStage()
    if (what.includes('rendered')) serverRendered(stage.client, 'room')
    const hooks = createChannelHooks(room)
    const codes: string[] = []
    const App = (): ReactNode => {
      useIt(hooks)
      const [emit] = useEmit('room')
      const say = (): void => void emit('message', 1).catch(({ code }) => codes.push(code))
      return <button onClick={say}>Say</button>
    }
    stage.render(suspended(<App />))
    await stage.settle()
    expect(stage.members()).toMatchObject([{ presence: what.includes('with options') ? { name: 'Ann' } : {} }])
    fireEvent.click(screen.getByText('Say'))
    await stage.settle()
    expect(codes).toEqual(['BAD_PAYLOAD'])
  })
})

it('has all names of the main entry, and of these its own are the ones that wait', () => {
  const own = Object.entries(suspense).filter(([name, value]) => Reflect.get(main, name) !== value)
  expect(own.map(([name]) => name).sort()).toEqual([
    'ClientSideSuspense',
    'createChannelHooks',
    'useChannel',
    'useMember',
    'useMembers',
    'useOthers',
    'usePresence',
    'useSelf',
  ])
  expect(Object.keys(main).filter((name) => !(name in suspense))).toEqual([])
})
