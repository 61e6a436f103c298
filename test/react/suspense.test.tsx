import { Writable } from 'node:stream'
import * as main from '@websockets.do/react'
import * as suspense from '@websockets.do/react/suspense'
import {
  ClientSideSuspense,
  createChannelHooks,
  useChannel,
  useConnection,
  useEvents,
  useMember,
  useMembers,
  useOthers,
  usePresence,
  useSelf,
  WebSocketsProvider,
} from '@websockets.do/react/suspense'
import type { WebSocketsError } from '@websockets.do/client'
import { defineChannel } from '@websockets.do/client/contract'
import type { MockServerOptions } from '@websockets.do/server-core/mock'
import { act, fireEvent, render } from '@testing-library/react'
import { Component, type ReactNode, startTransition, StrictMode, Suspense, useDeferredValue, useState } from 'react'
import { renderToPipeableStream, renderToString } from 'react-dom/server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { registryOf } from '../../packages/react/src/registry'
import { createWorld } from '../support/world'

interface StageOptions {
  readonly strict?: boolean
  readonly server?: Omit<MockServerOptions, 'clock'>
}

/** A world whose sockets are counted, and what is rendered in it: within a fallback and an error boundary. */
function createStage({ strict = true, server = {} }: StageOptions = {}) {
  const world = createWorld(server)
  // Said by React of every error that a boundary shows.
  const spy = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  onTestFinished(() => spy.mockRestore())
  const sockets: WebSocket[] = []
  const device = world.device('device')
  class CountedWebSocket extends device.WebSocket {
    constructor(url: string | URL) {
      super(url)
      sockets.push(this)
    }
  }
  const client = world.client({ ...device, WebSocket: CountedWebSocket })
  const provided = (children: ReactNode): ReactNode => {
    const tree = <WebSocketsProvider client={client}>{children}</WebSocketsProvider>
    return strict ? <StrictMode>{tree}</StrictMode> : tree
  }
  const bounded = (children: ReactNode): ReactNode => (
    <Boundary>
      <Suspense fallback="waiting">{children}</Suspense>
    </Boundary>
  )
  return {
    ...world,
    device,
    client,
    sockets,
    provided,
    bounded,
    render(children: ReactNode) {
      const view = render(provided(bounded(children)))
      return {
        ...view,
        text: () => view.container.textContent,
        show: (next: ReactNode) => view.rerender(provided(bounded(next))),
        retry: () => fireEvent.click(view.getByText('Try again')),
      }
    },
    complaints: () => spy.mock.calls.map(([message]) => String(message)),
    settle: () => act(() => world.settled()),
    /** In steps, after each of which React renders, as it would in a page. */
    async advance(ms: number) {
      for (let leftMs = ms; leftMs >= 0; leftMs -= 100) await act(() => world.advance(Math.min(leftMs, 100)))
    },
    members: (name = 'room') => world.server.channel(name).members(),
    /** The server has enough of whoever is in there. */
    expel(code = 'FORBIDDEN', name = 'room') {
      for (const { clientID } of world.server.channel(name).members()) {
        world.server.channel(name).disconnect(clientID, { code })
      }
    },
  }
}

class Boundary extends Component<{ children: ReactNode }, { error?: WebSocketsError }> {
  override state: { error?: WebSocketsError } = {}

  static getDerivedStateFromError(error: WebSocketsError) {
    return { error }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (!error) return this.props.children
    return (
      <p>
        {`${error.name} ${error.code}: ${error.message} `}
        <button onClick={() => this.setState({ error: undefined } as object)}>Try again</button>
      </p>
    )
  }
}

function Room({ name = 'room' }: { name?: string }): ReactNode {
  const { self, status } = useChannel(name)
  return `${name}: ${status.state} ${self.clientID === '' ? 'nobody' : 'somebody'}. `
}

function Count({ name = 'room' }: { name?: string }): ReactNode {
  return <b>{`${name}: ${useMembers(name).length} here. `}</b>
}

