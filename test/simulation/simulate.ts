// A worker of `npm run simulate`: runs the seeds that it is sent, and tells what became of each.
import { hunt, shrunk } from './hunt'
import { planOf } from './plan'
import { report, wholeLife } from './report'
import { run } from './run'

interface Order {
  readonly seed: number
  readonly shrink: boolean
  /** The whole life is wanted, whatever becomes of it. */
  readonly tell: boolean
}

process.on('message', async ({ seed, shrink, tell }: Order) => {
  const plan = planOf(seed)
  const life = tell ? wholeLife(plan, await run(plan)) : undefined
  const finding = await hunt(seed)
  const told = finding && report(shrink ? await shrunk(finding) : finding)
  process.send?.({ seed, life, report: told, invariant: finding?.violation.invariant })
})
process.on('disconnect', () => process.exit())
// Ctrl-C reaches the workers as well: whoever started them says what becomes of them.
process.on('SIGINT', () => undefined)
process.send?.({ ready: true })
