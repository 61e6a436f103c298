// Components that take their time to render, so that React renders them bit by bit, and frames come in between.
import { useOthers } from '@websockets.do/react'
import type { ReactNode } from 'react'
import { onTestFinished } from 'vitest'
import { createStage, type Stage } from './stage'

let now = 0

/** A stage in whose tests React's scheduler knows no time but what `spend` spends. */
export function createSlowStage(): Stage {
  const { now: real } = performance
  performance.now = () => now
  onTestFinished(() => {
    performance.now = real
  })
  return createStage({ strict: false, page: true })
}

/** What a slow component does while it renders: longer than React stays at it without looking around. */
export function spend(ms = 50): void {
  now += ms
}

/** One turn of the event loop: React does one bit of what it has to render. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** Lets React go on until something is so, and gives how many turns that took; `between` is awaited before each. */
export async function turnUntil(isSo: () => boolean, between?: (turns: number) => unknown): Promise<number> {
  for (let turns = 0; turns < 2_000; turns++) {
    if (isSo()) return turns
    await between?.(turns)
    await turn()
  }
  throw new Error('it never was so')
}

/** How many of them there are in `Slow`. */
export const COUNT = 30

const One = (): ReactNode => {
  const n = useOthers('room', ([other]) => String(other?.presence['n'] ?? 0))
  spend()
  return <i>{n}</i>
}

/** Many components that show the presence of one and the same member. */
export const Slow = (): ReactNode => Array.from({ length: COUNT }, (_, at) => <One key={at} />)

/** What each of them shows. */
export const textsOf = (container: HTMLElement): string[] =>
  Array.from(container.querySelectorAll('i'), ({ textContent }) => textContent ?? '')

/** What is shown, each thing once, at every moment at which somebody could have looked. */
export function watch(container: HTMLElement): string[][] {
  const seen: string[][] = []
  const observer = new MutationObserver(() => seen.push([...new Set(textsOf(container))]))
  observer.observe(container, { childList: true, characterData: true, subtree: true })
  onTestFinished(() => observer.disconnect())
  return seen
}
