// One suite, unchanged, over every runtime and bridge that is installed here.
import { describeAdapter } from '@websockets.do/server-core/conformance'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { targets } from './targets'

for (const { name, open, without, install } of targets.filter((target) => target.isInstalled())) {
  describe(name, () => {
    let putBack: (() => void) | undefined
    beforeAll(() => {
      putBack = install?.()
    })
    afterAll(() => putBack?.())
    // Side by side, since over a network they wait.
    describeAdapter('keeps the protocol', open, { describe, it: it.concurrent, afterAll, without })
  })
}
