// `npm run conformance`: runs the conformance kit over every runtime, side by side, and writes what it found into docs/conformance.md.
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rulesOf, tableOf, withTable } from './conformance-table.mjs'
import { ensureFrameworks, ensureInstalled, ensureRuntimes } from './ensure.mjs'
import { fail, root } from './run.mjs'

const program = join(root, 'test/conformance/run-target.ts')
const CONDITION = '--conditions=@websockets.do/source'

await ensureInstalled()
// The sources of the packages are found by a condition, which a process has from its beginning.
if (!process.execArgv.includes(CONDITION)) {
  const { code } = await run([CONDITION, '--import=tsx', import.meta.filename, ...process.argv.slice(2)], 'inherit')
  process.exit(code)
}

const { targets } = await import(new URL('../test/conformance/targets.ts', import.meta.url).href)
const { notSeen } = await import('@websockets.do/server-core/conformance')

const wanted = process.argv.slice(2)
/** @type {string[]} */
const names = targets.map((/** @type {{ name: string }} */ { name }) => name)
const stranger = wanted.find((name) => !names.includes(name))
if (stranger !== undefined) fail(`conformance: expected names among ${names.join(', ')}, got "${stranger}"`)
const chosen = targets.filter(
  (/** @type {{ name: string }} */ { name }) => wanted.length === 0 || wanted.includes(name),
)
const isMissing = (/** @type {{ isInstalled(): boolean }} */ target) => !target.isInstalled()
if (chosen.some(isMissing)) {
  await ensureRuntimes()
  await ensureFrameworks()
}
const missing = chosen.filter(isMissing).map((/** @type {{ name: string }} */ { name }) => name)

/** @type {string[]} */
const runnable = chosen
  .map((/** @type {{ name: string }} */ { name }) => name)
  .filter((/** @type {string} */ name) => !missing.includes(name))
console.log('Start to first answer, one after the other:')
for (const name of runnable) {
  const { output } = await run([CONDITION, '--import=tsx', program, name, 'start'], 'pipe')
  const { firstAnswerMs = '–' } = JSON.parse(output.trimEnd().split('\n').at(-1) || '{}')
  console.log(`  ${name.padEnd(12)} ${String(firstAnswerMs).padStart(4)} ms`)
}

console.log('Running every case, side by side. Events are retained for two minutes, and that is waited for …')
/** @type {Column[]} */
const columns = await Promise.all(runnable.map(column))
const rules = rulesOf(readFileSync(join(root, 'docs/protocol.md'), 'utf8'))
const table = tableOf(rules, columns, notSeen)
console.log(`\n${table}\n`)
for (const { name, results } of columns) {
  const count = (/** @type {string} */ outcome) => results.filter((result) => result.outcome === outcome).length
  const counts = `${count('pass')} passed, ${count('fail')} failed, ${count('skip')} skipped`
  console.log(`${name.padEnd(12)} ${counts}`)
}
const failures = columns.flatMap(({ name, results }) =>
  results.filter(({ outcome }) => outcome === 'fail').map((result) => ({ name, ...result })),
)
for (const { name, rule, title, detail = '', frames = [] } of failures)
  console.error(`\n${name} ${rule}: ${title}\n  ${[detail, ...frames].join('\n  ')}`)

if (missing.length > 0) fail(`\nNot installed, so the table stays as it was: ${missing.join(', ')}.`)
if (failures.length > 0) fail('\nThe table stays as it was.')
if (wanted.length === 0) {
  const path = join(root, 'docs/conformance.md')
  writeFileSync(path, withTable(readFileSync(path, 'utf8'), table))
}

/**
 * One target, in a process of its own: some replace what all others would use.
 * @param {string} name
 * @returns {Promise<Column>}
 * @typedef {import('./conformance-table.mjs').Result & { title: string, frames?: readonly string[] }} Told
 * @typedef {{ name: string, results: readonly Told[] }} Column
 */
async function column(name) {
  const { code, output, errors } = await run([CONDITION, '--import=tsx', program, name], 'pipe')
  const line = output.trimEnd().split('\n').at(-1) ?? ''
  if (code === 0 && line.startsWith('{')) return { name, ...JSON.parse(line) }
  const detail = `it ended with ${code} and without a report: ${errors || output}`
  return {
    name,
    results: rules.map((rule) => ({ rule, title: 'its suite', outcome: /** @type {const} */ ('fail'), detail })),
  }
}

/**
 * @param {string[]} args
 * @param {'inherit' | 'pipe'} stdio
 * @returns {Promise<{ code: number, output: string, errors: string }>}
 */
function run(args, stdio) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', stdio, stdio] })
  let [output, errors] = ['', '']
  child.stdout?.on('data', (chunk) => (output += String(chunk)))
  child.stderr?.on('data', (chunk) => (errors += String(chunk)))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? 1, output, errors })))
}
