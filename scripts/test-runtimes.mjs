// `npm run test:runtimes`: the client and the server in every runtime that they are for, or the tests that the arguments name.
import { ensureRuntimes } from './ensure.mjs'
import { runTests } from './run-tests.mjs'

await runTests('runtime', ensureRuntimes)
