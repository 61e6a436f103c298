// `npm run check`: everything but the tests that must be right before a commit. Every step runs, whatever failed before.
import { build, ensureInstalled } from './ensure.mjs'
import { checkLockFiles } from './lock-file.mjs'
import { run, tool } from './run.mjs'
import { checkTypes } from './types.mjs'

await ensureInstalled()

const published = ['server-core', 'client', 'react']

/** @type {Step[]} */
const steps = [
  ['build', () => build()],
  ['types', async () => outcome(await checkTypes())],
  ['lint', () => run(tool('oxlint'), [], { quiet: true })],
  ['hooks lint', () => run(tool('eslint'), ['--max-warnings=0'], { quiet: true })],
  ['format', () => run(tool('oxfmt'), ['--check'], { quiet: true })],
  ['unused code', () => run(tool('knip'), ['--no-config-hints'], { quiet: true })],
  ['lock files', checkLockFiles],
  ...published.flatMap((name) => [publint(name), attw(name)]),
]

let failed = 0
for (const [name, step] of steps) {
  const start = performance.now()
  const { code, output } = await step()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(20)} ${seconds.padStart(5)} s`)
  if (code === 0) continue
  failed++
  console.log(`\n${output.trim()}\n`)
}
if (failed > 0) {
  console.log(
    `\n${failed} of ${steps.length} steps failed. "npm run format" repairs the format, if that is one of them.`,
  )
  process.exitCode = 1
}

/** @typedef {[name: string, step: () => Promise<{ code: number, output: string }>]} Step */

/** @param {string} output an empty one is a success */
function outcome(output) {
  return { code: output ? 1 : 0, output }
}

/**
 * @param {string} name
 * @returns {Step}
 */
function publint(name) {
  return [`publint ${name}`, () => run(tool('publint'), ['run', `packages/${name}`, '--strict'], { quiet: true })]
}

/**
 * Resolution from before Node 16 is left out: it knows no subpath exports.
 * @param {string} name
 * @returns {Step}
 */
// The set-up for vitest is a module for vitest alone, which is one itself.
function attw(name) {
  const ignored = ['--ignore-rules', 'cjs-resolves-to-esm']
  const args = ['--pack', `packages/${name}`, '--profile', 'node16', '--no-emoji', '--no-color', ...ignored]
  return [`attw ${name}`, () => run(tool('attw'), args, { quiet: true })]
}
