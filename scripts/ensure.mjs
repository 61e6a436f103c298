// Brings a checkout to the state a script needs: installed, built, with a browser, the other runtimes, React 18 and the frameworks. Runs before any package is there.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium } from './chromium.mjs'
import { installReason } from './installed.mjs'
import { fail, root, run, tool } from './run.mjs'

/** Installs when node_modules is missing or is not what the lock file asks for. */
export async function ensureInstalled() {
  const reason = installReason()
  if (!reason) return
  const command = existsSync(join(root, 'package-lock.json')) ? 'ci' : 'install'
  console.log(`Installing packages (npm ${command}), because ${reason}.`)
  const { code } = await run('npm', [command])
  if (code !== 0) fail(`\nnpm ${command} failed: see its message above. Nothing else was tried.`)
}

/**
 * Builds what has changed since the last build, and keeps turbo's words for whoever wants them.
 * @param {string} [filter] a turbo filter; everything when left out
 */
export function build(filter) {
  const args = ['run', 'build', '--output-logs=errors-only', ...(filter ? [`--filter=${filter}`] : [])]
  const env = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
  return run(tool('turbo'), args, { quiet: true, env })
}

/**
 * Builds, silently unless it fails; then nothing that follows would make sense.
 * @param {string} [filter]
 */
export async function ensureBuilt(filter) {
  // Most often there is nothing to do, and nothing to say.
  const announcement = setTimeout(() => console.log('Building what has changed …'), 1_500)
  const { code, output } = await build(filter)
  clearTimeout(announcement)
  if (code !== 0) fail(`${output}\nThe build failed: see above. "npm run build" repeats it.`)
}

/**
 * The browser for the tests, installed where that is ours to do; undefined means that its tests are to be skipped.
 * @returns {Promise<string | undefined>}
 */
export async function ensureChromium() {
  const found = findChromium()
  if (found) return found
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium with apt-get, because the browser tests need one and none was found.')
    await aptInstall('chromium')
    const installed = findChromium()
    if (installed) return installed
  }
  const advice = 'Install Chromium or Chrome, or set CHROMIUM_PATH to one.'
  if (process.env['CI']) fail(`No browser was found, and under CI the browser tests must run. ${advice}`)
  console.log(`No browser was found: the browser tests are skipped. ${advice}`)
  return undefined
}

/** The other runtimes for the tests. Where they can't be had, their tests are skipped. */
export function ensureRuntimes() {
  return ensureFolder('test/runtime', {
    what: 'Node 22 and 24, Bun, Deno and workerd',
    megabytes: 730,
    why: 'the client and the server are tested in each',
    must: 'the client and the server must run in every runtime',
    without: 'The tests in other runtimes are skipped.',
  })
}

/** React 18 for the tests. Where it can't be had, those of the hooks run with React 19 alone. */
export function ensureReact18() {
  return ensureFolder('test/react-18', {
    what: 'React 18',
    megabytes: 13,
    why: 'the hooks are tested with it too',
    must: 'the hooks must run with React 18',
    without: 'The tests with React 18 are skipped.',
  })
}

/** The frameworks that the examples mount a server in. Where they can't be had, their tests are skipped. */
export function ensureFrameworks() {
  return ensureFolder('examples', {
    what: 'Express, Fastify, Hono, h3, Next.js and wrangler',
    megabytes: 560,
    why: 'the examples are started in the tests',
    must: 'the examples must run',
    without: 'The tests with frameworks are skipped.',
  })
}

/**
 * What some tests need and nobody else shall find: a folder with packages and a lock file of its own.
 * @param {string} path from the root
 * @param {{ what: string, megabytes: number, why: string, must: string, without: string }} words
 */
async function ensureFolder(path, { what, megabytes, why, must, without }) {
  const folder = join(root, path)
  const reason = installReason(folder)
  if (!reason) return
  console.log(`Installing ${what} in ${path} (npm ci, ${megabytes} MB), because ${why} and ${reason}.`)
  const { code, output } = await run('npm', ['ci'], { quiet: true, cwd: folder })
  if (code === 0) return
  const failed = `${output}\nnpm ci failed in ${path}: see above.`
  if (process.env['CI']) fail(`${failed} Under CI ${must}.`)
  console.log(`${failed} ${without}`)
}

/** @param {string} name */
async function aptInstall(name) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', name]]) {
    const { code, output } = await run('apt-get', args, { quiet: true, env })
    if (code !== 0) console.error(`${output}\napt-get ${args[0]} failed: see above.`)
  }
}
