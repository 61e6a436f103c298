// The scenario in a module worker, while it answers a request.
import { userBundle } from '../support/user-bundle'
import type { Step, Task } from '../support/task'

/** As much of miniflare as is used here. It is not installed where the types are checked. */
interface Miniflare {
  new (options: Record<string, unknown>): {
    dispatchFetch(url: string, init: { method: string; body: string }): Promise<Response>
    dispose(): Promise<void>
  }
}

/** `entry` is miniflare's own. */
export async function runInWorkerd(entry: string, task: Task): Promise<Step[]> {
  const { Miniflare } = (await import(/* @vite-ignore */ entry)) as { Miniflare: Miniflare }
  const contents = await userBundle(PROGRAM, ['workerd', 'worker', 'browser'])
  const worker = new Miniflare({
    modules: [{ type: 'ESModule', path: 'worker.mjs', contents }],
    compatibilityDate: '2026-04-01',
    host: '127.0.0.1',
    port: 0,
  })
  try {
    const response = await worker.dispatchFetch('http://worker.test/', { method: 'POST', body: JSON.stringify(task) })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return JSON.parse(text) as Step[]
  } finally {
    await worker.dispose()
  }
}

const PROGRAM = `
export default {
  async fetch(request) {
    return Response.json(await run(await request.json(), library))
  },
}
`
