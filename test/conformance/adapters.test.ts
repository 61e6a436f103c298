// One suite, unchanged, over every runtime and bridge that is installed here.
import { describeAdapter } from '@websockets.do/server-core/conformance'
import { afterAll, describe, it } from 'vitest'
import { targets } from './targets'

for (const { name, open, without } of targets.filter((target) => target.isInstalled())) {
  // Side by side, since over a network they wait.
  describeAdapter(name, open, { describe, it: it.concurrent, afterAll, without })
}
