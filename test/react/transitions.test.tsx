// Transitions, renders that are given up, and components that wait for something or break.
import { useChannel, useEvents, useMembers, useOthers } from '@websockets.do/react'
import { act } from '@testing-library/react'
import { Component, type ReactNode, Suspense } from 'react'
import { describe, expect, it } from 'vitest'
import { complaints } from './support/complaints'
import { COUNT, createSlowStage, Slow, spend, textsOf, turnUntil, watch } from './support/slow'
import { createStage } from './support/stage'

/** A few of React's bits of work, and no more. */
async function aFewTurns(): Promise<void> {
  let turns = 0
  await turnUntil(() => turns++ > 5)
}

describe('a transition to another room', () => {
  it('shows the one before until all of the other is there, and never a bit of both', async () => {
    const stage = createSlowStage()
    for (const room of ['a', 'b']) await stage.connect(room, { presence: { room } })
    const Row = ({ room }: { readonly room: string }): ReactNode => {
      const of = useOthers(room, ([other]) => String(other?.presence['room'] ?? ''))
      const [events] = useEvents(room, { history: false })
      spend()
      return <i>{[room, of || room, ...new Set(events.map(({ payload }) => payload))].join('')}</i>
    }
    const App = ({ room }: { readonly room: string }): ReactNode => (
      <>
        <b>{useChannel(room).status.state}</b>
        {Array.from({ length: COUNT }, (_, at) => (
          <Row key={at} room={room} />
        ))}
      </>
    )
    const { container, show, showInTransition } = stage.mount()
    show(<App room="a" />)
    await turnUntil(() => stage.members('a') === 2)
    await stage.settle()
    const seen = watch(container)
    for (const room of ['b', 'a', 'b']) {
      showInTransition(<App room={room} />)
      const turns = await turnUntil(
        () => textsOf(container).every((text) => text.startsWith(room)),
        (at) => {
          if (at % 5 === 0) for (const name of ['a', 'b']) void stage.emit(name, name)
        },
      )
      expect(turns).toBeGreaterThan(1)
      await stage.advance(100)
    }
    const rooms = seen.map((texts) => [...new Set(texts.join(''))].join(''))
    expect(new Set(rooms)).toEqual(new Set(['a', 'b']))
    expect(container.querySelector('b')?.textContent).toBe('open')
    await stage.advance('5s')
    expect([stage.members('a'), stage.members('b')]).toEqual([1, 2])
  })

  it('that is given up opens nothing, and leaves nothing', async () => {
    const stage = createSlowStage()
    const App = ({ room }: { readonly room: string }): ReactNode => (
      <>
        <b>{useChannel(room, { presence: { room } }).status.state}</b>
        <Slow />
      </>
    )
    const { container, show, showInTransition } = stage.mount()
    show(<App room="room" />)
    await stage.settle()
    showInTransition(<App room="other" />)
    await aFewTurns()
    show(<App room="room" />)
    await stage.advance('5s')
    expect(stage.sockets.map(({ url }) => new URL(url).pathname)).toEqual(['/room/listen'])
    expect(container.querySelector('b')?.textContent).toBe('open')
  })
})

describe('a render that is interrupted', () => {
  it('loses no selection of what is on the screen', async () => {
    const stage = createSlowStage()
    await stage.connect('room', { presence: { team: 'a' } })
    const rendered: unknown[] = []
    const Team = ({ team }: { readonly team: string }): ReactNode => {
      const members = useOthers('room', (others) => others.filter(({ presence }) => presence['team'] === team))
      if (team === 'a') rendered.push(members)
      return <b>{`${team}${members.length}`}</b>
    }
    const App = ({ team }: { readonly team: string }): ReactNode => (
      <>
        <Team team={team} />
        <Slow />
      </>
    )
    const { container, show, showInTransition } = stage.mount()
    const teamShown = (): string | null | undefined => container.querySelector('b')?.textContent
    show(<App team="a" />)
    await stage.settle()
    await turnUntil(() => teamShown() === 'a1')
    const [before] = rendered.slice(-1)
    rendered.length = 0
    showInTransition(<App team="b" />)
    await aFewTurns()
    // Nobody who is shown.
    await stage.connect('room', { presence: { team: 'c' } })
    expect(teamShown()).toBe('a1')
    expect(rendered.filter((members) => members !== before)).toEqual([])
    await turnUntil(() => teamShown() === 'b0')
  })
})

class Boundary extends Component<{ readonly children: ReactNode }> {
  override state = { message: '' }
  static getDerivedStateFromError(error: Error) {
    return { message: error.message }
  }
  override render(): ReactNode {
    return this.state.message || this.props.children
  }
}

/** Something to wait for by throwing, as long as it is not there. */
function createAwaited() {
  let arrive: () => void = () => undefined
  let isHere = false
  const arrival = new Promise<void>((resolve) => (arrive = resolve)).then(() => {
    isHere = true
  })
  return {
    check(): void {
      if (!isHere) throw arrival
    },
    arrive: () =>
      act(async () => {
        arrive()
        await arrival
      }),
  }
}

describe('a component that waits for something', () => {
  it('opens nothing until it is shown, and shows what there is then', async () => {
    const stage = createStage()
    await stage.connect('room')
    const awaited = createAwaited()
    const Waiting = (): ReactNode => {
      const { length } = useMembers('room')
      awaited.check()
      return length
    }
    const { container } = stage.render(
      <Suspense fallback="wait">
        <Waiting />
      </Suspense>,
    )
    await stage.advance('5s')
    expect([container.textContent, stage.sockets.length]).toEqual(['wait', 0])
    await awaited.arrive()
    await stage.settle()
    expect([container.textContent, stage.sockets.length]).toEqual(['2', 1])
  })

  it('goes on where it was when it waits again, and holds the channel meanwhile [I14]', async () => {
    const stage = createStage()
    const watcher = await stage.connect('room')
    const awaited = createAwaited()
    const Waiting = ({ waits }: { readonly waits: boolean }): ReactNode => {
      const { length } = useMembers('room')
      if (waits) awaited.check()
      return <i>{length}</i>
    }
    const app = (waits: boolean): ReactNode => (
      <Suspense fallback={<b>wait</b>}>
        <Waiting waits={waits} />
      </Suspense>
    )
    const { container, rerender } = stage.render(app(false))
    await stage.settle()
    rerender(app(true))
    await stage.advance('5s')
    await stage.connect('room')
    expect(container.querySelector('b')).not.toBeNull()
    await awaited.arrive()
    await stage.settle()
    expect([textsOf(container), container.querySelector('b')]).toEqual([['3'], null])
    expect(watcher.types()).not.toContain('PRESENCE:LEFT')
  })

  it('lets go of its channel when it breaks instead', async () => {
    const stage = createSlowStage()
    const Failing = ({ fails }: { readonly fails: boolean }): ReactNode => {
      const { length } = useMembers('room')
      if (fails) throw new Error('mine')
      return length
    }
    const app = (fails: boolean): ReactNode => (
      <Boundary>
        <Failing fails={fails} />
        <Slow />
      </Boundary>
    )
    const { container, show, showInTransition } = stage.mount()
    show(app(false))
    await turnUntil(() => stage.members() === 1)
    showInTransition(app(true))
    await turnUntil(() => container.textContent === 'mine')
    await stage.advance('1s')
    expect(stage.members()).toBe(0)
    expect(complaints.splice(0).join()).toContain('mine')
  })
})
