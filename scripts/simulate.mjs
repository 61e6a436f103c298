// `npm run simulate`: lives through random plans with real clients and a real server, and stops at the first that breaks an invariant.
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { ensureInstalled } from './ensure.mjs'
import { fail, root } from './run.mjs'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    all: { type: 'boolean', default: false },
    shrink: { type: 'boolean', default: true },
    verbose: { type: 'boolean', default: false },
  },
  allowNegative: true,
})
const only = values.seed === undefined ? undefined : Number(values.seed)
const from = only ?? Number(values.from)
const count = only === undefined ? Number(values.seeds) : 1
if (!Number.isInteger(from) || !Number.isInteger(count) || count < 1)
  fail('expected whole numbers: npm run simulate -- --seeds 10000 --from 1, or --seed 4711')

await ensureInstalled()

const started = performance.now()
/** Seeds and what they broke. */
const failed = new Map()
let next = from
let done = 0

await Promise.all(Array.from({ length: Math.min(count, availableParallelism()) }, work))
if (process.stdout.isTTY) process.stdout.write('\r\x1b[K')
const rate = Math.round(done / ((performance.now() - started) / 1_000))
console.log(`${done} ${done === 1 ? 'seed' : 'seeds'} from ${from}, ${failed.size} failed, ${rate} seeds/s`)
if (failed.size > 0) {
  console.log(`Failed: ${[...failed].map(([seed, invariant]) => `${seed} (${invariant})`).join(', ')}`)
  process.exitCode = 1
}

function work() {
  const worker = fork(new URL('../test/simulation/simulate.ts', import.meta.url), {
    cwd: root,
    execArgv: ['--conditions=@websockets.do/source', '--import', 'tsx'],
  })
  return new Promise((resolve) => {
    let running = from
    worker.on('message', (message) => {
      const { seed, report, invariant } = /** @type {{ seed?: number, report?: string, invariant: string }} */ (message)
      if (seed !== undefined) tell(seed, report, invariant)
      running = next
      // One failure is enough, unless all are wanted.
      if (next >= from + count || (failed.size > 0 && !values.all)) return worker.disconnect()
      worker.send({ seed: next++, shrink: values.shrink })
    })
    worker.on('exit', (code) => {
      if (code) {
        failed.set(running, 'crashed')
        console.error(`The worker ended with ${code} at seed ${running}: npm run simulate -- --seed ${running}`)
      }
      resolve(undefined)
    })
  })
}

/**
 * @param {number} seed
 * @param {string | undefined} report
 * @param {string} invariant
 */
function tell(seed, report, invariant) {
  done++
  if (report !== undefined) {
    failed.set(seed, invariant)
    console.log(`${process.stdout.isTTY ? '\r\x1b[K' : ''}${report}\n`)
  } else if (values.verbose) console.log(`seed ${seed} is fine`)
  else if (process.stdout.isTTY && done % 20 === 0) process.stdout.write(`\r${done} of ${count} seeds`)
}
