// A server whose process ends between any two frames, while its sockets stay open: nobody outside can tell.
import { conformanceCases, runConformance } from '@websockets.do/server-core/conformance'
import { describe, expect, it } from 'vitest'
import { sleepingServer } from '../support/sleeping-server'

describe('a server that is put away whenever it has nothing to do', { timeout: 60_000 }, () => {
  it('keeps every rule that can be seen from outside', async () => {
    const target = sleepingServer()
    // How much somebody has sent lately is forgotten: a runtime waits longer than the rate takes to be full again.
    const only = conformanceCases.map(({ rule }) => rule).filter((rule) => rule !== 'CL-8')
    const { results, passed } = await runConformance(target, { only })
    expect(results.filter(({ outcome }) => outcome === 'fail')).toEqual([])
    expect(target.errors).toEqual([])
    expect(passed).toBeGreaterThan(150)
    expect(target.lives()).toBeGreaterThan(1_000)
  })

  it('keeps them too when it falls asleep after 10 seconds without anything to do', async () => {
    const target = sleepingServer({ idleMs: 10_000 })
    const { results } = await runConformance(target)
    expect(results.filter(({ outcome }) => outcome === 'fail')).toEqual([])
    expect(target.errors).toEqual([])
    expect(target.lives()).toBeGreaterThan(20)
  })
})