describe('a component of a channel', () => {
  it('is there once the channel is connected, and knows who it is', async () => {
    const stage = createStage()
    const view = stage.render(<Room />)
    expect(view.text()).toBe('waiting')
    await stage.settle()
    expect(view.text()).toBe('room: open somebody. ')
    expect([stage.sockets.length, stage.members().length]).toEqual([1, 1])
  })

  it.each([
    ['useChannel', () => useChannel('room').self.clientID],
    ['useSelf', () => useSelf('room').clientID],
    ['useSelf, with a selector', () => useSelf('room', ({ clientID }) => clientID)],
    ['useMembers', () => useMembers('room')[0]!.clientID],
    ['useMembers, with a selector', () => useMembers('room', ([first]) => first!.clientID)],
    ['useOthers', () => `${useOthers('room').length}`],
    ['useOthers, with a selector', () => useOthers('room', ({ length }) => `${length}`)],
    ['useMember', () => `${useMember('room', 'nobody')}`],
    ['useMember, with a selector', () => useMember('room', 'nobody', (member) => `${member}`)],
    ['usePresence', () => JSON.stringify(usePresence('room')[0])],
  ])('waits for it by %s', async (_, useIt) => {
    const stage = createStage()
    const App = (): ReactNode => useIt()
    const view = stage.render(<App />)
    expect(view.text()).toBe('waiting')
    await stage.settle()
    expect(view.text()).toMatch(/^(\w{20,}|0|undefined|\{\})$/)
    stage.expel()
    await stage.settle()
    expect(view.text()).toContain('WebSocketsError FORBIDDEN')
  })

  it('shares its connection with all that wait for it, also under StrictMode [I14]', async () => {
    const stage = createStage()
    const view = stage.render(Array.from({ length: 10 }, (_, key) => <Room key={key} />))
    await stage.settle()
    expect(view.text()).toBe('room: open somebody. '.repeat(10))
    expect([stage.sockets.length, stage.members().length]).toEqual([1, 1])
    await stage.advance(60_000)
    expect([stage.sockets.length, stage.members().length]).toEqual([1, 1])
    view.unmount()
    await stage.advance(1_000)
    expect(stage.members()).toEqual([])
  })

  it('waits for its own channel alone, beside one that waits for another', async () => {
    const stage = createStage()
    const view = stage.render(
      <>
        <Suspense fallback="one? ">
          <Count name="one" />
        </Suspense>
        <Suspense fallback="two? ">
          <Count name="two" />
          <Count name="one" />
        </Suspense>
      </>,
    )
    expect(view.text()).toBe('one? two? ')
    await stage.settle()
    expect(view.text()).toBe('one: 1 here. two: 1 here. one: 1 here. ')
    expect(stage.sockets).toHaveLength(2)
  })

  it('joins with the options of the first hook that waits, and of those that render before it is opened', async () => {
    const stage = createStage()
    const watcher = await stage.connect('room')
    const Inner = (): ReactNode => usePresence('room', { throttleMs: 10 })[0]['name'] as string
    const Outer = (): ReactNode => {
      useChannel('room', { presence: { name: 'Ann' } })
      return <Inner />
    }
    const view = stage.render(<Outer />)
    await stage.settle()
    expect(view.text()).toBe('Ann')
    expect(watcher.last('PRESENCE:JOINED')?.payload).toMatchObject({ presence: { name: 'Ann' } })
  })

  it('is not made to wait again by a reconnect', async () => {
    const stage = createStage()
    const view = stage.render(<Room />)
    await stage.settle()
    stage.device.network.sever()
    await stage.settle()
    expect(view.text()).toBe('room: reconnecting somebody. ')
    stage.device.network.partition()
    await stage.advance(120_000)
    expect(view.text()).toMatch(/room: (re)?connecting somebody/)
    stage.device.network.heal()
    await stage.advance(30_000)
    expect(view.text()).toBe('room: open somebody. ')
  })

  it('waits however long it takes', async () => {
    const stage = createStage()
    stage.device.network.set({ latency: 4_000 })
    const view = stage.render(<Room />)
    await stage.advance(3_500)
    expect(view.text()).toBe('waiting')
    await stage.advance(60_000)
    expect(view.text()).toBe('room: open somebody. ')
    expect([stage.sockets.length, stage.members().length]).toEqual([1, 1])
  })

  it('waits for a server that is away at first', async () => {
    const stage = createStage()
    stage.device.network.partition()
    const view = stage.render(<Room />)
    await stage.advance(90_000)
    expect(view.text()).toBe('waiting')
    stage.device.network.heal()
    await stage.advance(30_000)
    expect(view.text()).toBe('room: open somebody. ')
    expect(stage.members()).toHaveLength(1)
  })
})

