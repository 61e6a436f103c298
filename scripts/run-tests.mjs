// Runs vitest with the arguments of this program. The last line counts the tests, for CI to read.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { countTests } from './count-tests.mjs'
import { ensureBuilt, ensureChromium, ensureInstalled } from './ensure.mjs'
import { root, run, tool } from './run.mjs'

/**
 * @param {string} project which of vitest's to run, unless the arguments name one: `unit`, or `!unit` for all but that
 * @param {() => Promise<void>} prepare brings what these tests need, beside packages, a build and a browser
 */
export async function runTests(project, prepare) {
  // Whatever goes wrong before the tests is a failure in the count too.
  let counts = { passed: 0, failed: 1, skipped: 0, reasons: new Map() }
  process.on('exit', () => console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`))

  await ensureInstalled()
  await ensureBuilt()
  const chromium = await ensureChromium()
  await prepare()

  const cache = join(root, 'node_modules', '.cache', 'websockets.do')
  const report = join(cache, `tests-${process.pid}.json`)
  mkdirSync(cache, { recursive: true })

  const given = process.argv.slice(2)
  const projects = given.some((word) => /^--project\b/.test(word)) ? [] : [`--project=${project}`]
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const env = chromium ? { CHROMIUM_PATH: chromium } : {}
  const { code } = await run(tool('vitest'), ['run', ...reporters, ...projects, ...given], { env })

  counts = countTests(report, code)
  rmSync(report, { force: true })
  for (const [why, count] of counts.reasons) console.log(`${String(count).padStart(4)} skipped: ${why}`)
  process.exitCode = code
}
