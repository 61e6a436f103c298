// The scenario in an engine as React Native has it: a bundle of older syntax, few globals, and neither a page nor Node around it.
import { createContext, runInContext } from 'node:vm'
import { WebSocket } from 'ws'
import type { Step, Task } from '../support/task'
import { userBundle } from '../support/user-bundle'

export async function runInAppEngine(task: Task): Promise<Step[]> {
  const code = await userBundle(PROGRAM, ['react-native', 'require'], {
    format: 'iife',
    platform: 'neutral',
    mainFields: ['react-native', 'browser', 'main'],
    target: 'es2017',
  })
  const globals: Record<string, unknown> = {
    AbortController,
    TextEncoder,
    WebSocket,
    clearTimeout,
    console,
    fetch,
    navigator: { product: 'ReactNative' },
    performance,
    setTimeout,
  }
  // It has a `window`, and that is the global object; it has no `document`, `location` or `crypto`.
  const engine = createContext(globals)
  globals['window'] = globals['self'] = runInContext('globalThis', engine)
  runInContext(code, engine)
  const record = await (globals['runScenario'] as (task: Task) => Promise<Step[]>)(task)
  return JSON.parse(JSON.stringify(record)) as Step[]
}

const PROGRAM = 'globalThis.runScenario = (task) => run({ ...task, createClient })'