describe('a component that is gone before its channel is connected', () => {
  it('leaves neither a socket nor a timer behind [I14]', async () => {
    const stage = createStage()
    stage.device.network.set({ latency: 1_000 })
    const view = stage.render(<Room />)
    await stage.advance(700)
    view.unmount()
    await stage.advance(5_000)
    expect(stage.members()).toEqual([])
    expect(stage.leaks().found).toEqual([])
    expect(registryOf(stage.client).entries.size).toBe(0)
  })

  it('leaves nothing behind where it was about to be refused', async () => {
    const stage = createStage({ server: { authorize: () => false } })
    stage.device.network.set({ latency: 300 })
    const view = stage.render(<Room />)
    await stage.advance(100)
    view.unmount()
    await stage.advance(5_000)
    expect(stage.leaks().found).toEqual([])
    expect(registryOf(stage.client).entries.size).toBe(0)
  })

  it('takes nothing from one that is still there', async () => {
    const stage = createStage()
    stage.device.network.set({ latency: 1_000 })
    const view = stage.render([<Room key="a" />, <Count key="b" />])
    await stage.advance(700)
    view.show([<Room key="a" />])
    await stage.advance(20_000)
    expect(view.text()).toBe('room: open somebody. ')
    expect(stage.sockets).toHaveLength(1)
  })
})

describe('a channel that is closed', () => {
  it('is an error with its code, and is opened anew once the boundary is reset', async () => {
    const stage = createStage()
    const view = stage.render(
      <>
        <Room />
        <Count />
      </>,
    )
    await stage.settle()
    stage.expel()
    await stage.settle()
    expect(view.text()).toMatch(/^WebSocketsError FORBIDDEN: \S.* Try again$/)
    await stage.advance(60_000)
    expect(view.text()).toContain('FORBIDDEN')
    expect(stage.sockets).toHaveLength(1)
    view.retry()
    expect(view.text()).toBe('waiting')
    await stage.settle()
    expect(view.text()).toBe('room: open somebody. room: 1 here. ')
    expect(stage.sockets).toHaveLength(2)
  })

  it.each([['at once', 0] as const, ['a moment later', 700] as const, ['much later', 60_000] as const])(
    'is tried as often as it is asked for, and never in between: %s',
    async (_, pauseMs) => {
      let isOpen = false
      const stage = createStage({ server: { authorize: () => isOpen } })
      const view = stage.render([<Room key="a" />, <Count key="b" />])
      await stage.settle()
      for (let attempts = 1; attempts <= 3; attempts++) {
        expect(view.text()).toContain('WebSocketsError FORBIDDEN')
        await stage.advance(pauseMs)
        expect(view.text()).toContain('WebSocketsError FORBIDDEN')
        expect(stage.sockets).toHaveLength(attempts)
        if (attempts === 3) isOpen = true
        view.retry()
        expect(view.text()).toBe('waiting')
        await stage.settle()
      }
      expect(view.text()).toBe('room: open somebody. room: 1 here. ')
      expect(stage.sockets).toHaveLength(4)
    },
  )

  it('is an error at once where that is known, though somebody has kept it: and is opened anew for them as well', async () => {
    const stage = createStage()
    const Outside = (): ReactNode => {
      const [events] = useEvents('room', { history: false })
      return `${useConnection('room').state} ${events.map(({ payload }) => payload).join(' ')}|`
    }
    const view = render(
      stage.provided(
        <>
          <Outside />
          {stage.bounded(<Room />)}
        </>,
      ),
    )
    const text = () => view.container.textContent
    await stage.settle()
    void stage.emit('room', 'one')
    await stage.settle()
    expect(text()).toBe('open one|room: open somebody. ')
    stage.expel()
    await stage.settle()
    expect(text()).toMatch(/^closed one\|WebSocketsError FORBIDDEN/)
    fireEvent.click(view.getByText('Try again'))
    expect(text()).toMatch(/\|waiting$/)
    await stage.settle()
    void stage.emit('room', 'two')
    await stage.settle()
    expect(text()).toBe('open one two|room: open somebody. ')
    expect([stage.sockets.length, stage.members().length]).toEqual([2, 1])
  })

  it('is an error in each boundary, and each can be reset by itself', async () => {
    const stage = createStage()
    const view = render(
      stage.provided(
        <>
          {stage.bounded(<Room />)}
          {stage.bounded(<Count />)}
        </>,
      ),
    )
    await stage.settle()
    stage.expel('UNAUTHORIZED')
    await stage.settle()
    const buttons = view.getAllByText('Try again')
    expect(buttons).toHaveLength(2)
    fireEvent.click(buttons[1]!)
    await stage.settle()
    expect(view.container.textContent).toMatch(/^WebSocketsError UNAUTHORIZED.*room: 1 here\. $/)
    fireEvent.click(buttons[0]!)
    await stage.settle()
    expect(view.container.textContent).toBe('room: open somebody. room: 1 here. ')
    expect([stage.sockets.length, stage.members().length]).toEqual([2, 1])
  })

  it.each([
    ['a name that no channel can have [CH-3]', '_', 'BAD_CHANNEL'],
    ['a client that is closed', 'room', 'CLOSED'],
  ])('is an error for %s', async (_, name, code) => {
    const stage = createStage()
    const view = stage.render(<Count name={name} />)
    await stage.settle()
    stage.client.close()
    await stage.settle()
    expect(view.text()).toContain(`WebSocketsError ${code}: `)
    view.retry()
    await stage.settle()
    expect(view.text()).toContain(code === 'CLOSED' ? 'room: 1 here. ' : code)
  })
})

