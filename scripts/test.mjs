// `npm test`: every test, or those that the arguments name. The last line counts them, for CI to read.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt, ensureChromium, ensureInstalled, ensureReact18, ensureRuntimes } from './ensure.mjs'
import { root, run, tool } from './run.mjs'
import { countTests } from './count-tests.mjs'

// Whatever goes wrong before the tests is a failure in the count too.
let counts = { passed: 0, failed: 1, skipped: 0 }
process.on('exit', () => console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`))

await ensureInstalled()
await ensureBuilt()
const chromium = await ensureChromium()
await ensureRuntimes()
await ensureReact18()

const cache = join(root, 'node_modules', '.cache', 'websockets.do')
const report = join(cache, `tests-${process.pid}.json`)
mkdirSync(cache, { recursive: true })

const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
const env = chromium ? { CHROMIUM_PATH: chromium } : {}
const { code } = await run(tool('vitest'), ['run', ...reporters, ...process.argv.slice(2)], { env })

counts = countTests(report, code)
rmSync(report, { force: true })
process.exitCode = code
