// The crossws adapter for real: through crossws' Node adapter, against what every adapter must get right and every rule of the protocol.
import { formatReport, runConformance } from '@websockets.do/server-core/conformance'
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeAdapter } from '../adapters/contract'
import { openCrossws } from './open-crossws'
import { hasFrameworks } from './support/installed'

describe.skipIf(!hasFrameworks)('crossws', () => {
  describeAdapter('crossws', openCrossws)

  it('keeps every rule of the protocol that can be seen from outside', { timeout: 300_000 }, async () => {
    const opened = await openCrossws({ history: { readable: true }, token: 'right' })
    onTestFinished(() => opened.close())
    const report = await runConformance(opened)
    expect(report.failed, formatReport(report)).toBe(0)
    const reasons = report.results.flatMap(({ outcome, detail }) => (outcome === 'skip' ? [detail] : []))
    expect(new Set(reasons)).toEqual(new Set(['slow: pass --slow']))
  })
})
