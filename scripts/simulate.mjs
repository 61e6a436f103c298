// `npm run simulate`: lives through random plans with real clients and a real server, and stops at the first that breaks an invariant.
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ensureInstalled } from './ensure.mjs'
import { root } from './run.mjs'

const USAGE = `Usage: npm run simulate -- [--seeds 1000] [--from 1] [--all] [--no-shrink] [--verbose]
       npm run simulate -- --seed 4711 [--no-shrink] [--verbose]

  --seeds      how many lives (default 1000)
  --from       the first seed (default 1)
  --seed       this one alone
  --all        go on after a life that breaks an invariant
  --no-shrink  show it as it was found, and do not look for the fewest steps that break it
  --verbose    with --seed: its conditions, its steps and all that went over the network; otherwise each seed as it is done
`

const wanted = readArguments()

await ensureInstalled()

const started = performance.now()
/** Seeds and what became of them. */
const failed = new Map()
/** What each worker is at. */
const running = new Map()
let next = wanted.from
let done = 0
let isOver = false
/** Workers that ended before they had a seed. */
let stillborn = 0

process.on('SIGINT', () => interrupted(130))
process.on('SIGTERM', () => interrupted(143))

await Promise.all(Array.from({ length: Math.min(wanted.count, availableParallelism()) }, work))
clearLine()
const rate = Math.round(done / ((performance.now() - started) / 1_000))
console.log(`${ran()}, ${failed.size} failed, ${rate} seeds/s`)
if (failed.size > 0) console.log(`Failed: ${[...failed].map(([seed, why]) => `${seed} (${why})`).join(', ')}`)
else if (done < wanted.count) console.error(`simulate: ${wanted.count - done} of ${wanted.count} seeds were not run`)
if (failed.size > 0 || stillborn > 0 || done < wanted.count) process.exitCode = 1

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: 'string' },
        from: { type: 'string' },
        seed: { type: 'string' },
        all: { type: 'boolean', default: false },
        'no-shrink': { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) {
      process.stdout.write(USAGE)
      process.exit(0)
    }
    const isSingle = values.seed !== undefined
    if (isSingle && (values.seeds !== undefined || values.from !== undefined))
      throw new Error('expected either --seed or --seeds and --from')
    const from = isSingle ? whole('--seed', values.seed) : whole('--from', values.from ?? '1')
    const count = isSingle ? 1 : whole('--seeds', values.seeds ?? '1000')
    if (count < 1) throw new Error('expected --seeds to be 1 or more')
    if (from > Number.MAX_SAFE_INTEGER - count + 1) throw new Error('expected seeds below 2^53')
    return { from, count, isSingle, all: values.all, shrink: !values['no-shrink'], verbose: values.verbose }
  } catch (error) {
    return misuse(error instanceof Error ? error.message : String(error))
  }
}

/**
 * @param {string} option
 * @param {string | undefined} text
 */
function whole(option, text = '') {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new Error(`expected ${option} to be a whole number from 0 to 2^53 - 1, got "${text}"`)
  return value
}

/**
 * Lives through seeds until there are none left; a worker that dies at one is replaced where all are wanted.
 * @returns {Promise<void>}
 */
async function work() {
  const worker = fork(new URL('../test/simulation/simulate.ts', import.meta.url), {
    cwd: root,
    execArgv: ['--conditions=@websockets.do/source', '--import', 'tsx'],
  })
  worker.on('message', (message) => {
    const { seed, ...found } = /** @type {{ seed?: number } & Found} */ (message)
    running.delete(worker)
    if (seed !== undefined) tell(seed, found)
    // One failure is enough, unless all are wanted.
    isOver ||= next >= wanted.from + wanted.count || (failed.size > 0 && !wanted.all)
    if (isOver) return worker.disconnect()
    running.set(worker, next)
    worker.send({ seed: next++, shrink: wanted.shrink, tell: wanted.isSingle && wanted.verbose })
  })
  const how = await new Promise((resolve) => {
    worker.on('error', (error) => resolve(`could not be used: ${error.message}`))
    worker.on('exit', (code, signal) => resolve(code === null ? `was ended by ${signal}` : `ended with code ${code}`))
  })
  // At Ctrl-C the workers may be gone before this process has heard of it.
  if (how.endsWith('SIGINT')) await delay(200)
  const at = running.get(worker)
  running.delete(worker)
  if (at === undefined && worker.connected === false && how === 'ended with code 0') return
  clearLine()
  if (at === undefined) {
    stillborn++
    return console.error(`simulate: a worker ${how} while it was at no seed`)
  }
  failed.set(at, `the worker ${how}`)
  console.error(`simulate: a worker ${how} at seed ${at}: npm run simulate -- --seed ${at}`)
  if (wanted.all && next < wanted.from + wanted.count) return work()
}

/** @typedef {{ report?: string, life?: string, invariant: string }} Found */

/**
 * @param {number} seed
 * @param {Found} found
 */
function tell(seed, { report, life, invariant }) {
  done++
  if (report !== undefined) failed.set(seed, invariant)
  if (life !== undefined) console.log(`${life}\n`)
  if (report !== undefined) {
    clearLine()
    console.log(`${report}\n`)
  } else if (wanted.verbose) console.log(`seed ${seed} is fine`)
  else if (done % 1_000 === 0 && done < wanted.count) {
    clearLine()
    console.log(`${done} of ${wanted.count} seeds, ${failed.size} failed`)
  } else if (process.stdout.isTTY && done % 20 === 0) process.stdout.write(`\r${done} of ${wanted.count} seeds`)
}

/** @param {number} code */
function interrupted(code) {
  clearLine()
  const seeds = [...running.values()].join(', ')
  console.log(`Interrupted: ${ran()}, ${failed.size} failed${seeds && `; under way: ${seeds}`}`)
  for (const worker of running.keys()) worker.kill('SIGKILL')
  process.exit(code)
}

function ran() {
  const some = done < wanted.count ? `${done} of ${wanted.count}` : `${done}`
  return `${some} ${wanted.count === 1 ? 'seed' : 'seeds'} from ${wanted.from}`
}

function clearLine() {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K')
}

/**
 * @param {string} message
 * @returns {never}
 */
function misuse(message) {
  console.error(`simulate: ${message.replace(/\s+/g, ' ')}\n\n${USAGE}`)
  process.exit(2)
}
