import { useChannel, useEvent, useMembers, usePresence, WebSocketsProvider } from '@websockets.do/react'
import { act, render, renderHook } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, vi } from 'vitest'
import { createWorld, type World } from '../support/world'

/** A world whose sockets are counted, and a wrapper for what is rendered in it. */
function createStage({ strict = true, lingerMs = 1_000 } = {}) {
  const world = createWorld()
  const sockets: WebSocket[] = []
  class CountedWebSocket extends world.WebSocket {
    constructor(url: string | URL) {
      super(url)
      sockets.push(this)
    }
  }
  const client = world.client({ WebSocket: CountedWebSocket })
  const wrapper = ({ children }: { children?: ReactNode }): ReactNode => {
    const provided = (
      <WebSocketsProvider client={client} lingerMs={lingerMs}>
        {children}
      </WebSocketsProvider>
    )
    return strict ? <StrictMode>{provided}</StrictMode> : provided
  }
  return {
    ...world,
    client,
    wrapper,
    sockets,
    settle: () => act(() => world.settled()),
    advance: (ms: number) => act(() => world.advance(ms)),
    members: () => membersOf(world),
  }
}

const membersOf = (world: World): number => world.server.channel('room').members().length

describe('one connection', () => {
  it('is shared by all hooks of a name, also under StrictMode [I14]', async () => {
    const stage = createStage()
    const App = (): ReactNode => {
      useChannel('room')
      useMembers('room')
      usePresence('room')
      useEvent('room', () => undefined)
      return null
    }
    render(
      <>
        <App />
        <App />
      </>,
      { wrapper: stage.wrapper },
    )
    await stage.settled()
    expect([stage.sockets.length, stage.members()]).toEqual([1, 1])
  })

  it('survives a remount, and closes once the linger is over [I14]', async () => {
    const stage = createStage()
    const first = renderHook(() => useChannel('room'), { wrapper: stage.wrapper })
    await stage.settled()
    first.unmount()
    await stage.advance(999)
    const second = renderHook(() => useChannel('room'), { wrapper: stage.wrapper })
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

  it('is opened neither by rendering nor on a server', async () => {
    const stage = createStage()
    const App = (): ReactNode => {
      const { status, self, latency } = useChannel('room', { presence: { name: 'Ann' } })
      const [mine] = usePresence('room')
      return JSON.stringify([status, ...(self ? [self] : []), latency, useMembers('room'), mine])
    }
    const html = renderToString(stage.wrapper({ children: <App /> }))
    await stage.settled()
    expect(html.replaceAll('&quot;', '"')).toBe('[{"state":"idle"},0,[],{}]')
    expect(stage.sockets).toHaveLength(0)
    const container = document.body.appendChild(document.createElement('div'))
    container.innerHTML = html
    const onRecoverableError = vi.fn()
    render(<App />, { wrapper: stage.wrapper, container, hydrate: true, onRecoverableError })
    await stage.settled()
    expect(container.textContent).toContain('"state":"open"')
    expect(onRecoverableError).not.toHaveBeenCalled()
  })

  it('follows the name', async () => {
    const stage = createStage()
    const { result, rerender } = renderHook(({ name }) => useChannel(name), {
      wrapper: stage.wrapper,
      initialProps: { name: 'room' },
    })
    await stage.settled()
    const { emit } = result.current
    rerender({ name: 'other' })
    await stage.advance(1_000)
    expect(stage.members()).toBe(0)
    expect(stage.server.channel('other').members()).toHaveLength(1)
    expect(result.current.emit).not.toBe(emit)
  })

  it('is tried again by a remount after a refusal', async () => {
    const stage = createStage()
    const refused = renderHook(() => useChannel('room'), { wrapper: stage.wrapper })
    await stage.settled()
    stage.server.channel('room').disconnect(refused.result.current.self!.clientID, { code: 'FORBIDDEN' })
    await stage.settled()
    expect(refused.result.current.status.state).toBe('closed')
    refused.unmount()
    const again = renderHook(() => useChannel('room'), { wrapper: stage.wrapper })
    await stage.settled()
    expect(again.result.current.status.state).toBe('open')
  })

  it('is refused in words for a name that no channel can have [CH-3]', async () => {
    const stage = createStage()
    const { result } = renderHook(() => useChannel('_'), { wrapper: stage.wrapper })
    await stage.settled()
    expect(result.current.status).toMatchObject({ state: 'closed', reason: { code: 'BAD_CHANNEL' } })
    expect(stage.sockets).toHaveLength(0)
  })

  it('takes an option that is undefined for none', async () => {
    const stage = createStage()
    const App = (): ReactNode => {
      useChannel('room', { presence: undefined })
      useChannel('room', { presence: { name: 'Ann' } })
      return null
    }
    render(<App />, { wrapper: stage.wrapper })
    await stage.settled()
    expect(stage.server.channel('room').members()).toMatchObject([{ presence: { name: 'Ann' } }])
  })

  it('joins with the presence that a component gives, though its children subscribe first', async () => {
    const stage = createStage()
    const Child = (): ReactNode => useMembers('room').length
    const Parent = (): ReactNode => {
      useChannel('room', { presence: { name: 'Ann' } })
      return <Child />
    }
    const watcher = await stage.connect('room')
    render(<Parent />, { wrapper: stage.wrapper })
    await stage.settled()
    expect(watcher.last('PRESENCE:JOINED')?.payload).toMatchObject({ presence: { name: 'Ann' } })
  })
})

describe('useChannel', () => {
  it('shows the status and who one is, with one and the same emit', async () => {
    const stage = createStage()
    const { result } = renderHook(() => useChannel('room'), { wrapper: stage.wrapper })
    const { emit } = result.current
    await stage.settled()
    const { status, self } = result.current
    expect(status).toEqual({ state: 'open', resumed: false, recovered: true, clientID: self?.clientID })
    expect(result.current.emit).toBe(emit)
  })

  it('lets emits wait that come before the connection does, and answers those that come after the component is gone', async () => {
    const stage = createStage()
    const member = await stage.connect('room')
    const { result, unmount } = renderHook(() => useChannel('room'), { wrapper: stage.wrapper })
    const { emit } = result.current
    void emit('hello', 1)
    await stage.settled()
    unmount()
    await stage.advance(2_000)
    const late = emit({ bye: true })
    await stage.settled()
    expect(await late).toMatchObject({ success: true })
    expect(member.data).toEqual([{ event: 'hello', data: 1 }, { bye: true }])
    await stage.advance(1_000)
    expect(stage.members()).toBe(1)
  })

  it('does not render again for what it does not show', async () => {
    const stage = createStage({ strict: false })
    const renders = vi.fn()
    renderHook(() => renders(useChannel('room').status.state), { wrapper: stage.wrapper })
    await stage.settled()
    renders.mockClear()
    await stage.connect('room')
    await stage.settled()
    expect(renders).not.toHaveBeenCalled()
  })

  it('is missed with a clear error where there is no provider', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    expect(() => renderHook(() => useChannel('room'))).toThrow('expected a <WebSocketsProvider> above')
    vi.restoreAllMocks()
  })
})

describe('useMembers', () => {
  it('gives all members, as they come and go', async () => {
    const stage = createStage()
    const { result } = renderHook(() => useMembers<{ presence: { name: string } }>('room'), { wrapper: stage.wrapper })
    await stage.settled()
    expect(result.current).toHaveLength(1)
    const member = await act(() => stage.connect('room', { query: '?presence={"name":"Bob"}' }))
    await stage.settled()
    expect(result.current.map(({ presence }) => presence.name)).toEqual([undefined, 'Bob'])
    member.close()
    await stage.settled()
    expect(result.current).toHaveLength(1)
  })

  it('renders again only when the selection changes, one level deep', async () => {
    const stage = createStage({ strict: false })
    const seen: string[][] = []
    const { rerender } = renderHook(
      () =>
        seen.push(
          useMembers('room', (members) =>
            members.map(({ presence }) => String(presence['name'])).filter((name) => name !== 'undefined'),
          ),
        ),
      { wrapper: stage.wrapper },
    )
    await stage.settled()
    const count = seen.length
    await act(() => stage.connect('room'))
    await stage.settled()
    expect(seen).toHaveLength(count)
    rerender()
    expect(seen.at(-1)).toBe(seen[0])
    await act(() => stage.connect('room', { query: '?presence={"name":"Bob"}' }))
    await stage.settled()
    expect(seen.slice(count + 1)).toEqual([['Bob']])
  })
})

describe('usePresence', () => {
  it('is shown at once, patched or made from what it was, and told to the others', async () => {
    const stage = createStage()
    const member = await stage.connect('room')
    const { result } = renderHook(() => usePresence<{ presence: { name?: string; n?: number } }>('room'), {
      wrapper: stage.wrapper,
    })
    const [, set] = result.current
    act(() => set({ name: 'Ann' }))
    expect(result.current[0]).toEqual({ name: 'Ann' })
    act(() => set(({ name = '' }) => ({ name, n: 1 })))
    await stage.settled()
    expect(result.current[0]).toEqual({ name: 'Ann', n: 1 })
    expect(result.current[1]).toBe(set)
    const told = [member.last('PRESENCE:JOINED'), member.last('PRESENCE:UPDATED')].findLast(Boolean)
    expect(told?.payload).toMatchObject({ presence: { name: 'Ann', n: 1 } })
  })
})

describe('a set that is refused', () => {
  it.each([
    [
      'a function that throws',
      () => {
        throw new Error('mine')
      },
      'mine',
    ],
    ['more than the server takes', { text: 'x'.repeat(9_000) }, 'expected at most'],
  ])('reaches its caller, and holds no channel: %s [I14]', async (_, change, message) => {
    const stage = createStage()
    const { result, unmount } = renderHook(() => usePresence('room'), { wrapper: stage.wrapper })
    await stage.settled()
    expect(() => result.current[1](change)).toThrow(message)
    unmount()
    await stage.advance(2_000)
    expect(stage.members()).toBe(0)
  })
})

describe('useEvent', () => {
  it('hears every event once, also under StrictMode [I3]', async () => {
    const stage = createStage()
    const every: unknown[] = []
    const named: unknown[] = []
    renderHook(
      () => {
        useEvent('room', ({ payload }) => every.push(payload))
        useEvent('room', 'move', ({ data }) => named.push(data))
      },
      { wrapper: stage.wrapper },
    )
    await stage.settled()
    await stage.client.publish('room', { event: 'move', data: 1 })
    await stage.client.publish('room', 'two')
    await stage.settled()
    expect(every).toEqual([{ event: 'move', data: 1 }, 'two'])
    expect(named).toEqual([1])
  })

  it("hears the channel's own kinds", async () => {
    const stage = createStage()
    const states: string[] = []
    renderHook(() => useEvent('room', 'status', ({ state }) => states.push(state)), { wrapper: stage.wrapper })
    await stage.settled()
    expect(states.at(-1)).toBe('open')
  })

  it('calls the latest handler, and none after unmounting', async () => {
    const stage = createStage()
    const heard: string[] = []
    const { rerender, unmount } = renderHook(({ tag }) => useEvent('room', () => heard.push(tag)), {
      wrapper: stage.wrapper,
      initialProps: { tag: 'first' },
    })
    await stage.settled()
    rerender({ tag: 'second' })
    await stage.client.publish('room', 1)
    await stage.settled()
    unmount()
    await stage.client.publish('room', 2)
    await stage.settled()
    expect(heard).toEqual(['second'])
  })
})
