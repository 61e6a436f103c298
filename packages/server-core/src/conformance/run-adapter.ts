// Runs the suite for an adapter without a test runner.
import type { OpenAdapter } from './adapter'
import { Suite, type SuiteOptions } from './adapter/suite'
import { type Report, reportOf, type Result, runAll, type RunOptions } from './run'

export type RunAdapterOptions = SuiteOptions & Pick<RunOptions, 'concurrency' | 'onResult'>

/** Runs every case of the protocol, and what an adapter can get wrong. Rejects where no server can be opened, or a rule in `only` has no case. */
export async function runAdapter(open: OpenAdapter, options: RunAdapterOptions = {}): Promise<Report> {
  const { concurrency = 6, onResult, ...suiteOptions } = options
  const start = performance.now()
  const suite = new Suite(open, suiteOptions, true)
  const { url, pass } = await suite.server()
  const results = new Map<object, Result>()
  try {
    await runAll(suite.tests, pass ? 1 : concurrency, async (test) => {
      const result = await test.run()
      results.set(test, result)
      onResult?.(result)
    })
  } finally {
    await suite.close()
  }
  const inOrder = suite.tests.flatMap((test) => results.get(test) ?? [])
  return reportOf({ url, level: 'full', results: inOrder, start })
}
