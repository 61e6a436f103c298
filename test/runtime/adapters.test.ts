// A server in every runtime that has an adapter, as a process of its own.
import { formatReport, runConformance } from '@websockets.do/server-core/conformance'
import { describe, expect, it } from 'vitest'
import { openIn } from './servers/open-in'

describe.concurrent.each(['this Node', 'Node 22', 'Node 24', 'Bun', 'Deno'])('a server on %s', (name) => {
  it('keeps every rule', async () => {
    const t = performance.now()
    const server = await openIn(name)({ history: { readable: true }, getEmit: true })
    console.log(name, 'start', performance.now() - t)
    const report = await runConformance(server)
    await server.close()
    console.log(name, formatReport(report))
    expect(report.failed).toBe(0)
  })
})
