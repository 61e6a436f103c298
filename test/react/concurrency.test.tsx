// Slow components that React renders bit by bit, and frames that arrive in between: at every commit all of them show the same.
import { useChannel, useMembers, useOthers, usePresence, useSelf } from '@websockets.do/react'
import { type ReactNode, useDeferredValue } from 'react'
import { expect, it } from 'vitest'
import { COUNT, createSlowStage, Slow, spend, textsOf, turnUntil, watch } from './support/slow'
import type { Stage } from './support/stage'

/** Somebody whose presence counts up while React renders, five times, until something is so. */
async function countUntil(
  stage: Stage,
  mover: Awaited<ReturnType<Stage['connect']>>,
  isSo: () => boolean,
): Promise<void> {
  let n = 0
  const turns = await turnUntil(isSo, async (at) => {
    if (at % 4 === 0 && n < 5) mover.setPresence({ n: ++n })
    await stage.settle()
  })
  // Otherwise nothing came in between.
  expect([turns > 1, n > 1]).toEqual([true, true])
  mover.setPresence({ n: 10 })
  await stage.settle()
}

it('while they are mounted', async () => {
  const stage = createSlowStage()
  const mover = await stage.connect('room')
  // Apart, so that nothing but the frames come in between.
  stage.renderHook(() => useChannel('room'))
  const { container, show, showInTransition } = stage.mount()
  show(null)
  await stage.settle()
  const seen = watch(container)
  showInTransition(<Slow />)
  await countUntil(stage, mover, () => textsOf(container).length === COUNT)
  expect(seen.filter(({ length }) => length > 1)).toEqual([])
  expect(seen.at(-1)).toEqual(['10'])
})

it('while they are rendered anew', async () => {
  const stage = createSlowStage()
  const mover = await stage.connect('room')
  const App = ({ step }: { readonly step: number }): ReactNode => (
    <>
      <b>{step}</b>
      <Slow />
    </>
  )
  const { container, show, showInTransition } = stage.mount()
  show(<App step={0} />)
  await turnUntil(() => stage.members() === 2)
  await stage.settle()
  const seen = watch(container)
  showInTransition(<App step={1} />)
  await countUntil(stage, mover, () => container.querySelector('b')?.textContent === '1')
  expect(seen.filter(({ length }) => length > 1)).toEqual([])
  expect(seen.at(-1)).toEqual(['10'])
})

it('while they follow a value that is deferred', async () => {
  const stage = createSlowStage()
  const mover = await stage.connect('room', { presence: { n: 0 } })
  const Row = ({ text }: { readonly text: string }): ReactNode => {
    const n = useOthers('room', ([other]) => `${text}${String(other?.presence['n'])}`)
    spend()
    return <i>{n}</i>
  }
  const App = ({ text }: { readonly text: string }): ReactNode => {
    const deferred = useDeferredValue(text)
    return (
      <>
        <b>{text}</b>
        {Array.from({ length: COUNT }, (_, at) => (
          <Row key={at} text={deferred} />
        ))}
      </>
    )
  }
  const { container, show } = stage.mount()
  show(<App text="a" />)
  await turnUntil(() => stage.members() === 2)
  await stage.settle()
  const seen = watch(container)
  show(<App text="b" />)
  await countUntil(stage, mover, () => textsOf(container)[0]?.startsWith('b') ?? false)
  expect(seen.filter(({ length }) => length > 1)).toEqual([])
  expect([seen[0], seen.at(-1)]).toEqual([['a0'], ['b10']])
})

it('by different hooks, of what one sets oneself', async () => {
  const stage = createSlowStage()
  const BySelf = (): ReactNode => {
    const n = useSelf('room', (self) => self?.presence['n'])
    spend()
    return <i>{String(n)}</i>
  }
  const ByPresence = (): ReactNode => {
    const [mine] = usePresence('room')
    spend()
    return <i>{String(mine['n'])}</i>
  }
  const ByMembers = (): ReactNode => {
    const [self] = useMembers('room')
    spend()
    return <i>{String(self?.presence['n'])}</i>
  }
  const App = (): ReactNode =>
    Array.from({ length: COUNT / 3 }, (_, at) => (
      <p key={at}>
        <BySelf />
        <ByPresence />
        <ByMembers />
      </p>
    ))
  const { result } = stage.renderHook(() => usePresence('room'))
  const { container, show, showInTransition } = stage.mount()
  show(null)
  await stage.settle()
  const set = (n: number): void => result.current[1]({ n })
  set(0)
  const seen = watch(container)
  showInTransition(<App />)
  const turns = await turnUntil(
    () => textsOf(container).length > 0,
    (at) => at % 3 === 0 && at < 40 && set(at),
  )
  expect(turns).toBeGreaterThan(1)
  set(100)
  await stage.settle()
  expect(seen.filter(({ length }) => length > 1)).toEqual([])
  expect(seen.at(-1)).toEqual(['100'])
})
