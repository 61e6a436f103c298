// One suite, unchanged, over every runtime and bridge: those that this process has, and as part of `npm run test:runtimes` the others.
import { describeAdapter } from '@websockets.do/server-core/conformance'
import { afterAll, beforeAll, describe, it } from 'vitest'
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
    // Side by side, since over a network they wait.
    describeAdapter('keeps the protocol', open, { describe, it: it.concurrent, afterAll, without })
  })
}
