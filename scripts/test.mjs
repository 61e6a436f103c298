// `npm test`: every test but those in other runtimes, or those that the arguments name.
import { ensureReact18 } from './ensure.mjs'
import { runTests } from './run-tests.mjs'

await runTests('!runtime', ensureReact18)
