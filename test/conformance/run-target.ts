// Runs the adapters' suite over one target, in a process of its own, and prints what came of it as one line of JSON; with `start` how long its first answer takes.
import { runAdapter } from '@websockets.do/server-core/conformance'
import { targets } from './targets'

const [name, what] = process.argv.slice(2)
const target = targets.find((one) => one.name === name)
if (!target) throw new Error(`expected the name of a target, got "${name}"`)
const { open, without, install } = target

const putBack = install?.()
if (what === 'start') {
  // The first time its program is bundled, too.
  await (await open()).close()
  const start = performance.now()
  const server = await open()
  await server.fetch(`${server.url.replace(/^ws/, 'http')}/_/health`)
  process.stdout.write(`${JSON.stringify({ firstAnswerMs: Math.round(performance.now() - start) })}\n`)
  await server.close()
} else {
  const { results, ms } = await runAdapter(open, { without, slow: true, concurrency: 4 })
  process.stdout.write(`${JSON.stringify({ results, ms })}\n`)
}
putBack?.()
