// Runs the adapters' suite over one target, in a process of its own, and prints what came of it as one line of JSON.
import { runAdapter } from '@websockets.do/server-core/conformance'
import { targets } from './targets'

const [name] = process.argv.slice(2)
const target = targets.find((one) => one.name === name)
if (!target) throw new Error(`expected the name of a target, got "${name}"`)
const { open, without, install } = target

const putBack = install?.()
const start = performance.now()
const first = await open()
await first.fetch(`${first.url.replace(/^ws/, 'http')}/_/health`)
const firstAnswerMs = Math.round(performance.now() - start)
await first.close()

const { results, ms } = await runAdapter(open, { without, slow: true, concurrency: 8 })
putBack?.()
process.stdout.write(`${JSON.stringify({ results, ms, firstAnswerMs })}\n`)