describe('a switch of rooms', () => {
  function Switch(): ReactNode {
    const [name, setName] = useState('old')
    return (
      <>
        <button onClick={() => startTransition(() => setName('new'))}>Go</button>
        <Count name={name} />
      </>
    )
  }

  it('keeps the old one on screen in a transition, until the new one is connected', async () => {
    const stage = createStage()
    const view = stage.render(<Switch />)
    await stage.settle()
    fireEvent.click(view.getByText('Go'))
    stage.device.network.hold()
    await stage.advance(2_000)
    expect(view.text()).toBe('Goold: 1 here. ')
    fireEvent.click(view.getByText('Go'))
    await stage.advance(2_000)
    stage.device.network.release()
    await stage.advance(2_000)
    expect(view.text()).toBe('Gonew: 1 here. ')
    expect(stage.members('old')).toEqual([])
    expect(stage.sockets).toHaveLength(2)
  })

  it('shows the error of a transition to one that is refused', async () => {
    const stage = createStage({ server: { authorize: ({ channel }) => channel !== 'new' } })
    const view = stage.render(<Switch />)
    await stage.settle()
    fireEvent.click(view.getByText('Go'))
    await stage.settle()
    expect(view.text()).toContain('FORBIDDEN')
    expect(stage.sockets).toHaveLength(2)
  })

  it('keeps the old one on screen by a deferred name', async () => {
    const stage = createStage()
    const App = ({ name }: { name: string }): ReactNode => <Count name={useDeferredValue(name)} />
    const view = stage.render(<App name="old" />)
    await stage.settle()
    view.show(<App name="new" />)
    expect(view.text()).toBe('old: 1 here. ')
    await stage.settle()
    expect(view.text()).toBe('new: 1 here. ')
  })

  it('shows the fallback without a transition', async () => {
    const stage = createStage()
    const view = stage.render(<Count name="old" />)
    await stage.settle()
    view.show(<Count name="new" />)
    expect(view.getByText('waiting')).toBeTruthy()
    await stage.advance(2_000)
    expect(view.text()).toBe('new: 1 here. ')
    expect(stage.members('old')).toEqual([])
  })

  it('lets a room go that was left again before it was connected', async () => {
    const stage = createStage()
    const view = stage.render(<Switch />)
    await stage.settle()
    stage.device.network.set({ latency: 1_000 })
    fireEvent.click(view.getByText('Go'))
    await stage.advance(1_300)
    view.show('elsewhere')
    await stage.advance(10_000)
    expect([stage.members('old'), stage.members('new')]).toEqual([[], []])
    expect(stage.leaks().found).toEqual([])
  })
})

