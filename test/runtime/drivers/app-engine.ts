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
    AbortController: AppAbortController,
    TextEncoder,
    WebSocket,
    clearTimeout,
    console,
    fetch: appFetch,
    navigator: { product: 'ReactNative' },
    performance,
    setTimeout,
  }
  // It has a `window`, and that is the global object; it has no `document`, `location` or `crypto`.
  const engine = createContext(globals)
  // Node's own engine may know this symbol already.
  runInContext('delete Symbol.dispose', engine)
  globals['window'] = globals['self'] = runInContext('globalThis', engine)
  runInContext(code, engine)
  const record = await (globals['runScenario'] as (task: Task) => Promise<Step[]>)(task)
  return JSON.parse(JSON.stringify(record)) as Step[]
}

/** React Native's fetch is made of XMLHttpRequest: there is an answer once all of it has come, and it has no `body`. */
async function appFetch(url: string, { signal, ...init }: RequestInit = {}) {
  const aborted = new AbortController()
  signal?.addEventListener('abort', () => aborted.abort())
  const response = await fetch(url, { ...init, signal: aborted.signal })
  const text = await response.text()
  const { ok, status } = response
  return { ok, status, text: () => Promise.resolve(text), json: () => Promise.resolve(text).then(JSON.parse) }
}

/** React Native's signals know neither `reason` nor `throwIfAborted`. */
class AppAbortController {
  readonly signal = Object.assign(new EventTarget(), { aborted: false })

  abort(): void {
    if (this.signal.aborted) return
    this.signal.aborted = true
    this.signal.dispatchEvent(new Event('abort'))
  }
}

const PROGRAM = 'globalThis.runScenario = (task) => run(task, library)'
