// Registers every case as a test of a runner that has `describe` and `it`: vitest, jest, node:test and others.
import type { ConformanceCase } from './case'
import type { ConformanceContext } from './context'
import { ConformanceError } from './errors'
import { paceOf, type Result, type RunOptions, runCase, selectCases } from './run'

/** The two functions of a test runner. */
export interface Runner {
  describe(name: string, body: () => void): unknown
  it(name: string, body: (...context: unknown[]) => Promise<void>, timeoutMs?: number): unknown
}

/** A server for one test, and how it is put away. */
export interface OpenedContext extends ConformanceContext {
  close?(): unknown
}

export type DescribeOptions = Runner & Pick<RunOptions, 'level' | 'slow' | 'only'>

/** One test a case. `open` is called for each of them; it may give the same server every time. */
export function describeConformance(
  name: string,
  open: () => OpenedContext | Promise<OpenedContext>,
  { describe, it, level = 'full', slow = false, only }: DescribeOptions,
): void {
  describe(name, () => {
    for (const one of selectCases(level, only)) {
      // No parameter by name: jest would take it for a callback.
      const test = async (...context: unknown[]) => await runTest(one, open, slow, context[0])
      it(`${one.rule}: ${one.title}`, test, one.slow === undefined ? MS : SLOW_MS)
    }
  })
}

async function runTest(
  one: ConformanceCase,
  open: () => OpenedContext | Promise<OpenedContext>,
  slow: boolean,
  test: unknown,
): Promise<void> {
  const target = await open()
  let result
  try {
    result = await runCase(one, target, { slow, pace: paceOf(target) })
  } finally {
    await target.close?.()
  }
  settle(result, test)
}

/** Ends a test as its case has ended: it skips where the runner can, and throws where the server has failed. */
export function settle({ rule, outcome, detail = '', frames = [] }: Result, test: unknown): void {
  if (outcome === 'skip' && canSkip(test)) test.skip(detail)
  if (outcome === 'fail') throw new ConformanceError([`${rule}: ${detail}`, ...frames].join('\n  '))
}

/** The context that vitest and node:test give to a test. That of vitest is a function, which complains when it is called. */
function canSkip(test: unknown): test is { skip(reason: string): void } {
  if ((typeof test !== 'object' && typeof test !== 'function') || test === null) return false
  return 'skip' in test && typeof test.skip === 'function'
}

const MS = 30_000
const SLOW_MS = 300_000
