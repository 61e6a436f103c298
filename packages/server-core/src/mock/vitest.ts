// The set-up for vitest, in one line of its configuration: `setupFiles: ['@websockets.do/server-core/mock/vitest']`.
//
// Being imported is what it is for: it adds the matchers, checks after each test that its mock servers have nothing left
// running, and shows what went over the network when a test fails.
import { beforeEach, expect } from 'vitest'
import type { MockServer } from './mock-server'
import { onCreated } from './created'
import { type FramePattern, matchers, type Someone } from './matchers'

/** What the set-up adds to `expect(…)`. */
export interface MockMatchers<R> {
  /** A frame of this type, or with these fields, has arrived at a raw member. */
  toReceive(frame: FramePattern): R
  /** All of these have acknowledged; of an emit's answer. */
  toHaveBeenAckedBy(...people: Someone[]): R
  /** These, and nobody else, are members; of a client's channel. */
  toHaveMembers(people: readonly Someone[]): R
  /** These, and nobody else, are members; of the server's channel of that name. */
  toHaveMembers(channel: string, people: readonly Someone[]): R
}

declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-explicit-any -- as vitest declares it
  interface Matchers<T = any> extends MockMatchers<T> {}
}

expect.extend(matchers)

beforeEach(({ task, onTestFailed, onTestFinished }) => {
  const servers: MockServer[] = []
  const stop = onCreated((server) => void servers.push(server))
  onTestFailed(() => {
    const [error] = task.result?.errors ?? []
    if (!error) return
    // In the message, since not every reporter shows what a test prints.
    const message = [error.message, ...servers.slice(-MAX_SHOWN).map(picture)].join('\n\n')
    // Some reporters show the stack alone, which begins with the message.
    error.stack = error.stack?.replace(error.message, () => message) ?? ''
    error.message = message
  })
  // Called in reverse order: this is after all that the test itself has registered.
  onTestFinished(async () => {
    stop()
    // Tests that run at the same time would answer for each other's servers.
    if (task.concurrent || task.result?.state === 'fail') return
    for (const server of servers) {
      await server.settled()
      const [fault] = server.errors
      if (fault)
        throw new Error(`a handler has failed (${fault.context}): ${String(fault.error)}`, { cause: fault.error })
      server.assertNoLeaks()
    }
  })
})

function picture(server: MockServer): string {
  const { found } = server.leaks()
  const running = found.length === 0 ? '' : `\n\nstill running:\n${found.map((leak) => `  ${leak}`).join('\n')}`
  return `seed ${server.seed}, the last frames:\n\n${server.diagram()}${running}\n`
}

/** A test may create hundreds, one after the other: the one that failed it is among the last. */
const MAX_SHOWN = 2
