// How components share a connection: one for all of a name, for as long as any of them is there, and a little longer.
import {
  useChannel,
  useConnection,
  useEmit,
  useEvent,
  useEvents,
  useMembers,
  usePresence,
  WebSocketsProvider,
} from '@websockets.do/react'
import { act, render } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { describe, expect, it } from 'vitest'
import { createStage } from './support/stage'

const Everything = ({ name = 'room' }: { name?: string | null }): ReactNode => {
  useChannel(name)
  useConnection(name)
  useEmit(name)
  useEvent(name, () => undefined)
  useEvents(name, { history: false })
  usePresence(name)
  return useMembers(name).length
}

describe('one connection', () => {
  it('is shared by all hooks of a name, also under StrictMode [I14]', async () => {
    const stage = createStage()
    stage.render(
      <>
        <Everything />
        <Everything />
      </>,
    )
    await stage.settle()
    expect([stage.sockets.length, stage.members()]).toEqual([1, 1])
  })

  it('is shared by ten components, and is there until the last of them is gone [I14]', async () => {
    const stage = createStage()
    const App = ({ count }: { count: number }): ReactNode =>
      Array.from({ length: count }, (_, at) => <Everything key={at} />)
    const { container, rerender } = stage.render(<App count={10} />)
    await stage.settle()
    expect([stage.sockets.length, stage.members(), container.textContent]).toEqual([1, 1, '1'.repeat(10)])
    rerender(<App count={1} />)
    await stage.advance('5s')
    expect(stage.members()).toBe(1)
    rerender(<App count={0} />)
    await stage.advance('5s')
    expect([stage.sockets.length, stage.members()]).toEqual([1, 0])
  })

  it('is shared by two providers of a client, neither of which closes what the other uses [I14]', async () => {
    const stage = createStage()
    const one = stage.renderHook(() => useMembers('room'))
    const other = stage.renderHook(() => useMembers('room'))
    await stage.settle()
    expect(stage.sockets).toHaveLength(1)
    expect(one.result.current).toBe(other.result.current)
    one.unmount()
    await stage.advance('5s')
    expect(stage.members()).toBe(1)
    other.unmount()
    await stage.advance('5s')
    expect(stage.members()).toBe(0)
  })

  it('is one for each client, however they are nested', async () => {
    const stage = createStage()
    const { client, sockets } = stage.another()
    const Count = (): ReactNode => useMembers('room').length
    const { container, rerender } = stage.render(
      <>
        <Count />
        <WebSocketsProvider client={client}>
          <Count />
        </WebSocketsProvider>
      </>,
    )
    await stage.settle()
    expect([stage.sockets.length, sockets.length, container.textContent]).toEqual([1, 1, '22'])
    rerender(<Count />)
    await stage.advance('1s')
    expect(container.textContent).toBe('1')
  })

  it('follows the client of its provider', async () => {
    const stage = createStage()
    const another = stage.another()
    const heard: unknown[] = []
    const Room = (): ReactNode => {
      useEvent('room', ({ payload }) => heard.push(payload))
      return useChannel('room').status.state
    }
    const app = (client: typeof stage.client): ReactNode => (
      <StrictMode>
        <WebSocketsProvider client={client}>
          <Room />
        </WebSocketsProvider>
      </StrictMode>
    )
    const { container, rerender } = render(app(stage.client))
    await stage.settle()
    rerender(app(another.client))
    expect(container.textContent).not.toBe('open')
    await stage.advance('1s')
    expect([container.textContent, stage.members(), another.sockets.length]).toEqual(['open', 1, 1])
    await stage.publish('room', 'once')
    expect(heard).toEqual(['once'])
  })
})

