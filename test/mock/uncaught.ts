// The exceptions of a test that nobody catches, and which it is about.
import { onTestFinished } from 'vitest'

/** From now on, until the test is over, they are collected instead of failing the run. */
export function collectUncaught(): string[] {
  const uncaught: string[] = []
  const others = process.listeners('uncaughtException')
  const note = (error: Error) => void uncaught.push(error.message)
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', note)
  onTestFinished(() => {
    process.off('uncaughtException', note)
    for (const other of others) process.on('uncaughtException', other)
  })
  return uncaught
}
