// How often components render: for what they show, and no more often than a screen could show it.
import { useChannel, useEvent, useEvents, useMembers, useOthers, usePresence, useSelf } from '@websockets.do/react'
import { act } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { createStage, type Stage } from './support/stage'

const limits = { messagesPerSecond: 100_000, messageBurst: 100_000 }

/** React renders as in a page, and each render can be counted. */
const createPage = (): Stage => createStage({ strict: false, page: true, limits })

/** What each render of a hook gave, from now on. */
async function rendersOf<R>(stage: Stage, use: () => R): Promise<R[]> {
  const seen: R[] = []
  stage.renderHook(() => seen.push(use()))
  await stage.settle()
  seen.length = 0
  return seen
}

describe('what a component does not show', () => {
  const unrelated: [string, (stage: Stage) => Promise<unknown>][] = [
    ['an event', (stage) => stage.publish('room', { event: 'message', data: 1 })],
    ['a member that comes and goes', async (stage) => (await stage.connect('room')).close(1000)],
    [
      "another member's presence",
      async (stage) => {
        const member = await stage.connect('room')
        member.setPresence({ cursor: 1 })
        await stage.settle()
        member.setPresence({ cursor: 2 })
      },
    ],
    ['a round trip that is measured anew', (stage) => stage.advance('61s')],
    ['another channel', (stage) => stage.connect('other')],
    [
      'a sibling that comes and goes',
      async (stage) => {
        const { unmount } = stage.renderHook(() => [useMembers('room'), useEvents('room')])
        await stage.settle()
        unmount()
      },
    ],
  ]

  it.each(unrelated)('does not render it: %s', async (_, happen) => {
    const stage = createPage()
    stage.network.set({ latency: '10ms', jitter: '20ms' })
    const host = await stage.connect('room', { presence: { name: 'host' } })
    const seen: unknown[] = []
    const uses = [
      () => useMembers('room', (members) => members.some(({ presence }) => presence['name'] === 'host')),
      () => useOthers('room', (others) => others.filter(({ clientID }) => clientID === host.clientID)),
      () => useOthers('room', (others) => ({ host: others[0]?.presence })),
      () => useSelf('room', (self) => self?.presence),
      () => usePresence('room'),
      () => useEvent('room', () => undefined),
    ]
    for (const use of uses) stage.renderHook(() => seen.push(use()))
    await stage.advance('1s')
    seen.length = 0
    await happen(stage)
    await stage.advance('1s')
    expect(seen).toEqual([])
  })

  it('does not render useChannel: members, presence and events', async () => {
    const stage = createPage()
    const seen = await rendersOf(stage, () => useChannel('room'))
    const member = await stage.connect('room')
    member.setPresence({ cursor: 1 })
    await stage.publish('room', 'event')
    member.close(1000)
    await stage.settle()
    expect(seen).toEqual([])
  })

  it('does not render what its parent renders anew: an equal selection is the same', async () => {
    const stage = createPage()
    const seen: unknown[] = []
    const { rerender } = stage.renderHook(() => seen.push(useMembers('room', (members) => members.map((one) => one))))
    await stage.settle()
    rerender()
    rerender()
    expect(new Set(seen.slice(-3)).size).toBe(1)
  })
})

describe('1,000 frames at once', () => {
  it('are 1,000 events in order, one render of their list, and none of what shows no events [I3]', async () => {
    const stage = createPage()
    const heard: unknown[] = []
    stage.renderHook(() => useEvent('room', ({ data }) => heard.push(data)))
    const members = await rendersOf(stage, () => useMembers('room'))
    const lists = await rendersOf(stage, () => useEvents('room', { history: false, limit: 10 })[0])
    const all = Array.from({ length: 1_000 }, (_, n) => ({ n }))
    for (const data of all) void stage.emit('room', data)
    await stage.settle()
    expect(heard).toEqual(all)
    expect(lists.map((events) => events.map(({ data }) => data))).toEqual([all.slice(-10)])
    expect(members).toEqual([])
  })

  it('are one render of what shows members, and of all components together', async () => {
    const stage = createPage()
    const mover = await stage.connect('room')
    const heard: unknown[] = []
    stage.renderHook(() => useEvent('room', 'update', ({ presence }) => heard.push(presence['n'])))
    const selected = await rendersOf(stage, () => useOthers('room', ([other]) => other?.presence['n']))
    const members = await rendersOf(stage, () => useMembers('room'))
    for (let n = 1; n <= 1_000; n++) mover.setPresence({ n })
    await stage.settle()
    expect(heard).toEqual(Array.from({ length: 1_000 }, (_, at) => at + 1))
    expect(selected).toEqual([1_000])
    expect(members.map(([, other]) => other?.presence)).toEqual([{ n: 1_000 }])
  })

  it('from 200 members that join at once are one render each, too', async () => {
    const stage = createPage()
    const members = await rendersOf(stage, () => useMembers('room', ({ length }) => length))
    const joining = Array.from({ length: 200 }, () => new stage.WebSocket(`${stage.url}/room/listen`))
    await stage.settle()
    expect(members).toEqual([201])
    for (const socket of joining) socket.close(1000)
    await stage.settle()
    expect(members).toEqual([201, 1])
  })
})

it('a channel that is closed while nobody is there is over at once, however much was shown of it before', async () => {
  const stage = createPage()
  const { result, unmount } = stage.renderHook(() => usePresence('room'))
  for (let n = 0; n < 100; n++) result.current[1]({ n })
  unmount()
  stage.client.close()
  await stage.settle()
  expect(stage.leaks().timers).toBe(0)
})

