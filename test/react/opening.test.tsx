// When a channel is opened, and what is shown where it can't be.
import {
  useChannel,
  useConnection,
  useEmit,
  useEvent,
  useEvents,
  useLostConnection,
  useMember,
  useMembers,
  useOthers,
  usePresence,
  useSelf,
  WebSocketsProvider,
} from '@websockets.do/react'
import { createClient } from '@websockets.do/client'
import { act, render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, vi } from 'vitest'
import { complaints } from './support/complaints'
import { createStage } from './support/stage'

type UseHook = (name: string | null, enabled: boolean) => unknown

/** Each of the hooks, by a name or switched off. */
const hooks: [string, UseHook][] = [
  ['useChannel', (name) => useChannel(name)],
  ['useChannel, enabled', (name, enabled) => useChannel(name ?? 'room', { enabled })],
  ['useConnection', (name) => useConnection(name)],
  ['useEmit', (name) => useEmit(name)],
  ['useEvent', (name) => useEvent(name, () => undefined)],
  ['useEvents', (name) => useEvents(name, { history: false })],
  ['useEvents, enabled', (name, enabled) => useEvents(name ?? 'room', { enabled, history: false })],
  ['useLostConnection', (name) => useLostConnection(name, () => undefined)],
  ['useMember', (name) => useMember(name, 'client_0')],
  ['useMembers', (name) => useMembers(name)],
  ['useOthers', (name) => useOthers(name)],
  ['usePresence', (name) => usePresence(name)],
  ['usePresence, enabled', (name, enabled) => usePresence(name ?? 'room', { enabled })],
  ['useSelf', (name) => useSelf(name)],
]

describe('without a name', () => {
  it.each(hooks)(
    'nothing is opened, until there is one, and it is closed again without: %s',
    async (title, useHook) => {
      const stage = createStage()
      const { rerender } = stage.renderHook(({ name }) => useHook(name, name !== null), { name: null as string | null })
      await stage.advance('5s')
      expect(stage.sockets).toHaveLength(0)
      rerender({ name: 'room' })
      await stage.advance('5s')
      // The only one that opens nothing by being mounted.
      const opened = title === 'useEmit' ? 0 : 1
      expect([stage.sockets.length, stage.members()]).toEqual([opened, opened])
      rerender({ name: null })
      await stage.advance('5s')
      expect([stage.sockets.length, stage.members()]).toEqual([opened, 0])
      rerender({ name: 'room' })
      await stage.advance('5s')
      expect(stage.members()).toBe(opened)
    },
  )

  it('all is idle, and nothing can be said', async () => {
    const stage = createStage()
    const { result } = stage.renderHook(() => ({
      channel: useChannel(null),
      connection: useConnection(null),
      member: useMember(null, 'client_0'),
      members: useMembers(null),
      others: useOthers(null),
      presence: usePresence(null),
      self: useSelf(null),
    }))
    await stage.settle()
    const { channel, presence, ...rest } = result.current
    expect(rest).toEqual({
      connection: { state: 'idle' },
      member: undefined,
      members: [],
      others: [],
      self: undefined,
    })
    expect(channel).toMatchObject({ status: { state: 'idle' }, self: undefined, latency: 0 })
    expect(presence[0]).toEqual({})
    expect(() => channel.emit('hello')).toThrow(expect.objectContaining({ code: 'BAD_CHANNEL' }))
    expect(() => presence[1]({ name: 'Ann' })).toThrow(expect.objectContaining({ code: 'BAD_CHANNEL' }))
    expect(stage.sockets).toHaveLength(0)
  })
})

describe('a channel', () => {
  it('is opened neither by rendering nor on a server', async () => {
    const stage = createStage()
    const App = (): ReactNode => {
      const { status, self, latency } = useChannel('room', { presence: { name: 'Ann' } })
      const [mine] = usePresence('room')
      return JSON.stringify([status, ...(self ? [self] : []), latency, useMembers('room'), mine])
    }
    const html = renderToString(stage.wrapper({ children: <App /> }))
    await stage.settle()
    expect(html.replaceAll('&quot;', '"')).toBe('[{"state":"idle"},0,[],{}]')
    expect(stage.sockets).toHaveLength(0)
    const container = document.body.appendChild(document.createElement('div'))
    container.innerHTML = html
    const onRecoverableError = vi.fn()
    render(<App />, { wrapper: stage.wrapper, container, hydrate: true, onRecoverableError })
    await stage.settle()
    expect(container.textContent).toContain('"state":"open"')
    expect(onRecoverableError).not.toHaveBeenCalled()
  })

  it('is not opened by what never gets to be mounted', async () => {
    const stage = createStage()
    const Refused = (): ReactNode => {
      useChannel('room')
      throw new Error('mine')
    }
    expect(() => stage.render(<Refused />)).toThrow('mine')
    await stage.advance('5s')
    expect(stage.sockets).toHaveLength(0)
    complaints.splice(0)
  })

  it('that is idle by its options is connected by nobody, until somebody does', async () => {
    const stage = createStage()
    const { result } = stage.renderHook(() => useChannel('room', { connect: false }))
    await stage.advance('1s')
    expect([result.current.status.state, stage.sockets.length]).toEqual(['idle', 0])
    stage.client.channel('room')
    await stage.settle()
    expect(result.current.status.state).toBe('open')
  })
})

describe('a channel that can not be', () => {
  it('is refused in words: a name that no channel can have [CH-3]', async () => {
    const stage = createStage()
    const { result } = stage.renderHook(() => useChannel('_'))
    await stage.settle()
    expect(result.current.status).toMatchObject({ state: 'closed', reason: { code: 'BAD_CHANNEL' } })
    act(() => expect(() => result.current.emit('hello')).toThrow('expected a name'))
    expect(stage.sockets).toHaveLength(0)
  })

  it('is refused in words: no server to connect to, whatever is tried', async () => {
    const stage = createStage()
    const client = createClient({ ...stage, url: 'nowhere' })
    const Room = (): ReactNode => {
      const { status, emit } = useChannel('room')
      return <button onClick={() => expect(() => emit('hello')).toThrow('expected an http')}>{status.state}</button>
    }
    const { container } = render(
      <WebSocketsProvider client={client}>
        <Room />
      </WebSocketsProvider>,
    )
    await stage.settle()
    expect(container.textContent).toBe('closed')
    act(() => container.querySelector('button')!.click())
    await stage.settle()
    expect(container.textContent).toBe('closed')
  })

  it('is tried again by a remount after a refusal', async () => {
    const stage = createStage()
    const refused = stage.renderHook(() => useChannel('room'))
    await stage.settle()
    stage.server.channel('room').disconnect(refused.result.current.self!.clientID, { code: 'FORBIDDEN' })
    await stage.settle()
    expect(refused.result.current.status.state).toBe('closed')
    refused.unmount()
    const again = stage.renderHook(() => useChannel('room'))
    await stage.settle()
    expect(again.result.current.status.state).toBe('open')
  })

  it('is tried again by whoever takes the place of what was refused, in one commit', async () => {
    let isAllowed = false
    const stage = createStage({ authorize: () => isAllowed })
    const Room = (): ReactNode => useChannel('room').status.state
    const { container, rerender } = stage.render(<Room key={1} />)
    await stage.settle()
    expect(container.textContent).toBe('closed')
    isAllowed = true
    rerender(<Room key={2} />)
    await stage.settle()
    expect(container.textContent).toBe('open')
  })
})