describe('what others see of a component that comes and goes', () => {
  it.each([
    ['a route that changes', undefined],
    ['a route that changes, without a linger', 0],
  ])('is nothing: %s [I14]', async (_, lingerMs) => {
    const stage = createStage({ ...(lingerMs !== undefined && { lingerMs }) })
    const watcher = await stage.connect('room')
    const Home = (): ReactNode => <Everything />
    const About = (): ReactNode => (
      <main>
        <Everything />
      </main>
    )
    const { rerender } = stage.render(<Home />)
    await stage.settle()
    rerender(<About />)
    await stage.advance('5s')
    rerender(<Home />)
    await stage.advance('5s')
    expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED'])
    expect(stage.sockets).toHaveLength(1)
  })

  it('is nothing: a hot reload, which makes another component of it [I14]', async () => {
    const stage = createStage()
    const watcher = await stage.connect('room')
    const version = (text: string) =>
      function Room(): ReactNode {
        return `${text} ${useChannel('room', { presence: { name: 'Ann' } }).status.state}`
      }
    const versions = [version('first'), version('second'), version('third')]
    const { container, rerender } = stage.render(null)
    for (const Version of versions) {
      rerender(<Version />)
      await stage.settle()
    }
    expect(container.textContent).toBe('third open')
    expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED'])
    expect(stage.sockets).toHaveLength(1)
  })

  it('is nothing: gone for less than the linger, over and over [I14]', async () => {
    const stage = createStage()
    const watcher = await stage.connect('room')
    for (let round = 0; round < 5; round++) {
      const { unmount } = stage.render(<Everything />)
      await stage.advance(100)
      unmount()
      await stage.advance(999)
    }
    expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED'])
    await stage.advance(1)
    expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'PRESENCE:LEFT'])
    expect(stage.sockets).toHaveLength(1)
  })

  it('is nothing: a name that changes and changes back within the linger [I14]', async () => {
    const stage = createStage()
    const watcher = await stage.connect('room')
    const { container, rerender } = stage.render(<Everything />)
    await stage.settle()
    for (const name of ['other', 'room', null, 'room', 'other', 'room']) {
      rerender(<Everything name={name} />)
      await stage.advance(500)
    }
    expect(container.textContent).toBe('2')
    await stage.advance('5s')
    expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED'])
    expect(stage.sockets.filter(({ url }) => url.includes('/room/'))).toHaveLength(1)
    expect(stage.members('other')).toBe(0)
  })

  it('is nothing: components that take turns within one commit [I14]', async () => {
    const stage = createStage({ lingerMs: 0 })
    const watcher = await stage.connect('room')
    const App = ({ at }: { at: number }): ReactNode => [<Everything key={at} />, <Everything key={at + 1} />]
    const { rerender } = stage.render(<App at={0} />)
    await stage.settle()
    for (let at = 1; at < 6; at++) {
      rerender(<App at={at * 2} />)
      await stage.settle()
    }
    expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED'])
  })
})

describe('the linger', () => {
  it('ends with the channel closed, and its name free [I14]', async () => {
    const stage = createStage({ lingerMs: 1_000 })
    const first = stage.renderHook(() => useChannel('room'))
    await stage.settle()
    first.unmount()
    await stage.advance(999)
    const second = stage.renderHook(() => useChannel('room'))
    await stage.advance(5_000)
    expect(stage.sockets).toHaveLength(1)
    expect(second.result.current.status.state).toBe('open')
    second.unmount()
    await stage.advance(999)
    expect(stage.members()).toBe(1)
    await stage.advance(1)
    expect(stage.members()).toBe(0)
    expect(stage.client.channel('room', { connect: false }).status.state).toBe('idle')
  })

  it('of 0 is over as soon as nobody is there, and yet after StrictMode has mounted twice [I14]', async () => {
    const stage = createStage({ lingerMs: 0 })
    const watcher = await stage.connect('room')
    const { unmount } = stage.render(<Everything />)
    await stage.advance('5s')
    expect([stage.sockets.length, stage.members()]).toEqual([1, 2])
    unmount()
    await stage.settle()
    expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'PRESENCE:LEFT'])
  })

  it('is what a provider says last', async () => {
    const stage = createStage()
    const Room = ({ isHere }: { isHere: boolean }): ReactNode => isHere && <Everything />
    const app = (lingerMs: number, isHere: boolean): ReactNode => (
      <WebSocketsProvider client={stage.client} lingerMs={lingerMs}>
        <Room isHere={isHere} />
      </WebSocketsProvider>
    )
    const { rerender } = render(app(0, true))
    await stage.settle()
    rerender(app(10_000, true))
    rerender(app(10_000, false))
    await stage.advance(9_999)
    expect(stage.members()).toBe(1)
    await stage.advance(1)
    expect(stage.members()).toBe(0)
  })

  it('leaves nothing behind of a connection that it ends before there is one', async () => {
    const stage = createStage({ network: { latency: '700ms' } })
    const { unmount } = stage.render(<Everything />)
    unmount()
    await stage.advance('60s')
    expect([stage.sockets.length, stage.members()]).toEqual([1, 0])
  })
})

describe('a channel that other code has opened', () => {
  it('is joined by the components, and stays when they go', async () => {
    const stage = createStage()
    const channel = stage.client.channel('room')
    await stage.settle()
    const { result, unmount } = stage.renderHook(() => useChannel('room'))
    await stage.settle()
    expect(result.current.status).toBe(channel.status)
    unmount()
    await stage.advance('5s')
    expect([stage.sockets.length, channel.status.state, stage.members()]).toEqual([1, 'open', 1])
    const again = stage.renderHook(() => useMembers('room'))
    await stage.settle()
    expect(again.result.current).toEqual([channel.self])
  })

  it('is shown as closed once that code closes it, and opened anew by who comes next', async () => {
    const stage = createStage()
    const channel = stage.client.channel('room')
    const first = stage.renderHook(() => useChannel('room'))
    await stage.settle()
    act(() => channel.close())
    await stage.settle()
    expect(first.result.current.status).toMatchObject({ state: 'closed', reason: { code: 'CLOSED' } })
    first.unmount()
    const second = stage.renderHook(() => useChannel('room'))
    await stage.settle()
    expect(second.result.current.status.state).toBe('open')
    expect(stage.client.channel('room')).not.toBe(channel)
  })
})