describe('a steady stream', () => {
  /** Presence that changes every so often, for as long. */
  async function stream(stage: Stage, everyMs: number, count: number): Promise<void> {
    const mover = await stage.connect('room')
    await stage.settle()
    for (let n = 1; n <= count; n++) {
      mover.setPresence({ n })
      await stage.advance(everyMs)
    }
  }

  it('of 1,000 updates in a second renders at most 125 times, and shows the last one no later than a frame after', async () => {
    const stage = createPage()
    const seen = await rendersOf(stage, () => useOthers('room', ([other]) => other?.presence['n']))
    await stage.advance('1s')
    await stream(stage, 1, 1_000)
    expect(seen.length).toBeGreaterThan(100)
    expect(seen.length).toBeLessThanOrEqual(125)
    await stage.advance(16)
    expect(seen.at(-1)).toBe(1_000)
    expect(seen).toEqual(seen.toSorted((a, b) => Number(a ?? 0) - Number(b ?? 0)))
  })

  it('of 50 updates a second is shown one by one', async () => {
    const stage = createPage()
    const seen = await rendersOf(stage, () => useOthers('room', ([other]) => other?.presence['n'] ?? 0))
    await stream(stage, 20, 500)
    expect(seen.filter(Boolean)).toEqual(Array.from({ length: 500 }, (_, at) => at + 1))
  })

  it('of 10 seconds goes on being shown a frame late at most, and is forgotten a second after it', async () => {
    const stage = createPage()
    const seen = await rendersOf(stage, () => useOthers('room', (others) => others.at(-1)?.presence['n']))
    await stream(stage, 4, 2_500)
    expect(seen.length).toBeLessThanOrEqual(64 + 10_000 / 16)
    await stage.advance(16)
    expect(seen.at(-1)).toBe(2_500)
    await stage.advance('1s')
    seen.length = 0
    await stream(stage, 0, 50)
    expect(seen.filter(Boolean)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1))
  })

  it('that is answered by an emit each is shown no more often for that', async () => {
    const stage = createPage()
    const mover = await stage.connect('room')
    const seen = await rendersOf(stage, () => useOthers('room', ([other]) => other?.presence['n']))
    const { result } = stage.renderHook(() => useChannel('room'))
    stage.renderHook(() => useEvent('room', 'update', () => void result.current.emit('seen', 1)))
    await stage.advance('1s')
    for (let n = 1; n <= 1_000; n++) {
      mover.setPresence({ n })
      await stage.advance(1)
    }
    expect(seen.length).toBeLessThanOrEqual(125)
    await stage.advance(16)
    expect(seen.at(-1)).toBe(1_000)
  })

  it('of what one sets oneself takes nothing from what others do: it is shown no later than a frame after', async () => {
    const stage = createPage()
    const mover = await stage.connect('room')
    const seen = await rendersOf(stage, () => useOthers('room', ([other]) => other?.presence['n']))
    const { result } = stage.renderHook(() => usePresence('room'))
    await stage.settle()
    for (let n = 1; n <= 1_000; n++) {
      result.current[1]({ n })
      await stage.advance(4)
    }
    mover.setPresence({ n: 1 })
    await stage.advance(16)
    expect(seen).toEqual([1])
  })
})

describe('what one sets oneself', () => {
  it('is shown at once, in an input too, which keeps its caret', async () => {
    const stage = createPage()
    const App = () => {
      const [mine, set] = usePresence<{ presence: { name?: string } }>('room')
      return <input value={mine.name ?? ''} onChange={({ target }) => set({ name: target.value })} />
    }
    const { container } = stage.render(<App />)
    const input = container.querySelector('input')!
    const type = (value: string, caret: number): void => {
      // As a browser does: past React, and with the caret behind what was typed.
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(input, value)
      input.setSelectionRange(caret, caret)
      input.dispatchEvent(new Event('input', { bubbles: true }))
      // React 18 leaves it there in jsdom, and would take all that follows for typed.
      Reflect.set(globalThis, 'event', undefined)
    }
    for (const [value, caret] of [
      ['A', 1],
      ['Aa', 2],
      ['Ada', 2],
      ['Adda', 3],
    ] as const) {
      type(value, caret)
      expect([input.value, input.selectionStart]).toEqual([value, caret])
      await stage.settle()
      expect([input.value, input.selectionStart]).toEqual([value, caret])
    }
    await stage.advance(50)
    expect(stage.server.channel('room').members()).toMatchObject([{ presence: { name: 'Adda' } }])
  })

  it('is the same for all components, at once', async () => {
    const stage = createStage()
    const own = stage.renderHook(() => usePresence('room'))
    const all = stage.renderHook(() => [
      usePresence('room')[0]['n'],
      useSelf('room', (self) => self?.presence['n']),
      useMembers('room', ([self]) => self?.presence['n']),
    ])
    await stage.settle()
    for (const n of [1, 2, 3]) {
      act(() => own.result.current[1]({ n }))
      expect(all.result.current).toEqual([n, n, n])
    }
  })

  it('is one render in a handler that sets it twice', async () => {
    const stage = createPage()
    const { result } = stage.renderHook(() => usePresence('room'))
    const seen = await rendersOf(stage, () => usePresence('room'))
    const [, set] = result.current
    set({ a: 1 })
    set({ b: 2 })
    await stage.settle()
    expect(seen.map(([mine]) => mine)).toEqual([{ a: 1, b: 2 }])
  })
})
