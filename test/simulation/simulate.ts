// A worker of `npm run simulate`: runs the seeds that it is sent, and tells what became of each.
import { hunt, report, shrunk } from './hunt'

interface Order {
  readonly seed: number
  readonly shrink: boolean
}

process.on('message', async ({ seed, shrink }: Order) => {
  const finding = await hunt(seed)
  const told = finding && report(shrink ? await shrunk(finding) : finding)
  process.send?.({ seed, report: told, invariant: finding?.violation.invariant })
})
process.on('disconnect', () => process.exit())
process.send?.({ ready: true })
