// `npm run test:runtimes`: the client and the server in every runtime that they are for, and in the frameworks, or the tests that the arguments name.
import { ensureFrameworks, ensureRuntimes } from './ensure.mjs'
import { runTests } from './run-tests.mjs'

await runTests('runtime', async () => {
  await ensureRuntimes()
  await ensureFrameworks()
})