describe('on a server', () => {
  const app = (
    <ClientSideSuspense fallback="waiting">
      <Room />
    </ClientSideSuspense>
  )

  it('the fallback of a ClientSideSuspense is rendered, and nothing is opened', async () => {
    const stage = createStage()
    const html = renderToString(stage.provided(app))
    await stage.settled()
    expect([html, stage.sockets.length]).toEqual(['waiting', 0])
    const container = document.body.appendChild(document.createElement('div'))
    container.innerHTML = html
    const onRecoverableError = vi.fn()
    render(stage.provided(app), { container, hydrate: true, onRecoverableError })
    expect(container.textContent).toBe('waiting')
    await stage.settle()
    expect(container.textContent).toBe('room: open somebody. ')
    expect(onRecoverableError).not.toHaveBeenCalled()
    expect(stage.complaints()).toEqual([])
  })

  it('a component that would wait says what it needs, and a stream shows the nearest fallback', async () => {
    const stage = createStage()
    expect(() => renderToString(stage.provided(<Room />))).toThrow('expected a <ClientSideSuspense> above')
    const errors: unknown[] = []
    let html = ''
    await new Promise<void>((resolve) => {
      const sink = new Writable({
        write(chunk, _, next) {
          html += String(chunk)
          next()
        },
      })
      sink.on('finish', resolve)
      const waiting = (
        <Suspense fallback="waiting">
          <Room />
        </Suspense>
      )
      const { pipe } = renderToPipeableStream(stage.provided(waiting), {
        onError: (error) => void errors.push(error),
        onAllReady: () => pipe(sink),
      })
    })
    expect(html).toContain('waiting')
    expect(errors.map(String)).toEqual([expect.stringContaining('expected a <ClientSideSuspense> above')])
    expect([stage.sockets.length, registryOf(stage.client).entries.size]).toEqual([0, 0])
  })

  it('what it has loaded is rendered, and is there until the channel is connected', async () => {
    const stage = createStage()
    const ann = { clientID: 'ann', presence: {} }
    const { entry } = registryOf(stage.client)
    const tree = stage.provided(
      <>
        <Count />
        <ClientSideSuspense fallback="waiting">
          <Room />
        </ClientSideSuspense>
      </>,
    )
    entry('room').initial = { ...entry('room').initial, members: [ann], others: [ann] } as never
    const html = renderToString(tree)
    expect(html).toBe('<b>room: 1 here. </b>waiting')
    const container = document.body.appendChild(document.createElement('div'))
    container.innerHTML = html
    const onRecoverableError = vi.fn()
    stage.device.network.set({ latency: 300 })
    render(tree, { container, hydrate: true, onRecoverableError })
    expect(container.textContent).toBe('room: 1 here. waiting')
    await stage.advance(500)
    expect(container.textContent).toBe('room: 1 here. waiting')
    await act(() => stage.connect('room'))
    await stage.advance(5_000)
    expect(container.textContent).toBe('room: 2 here. room: open somebody. ')
    expect(onRecoverableError).not.toHaveBeenCalled()
    expect(stage.sockets).toHaveLength(1)
  })
})

describe('under a contract', () => {
  const room = defineChannel({
    events: { message: { '~standard': { version: 1, vendor: 'test', validate: refuse } } },
  } as never)

  it('whichever hook comes first opens the channel with it, and with its own options', async () => {
    const stage = createStage()
    const hooks = createChannelHooks(room)
    const First = (): ReactNode => hooks.useMembers('room').length
    const Second = (): ReactNode => {
      const { emit } = hooks.useChannel('other', { presence: { name: 'Ann' } as never })
      return <button onClick={() => void emit('message', 1 as never).catch(({ code }) => codes.push(code))}>Say</button>
    }
    const codes: string[] = []
    const view = stage.render([<First key="a" />, <Second key="b" />])
    await stage.advance(1_000)
    expect(view.text()).toBe('1Say')
    expect(stage.members('other')).toMatchObject([{ presence: { name: 'Ann' } }])
    fireEvent.click(view.getByText('Say'))
    await stage.settle()
    expect(codes).toEqual(['BAD_PAYLOAD'])
    const { emit } = stage.client.channel('room', { connect: false })
    await expect(emit('message', 1)).rejects.toThrow('no')
  })
})

it('has the names of the main entry, and those that are the same are the same', () => {
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

function refuse() {
  return { issues: [{ message: 'no' }] }
}
