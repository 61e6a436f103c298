// One suite, unchanged, over every runtime and bridge: those that this process has, and as part of `npm run test:runtimes` the others.
import { describeAdapter } from '@websockets.do/server-core/conformance'
import { afterAll, beforeAll, describe, it, type TestContext } from 'vitest'
import { tellMissing } from '../runtime/support/missing'
import { targets } from './targets'

const others = process.env['TARGETS'] === 'others'
const chosen = targets.filter(({ isOther = false }) => isOther === others)
tellMissing(
  'the server',
  chosen.map((target) => ({ name: target.name, command: target.isInstalled() })),
)

for (const target of chosen) {
  const { name, open, without, install } = target
  describe(name, { skip: !target.isInstalled() }, () => {
    let putBack: (() => void) | undefined
    beforeAll(() => {
      putBack = install?.()
    })
    afterAll(() => putBack?.())
    describeAdapter('keeps the protocol', open, { describe, it: besideOthers, afterAll, without })
  })
}

/** Side by side, since over a network they wait. Why one is skipped is noted for whoever counts them. */
function besideOthers(name: string, body: (context: unknown) => Promise<void>, timeoutMs?: number): void {
  const run = (context: TestContext) =>
    body({
      skip(why: string) {
        Object.assign(context.task.meta, { why })
        context.skip(why)
      },
    })
  it.concurrent(name, run, timeoutMs)
}
