// What a server rendered, taken over in a browser: the same at first, and then what happened since, each event once and none missing.
import { useChannel, useEvent, useEvents, useMembers, useOthers, usePresence } from '@websockets.do/react'
import { useMembers as useMembersOnceConnected } from '@websockets.do/react/suspense'
import { type ReactNode, Suspense } from 'react'
import { describe, expect, it } from 'vitest'
import { createStage } from './support/server-rendered'

function People() {
  const names = useMembers('room', (members) => members.map(({ presence }) => String(presence['name'])))
  const others = useOthers('room')
  return (
    <p id="people">
      {names.join()} ({others.length} others)
    </p>
  )
}

function Chat() {
  const [events, { status }] = useEvents('room')
  return (
    <p id="chat">
      {status}: {events.map(({ data }) => String(data)).join()}
    </p>
  )
}

function Status() {
  const { status } = useChannel('room', { presence: { name: 'Ann' } })
  const [mine] = usePresence('room')
  return (
    <p id="status">
      {status.state} {String(mine['name'])}
    </p>
  )
}

function Room() {
  return (
    <>
      <Status />
      <People />
      <Chat />
    </>
  )
}

const bob = { query: '?presence={"name":"Bob"}' }
const eve = { query: '?presence={"name":"Eve"}' }

describe('on a server', () => {
  it('members and history are in the HTML, and nothing is opened: no socket, no timer, no request', async () => {
    const stage = createStage()
    await stage.connect('room', bob)
    await stage.publish('one', { event: 'said', data: 'two' })
    const { pending } = stage.clock
    const { html } = await stage.serve(<Room />)
    expect(html.replaceAll('<!-- -->', '')).toBe(
      '<p id="status">idle undefined</p><p id="people">Bob (1 others)</p><p id="chat">ready: one,two</p>',
    )
    expect(stage.clock.pending).toBe(pending)
    expect(stage.members('room')).toHaveLength(1)
  })

  it('a channel that was not asked for, or not given, is as if it had not been rendered', async () => {
    const stage = createStage({ history: { readable: false } })
    await stage.connect('room', bob)
    await stage.publish('one')
    const other = await stage.serve(<Room />, ['other'], { onError: () => undefined })
    const members = await stage.serve(<Room />, ['room'], { onError: () => undefined })
    expect(other.html).toMatch(/\(.*0.* others\).*loading/)
    expect(members.html).toMatch(/Bob.*loading/)
  })
})

describe.each([true, false])('a page that is hydrated (StrictMode: %s)', (strict) => {
  it('shows the same until it is connected, and then who is there by then', async () => {
    const stage = createStage({ strict })
    const member = await stage.connect('room', bob)
    const page = await stage.serve(<Room />)
    member.close()
    await stage.connect('room', eve)
    stage.slowDown()
    const { text, sockets } = await stage.hydrate(page, <Room />)
    expect([text('status'), text('people'), text('chat')]).toEqual(['idle undefined', 'Bob (1 others)', 'ready: '])
    await stage.later(1)
    expect([text('status'), text('people'), text('chat')]).toEqual(['connecting Ann', 'Bob (1 others)', 'ready: '])
    await stage.settle()
    expect([text('status'), text('people')]).toEqual(['open Ann', 'Ann,Eve (1 others)'])
    expect(stage.members('room').map(({ presence }) => presence)).toEqual([{ name: 'Eve' }, { name: 'Ann' }])
    expect(sockets).toHaveLength(1)
  })

  it('has every event once and in order: those before it was rendered, those until it was connected, and those after [RS-2, I3, I4]', async () => {
    const stage = createStage({ strict })
    await stage.publish('before')
    const page = await stage.serve(<Room />)
    await stage.publish('since', 'then')
    const { text, sockets, requests } = await stage.hydrate(page, <Room />)
    await stage.publish('as it connects')
    await stage.settle()
    await stage.publish('after')
    await stage.settle()
    expect(text('chat')).toBe('ready: before,since,then,as it connects,after')
    expect(sockets.map(({ searchParams }) => searchParams.get('since'))).toEqual([
      page.state.channels[0]?.history?.since,
    ])
    expect(requests).toEqual([])
  })

  it('does not wait for what was rendered, by hooks that would suspend', async () => {
    const stage = createStage({ strict })
    await stage.connect('room', bob)
    const Names = (): ReactNode => (
      <p id="names">{useMembersOnceConnected('room').map(({ presence }) => String(presence['name']))}</p>
    )
    const App = (): ReactNode => (
      <Suspense fallback="…">
        <Names />
      </Suspense>
    )
    const page = await stage.serve(<App />)
    expect(page.html).toContain('Bob')
    await stage.connect('room', eve)
    stage.slowDown()
    const { container, text, sockets } = await stage.hydrate(page, <App />)
    expect(text('names')).toBe('Bob')
    await stage.later(1)
    expect(container.textContent).toBe('Bob')
    await stage.settle()
    expect(text('names')).toBe('undefinedBobEve')
    expect(sockets).toHaveLength(1)
  })

  it('hears by useEvent what happened since, once each [RS-2, I3]', async () => {
    const stage = createStage({ strict })
    await stage.publish('before')
    const heard: unknown[] = []
    const App = (): ReactNode => {
      useEvent('room', ({ payload }) => heard.push(payload))
      return null
    }
    const page = await stage.serve(<App />)
    await stage.publish('since')
    await stage.hydrate(page, <App />)
    await stage.settle()
    await stage.publish('after')
    await stage.settle()
    expect(heard).toEqual(['since', 'after'])
  })

  it('goes on from a channel that did not exist when it was rendered [HI-1, RS-2]', async () => {
    const stage = createStage({ strict })
    const page = await stage.serve(<Room />)
    expect(page.html).toContain('ready')
    await stage.publish('one', 'two')
    const { text, requests } = await stage.hydrate(page, <Room />)
    await stage.settle()
    expect(text('chat')).toBe('ready: one,two')
    expect(requests).toEqual([])
  })

  it('reads the history again when too much happened since, after a gap [RS-2, HI-1]', async () => {
    const stage = createStage({ strict, history: { readable: true, maxEvents: 3 } })
    const gaps: unknown[] = []
    const App = (): ReactNode => {
      useEvent('room', 'gap', (gap) => gaps.push(gap))
      return <Chat />
    }
    await stage.publish('before')
    const page = await stage.serve(<App />)
    await stage.publish(1, 2, 3, 4)
    const { text, requests } = await stage.hydrate(page, <App />)
    await stage.settle()
    expect(text('chat')).toBe('ready: before,2,3,4')
    expect(gaps).toEqual([{ since: page.state.channels[0]?.history?.since, now: expect.stringMatching(/:5$/) }])
    expect(requests.map(({ pathname }) => pathname)).toEqual(['/room/history'])
  })
})
