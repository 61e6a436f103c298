// The two ways by which a page takes over a state, of whatever shape that is.
import { useMembers, WebSocketsProvider } from '@websockets.do/react'
import { hydrate, HydrationBoundary } from '@websockets.do/react/hydration'
import type { DehydratedState } from '@websockets.do/react/server'
import { act } from '@testing-library/react'
import { type ReactNode, Suspense } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { complaints } from './support/complaints'
import { bob, Chat, createGate, eve, People } from './support/rendered-room'
import { createStage } from './support/server-rendered'

describe('a boundary', () => {
  it('within another adds to it, and the nearer one counts', async () => {
    const stage = createStage()
    await stage.connect('room', bob)
    await stage.connect('other', eve)
    const Others = (): ReactNode => (
      <p id="others">
        {useMembers('other')
          .map(({ presence }) => String(presence['name']))
          .join()}
      </p>
    )
    const outer = (await stage.serve(null, ['room', 'other'])).state
    await stage.connect('room', eve)
    const inner = (await stage.serve(null)).state
    const App = (): ReactNode => (
      <>
        <People id="outer" />
        <HydrationBoundary state={inner}>
          <People id="inner" />
          <Others />
        </HydrationBoundary>
      </>
    )
    const { html } = await stage.serve(<App />, ['room', 'other'])
    expect(html).toBe('<p id="outer">Bob,Eve</p><p id="inner">Bob,Eve</p><p id="others">Eve</p>')
    const { text } = await stage.hydrate({ html: html.replace('Bob,Eve', 'Bob'), state: outer }, <App />)
    await stage.settle()
    expect([text('outer'), text('inner'), text('others')]).toEqual([
      'undefined,Bob,Eve',
      'undefined,Bob,Eve',
      'undefined,Eve',
    ])
  })

  it('needs a provider above it, and says so', async () => {
    const stage = createStage()
    await expect(stage.mount(<HydrationBoundary state={undefined} />)).rejects.toThrow('<WebSocketsProvider>')
    complaints.splice(0)
  })

  const throwing = new Proxy(
    {},
    {
      get: () => {
        throw new Error('mine')
      },
    },
  )
  const channel = { name: 'room', members: [], history: { events: [], isAll: true, since: 'epoch_1:0' } }
  const entry = { eventID: 'evt_1', seq: 1, payload: 1 }

  it.each<[string, unknown]>([
    ['a text', 'state'],
    ['a list', []],
    ['another version', { version: 2, channels: [] }],
    ['no channels', { version: 1 }],
    ['a channel that is nothing', { version: 1, channels: [null] }],
    ['a channel without a name', { version: 1, channels: [{ ...channel, name: 1 }] }],
    ['members that are no list', { version: 1, channels: [{ ...channel, members: { length: 1 } }] }],
    ['a member that is none', { version: 1, channels: [{ ...channel, members: [null] }] }],
    ['a member without presence', { version: 1, channels: [{ ...channel, members: [{ clientID: 'a' }] }] }],
    ['a history that is none', { version: 1, channels: [{ ...channel, history: 5 }] }],
    [
      'an event that is none',
      { version: 1, channels: [{ ...channel, history: { ...channel.history, events: [{}] } }] },
    ],
    [
      'an event without payload',
      {
        version: 1,
        channels: [{ ...channel, history: { ...channel.history, events: [{ ...entry, payload: undefined }] } }],
      },
    ],
    [
      'a position that is none',
      { version: 1, channels: [{ ...channel, history: { ...channel.history, since: 'here' } }] },
    ],
    ['what throws when it is looked at', throwing],
    ['a channel that throws when it is looked at', { version: 1, channels: [throwing] }],
  ])('of %s is as good as none, and tells so', async (_, state) => {
    const stage = createStage()
    const onError = vi.fn()
    const { client } = stage.browser()
    const { text } = await stage.mount(
      <WebSocketsProvider client={client}>
        <HydrationBoundary state={state as DehydratedState} onError={onError}>
          <Chat />
        </HydrationBoundary>
      </WebSocketsProvider>,
    )
    await stage.settle()
    expect(text('chat')).toBe('ready: ')
    expect(onError.mock.calls.map(([{ code }]) => code)).toEqual(['BAD_PARAMETER'])
    hydrate(stage.browser().client, state as DehydratedState, { onError })
    expect(onError).toHaveBeenCalledTimes(2)
    hydrate(stage.browser().client, state as DehydratedState)
  })

  it('without a state is a page that was not rendered, and no mistake', async () => {
    const stage = createStage()
    const { client } = stage.browser()
    const { text } = await stage.mount(stage.provided(client, undefined, <Chat />))
    await stage.settle()
    expect(text('chat')).toBe('ready: ')
  })

  it('takes over the channels that it can read, beside one that it can not', async () => {
    const stage = createStage({ strict: false })
    await stage.connect('room', bob)
    const { state } = await stage.serve(<Chat />)
    const { client } = stage.browser()
    const { text } = await stage.mount(
      stage.provided(client, { ...state, channels: [...state.channels, null as never] }, <People />),
    )
    expect(text('people')).toBe('Bob')
    expect(complaints.splice(0)).toEqual(['BAD_PARAMETER'])
  })
})

describe('hydrate', () => {
  it('does without a boundary: on a server, in the page, and for a part that is hydrated later', async () => {
    const stage = createStage()
    await stage.connect('room', bob)
    await stage.publish('before')
    const { state } = await stage.serve(null)
    const parts = (Gate: (props: { readonly children: ReactNode }) => ReactNode): ReactNode => (
      <>
        <Chat />
        <Suspense fallback="…">
          <Gate>
            <People />
          </Gate>
        </Suspense>
      </>
    )
    const onServer = stage.browser()
    hydrate(onServer.client, state)
    const html = await stage.rendered(
      stage.provided(
        onServer.client,
        undefined,
        parts(({ children }) => children),
      ),
    )
    expect(html).toMatch(/ready.*before.*Bob/)
    const inPage = stage.browser()
    hydrate(inPage.client, state)
    await stage.publish('since')
    const { open, Gate } = createGate(false)
    const { text } = await stage.hydrate({ html, state: undefined }, parts(Gate), inPage)
    await stage.settle()
    expect(text('people')).toBe('Bob')
    await open()
    await stage.settle()
    expect([text('chat'), text('people')]).toEqual(['ready: before,since', 'undefined,Bob'])
    expect([inPage.requests, onServer.sockets]).toEqual([[], []])
  })
  it('is not gone back to by who mounts later', async () => {
    const stage = createStage({ history: { readable: true, maxAgeMs: 60_000 } })
    await stage.publish('before')
    const { state } = await stage.serve(null)
    const { client } = stage.browser()
    hydrate(client, state)
    const page = (children: ReactNode): ReactNode => <WebSocketsProvider client={client}>{children}</WebSocketsProvider>
    const { root, text } = await stage.mount(page(<People />))
    await stage.settle()
    await stage.later(120_000)
    await act(() => root.render(page([<People key={0} />, <Chat key={1} />])))
    await stage.settle()
    expect(text('chat')).toBe('ready: ')
  })
})
