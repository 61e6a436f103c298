// What is begun with of what a server rendered, and for how long that is of use.
import { defineChannel } from '@websockets.do/client/contract'
import { createChannelHooks, useChannel, WebSocketsProvider } from '@websockets.do/react'
import type { DehydratedState } from '@websockets.do/react/server'
import { act } from '@testing-library/react'
import type { ReactNode } from 'react'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { bob, Chat, People } from './support/rendered-room'
import { createStage } from './support/server-rendered'

describe('the list of events', () => {
  it('that was rendered with less than is asked for is read further back, once connected', async () => {
    const stage = createStage()
    for (const n of [1, 2, 3, 4]) await stage.publish({ event: n % 2 ? 'odd' : 'even', data: n })
    const page = await stage.serve(<Chat type="odd" limit={2} />, ['room'], { limit: 2 })
    expect(page.html).toMatch(/loading.*3/)
    await stage.publish({ event: 'odd', data: 5 })
    const { text, requests } = await stage.hydrate(page, <Chat type="odd" limit={3} />)
    await stage.settle()
    expect(text('chat')).toBe('ready: 1,3,5')
    expect(requests).toHaveLength(1)
  })

  it('without the history begins with nothing, and misses nothing of what comes', async () => {
    const stage = createStage()
    await stage.publish('before')
    const page = await stage.serve(<Chat history={false} />)
    const { text } = await stage.hydrate(page, <Chat history={false} />)
    await stage.publish('since')
    await stage.settle()
    expect(text('chat')).toBe('ready: since')
  })

  it('under a contract has the events as they are heard, and without those that are none of its own', async () => {
    const room = defineChannel({ events: { sized: z.string().transform((text) => text.length) } })
    const hooks = createChannelHooks(room)
    const Sizes = (): ReactNode => {
      const [events] = hooks.useEvents('room')
      return <p id="sizes">{events.map(({ data }) => String(data)).join()}</p>
    }
    const stage = createStage()
    await stage.publish({ event: 'sized', data: 'three' }, { event: 'sized', data: 4 }, { event: 'unknown', data: 1 })
    const page = await stage.serve(<Sizes />)
    expect(page.html).toContain('>5<')
    await stage.publish({ event: 'sized', data: 'four' })
    const { text } = await stage.hydrate(page, <Sizes />)
    await stage.settle()
    expect(text('sizes')).toBe('5,4')
  })
})

describe('what was rendered', () => {
  const Shown = ({ isThere, more }: { readonly isThere: boolean; readonly more?: ReactNode }): ReactNode => (
    <>
      {isThere && [<Chat key={1} />, <People key={2} />]}
      {more}
    </>
  )

  it('is not gone back to by who mounts later, while the channel is open or after', async () => {
    const stage = createStage({ history: { readable: true, maxAgeMs: 60_000 } })
    await stage.connect('room', bob)
    await stage.publish('before')
    const page = await stage.serve(<Shown isThere />)
    const { root, client, text, sockets } = await stage.hydrate(page, <Shown isThere />)
    const show = (children: ReactNode) => act(() => root.render(stage.provided(client, page.state, children)))
    await stage.settle()
    await stage.later(120_000)
    stage.slowDown()
    await show(<Shown isThere more={<Chat id="second" />} />)
    expect(text('second')).toBe('loading: ')
    await stage.settle()
    expect([text('chat'), text('second')]).toEqual(['ready: before', 'ready: '])
    await show(<Shown isThere={false} />)
    await stage.later(2_000)
    await show(<Shown isThere />)
    expect([text('chat'), text('people')]).toEqual(['loading: ', ''])
    await stage.settle()
    expect(text('chat')).toBe('ready: ')
    expect(sockets.map(({ searchParams }) => searchParams.has('since'))).toEqual([true, false])
  })

  it('is what a page begins with that the browser renders by itself, as one that it navigates to', async () => {
    const stage = createStage()
    await stage.connect('room', bob)
    await stage.publish('before')
    const { state } = await stage.serve(<Chat />)
    await stage.publish('since')
    const { client, requests } = stage.browser()
    stage.slowDown()
    const { text } = await stage.mount(
      stage.provided(
        client,
        state,
        <>
          <Chat />
          <People />
        </>,
      ),
    )
    expect([text('chat'), text('people')]).toEqual(['ready: before', 'Bob'])
    await stage.settle()
    expect([text('chat'), text('people')]).toEqual(['ready: before,since', 'undefined,Bob'])
    expect(requests).toEqual([])
  })

  it('changes nothing for a channel that is open, and the next one begins with the next state', async () => {
    const stage = createStage({ strict: false })
    await stage.publish('before')
    const one = await stage.serve(<Chat />)
    await stage.publish('between')
    const two = await stage.serve(<Chat />)
    const { root, client, text, sockets } = await stage.hydrate(one, <Chat />)
    const show = (state: DehydratedState, children: ReactNode) =>
      act(() => root.render(stage.provided(client, state, children)))
    await stage.settle()
    await show(two.state, <Chat />)
    await stage.settle()
    expect(text('chat')).toBe('ready: before,between')
    await show(two.state, null)
    await stage.later(2_000)
    const three = await stage.serve(<Chat />)
    await show(three.state, <Chat />)
    expect(text('chat')).toBe('ready: before,between')
    await stage.settle()
    expect(sockets.map(({ searchParams }) => searchParams.get('since'))).toEqual([
      one.state.channels[0]?.history?.since,
      three.state.channels[0]?.history?.since,
    ])
  })

  it('is forgotten with its boundary, where it was never used', async () => {
    const stage = createStage()
    await stage.connect('room', bob)
    await stage.publish('before')
    const { state } = await stage.serve(<Chat />)
    const { client, sockets } = stage.browser()
    const { root, text } = await stage.mount(stage.provided(client, state, null))
    const page = (children: ReactNode): ReactNode => <WebSocketsProvider client={client}>{children}</WebSocketsProvider>
    await act(() => root.render(page(null)))
    stage.slowDown()
    await act(() => root.render(page([<Chat key={1} />, <People key={2} />])))
    expect([text('chat'), text('people')]).toEqual(['loading: ', ''])
    await stage.settle()
    expect(text('chat')).toBe('ready: before')
    expect(sockets.map(({ searchParams }) => searchParams.has('since'))).toEqual([false])
  })

  it('is of no use to a channel that the program had opened itself, which has all events nevertheless [I3, I4]', async () => {
    const stage = createStage()
    await stage.publish('before')
    const page = await stage.serve(<Chat />)
    await stage.publish('since')
    const browser = stage.browser()
    browser.client.channel('room')
    const { text } = await stage.hydrate(page, <Chat />, browser)
    await stage.settle()
    expect(text('chat')).toBe('ready: before,since')
  })

  it('does not overrule the position that a component begins at', async () => {
    const stage = createStage()
    await stage.publish('before')
    const App = ({ since }: { readonly since: string }): ReactNode => {
      useChannel('room', { since })
      return <Chat />
    }
    const page = await stage.serve(<App since="" />)
    const since = page.state.channels[0]!.history!.since.replace(/\d+$/, '0')
    const { text, sockets } = await stage.hydrate(page, <App since={since} />)
    await stage.settle()
    expect(text('chat')).toBe('ready: before')
    expect(sockets[0]?.searchParams.get('since')).toBe(since)
  })
})
