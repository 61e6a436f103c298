// Registers the suite for an adapter as tests of a runner that has `describe` and `it`.
import type { OpenAdapter } from './adapter'
import { Suite, type SuiteOptions } from './adapter/suite'
import { type Runner, settle } from './describe'

export type DescribeAdapterOptions = Runner &
  SuiteOptions & {
    /**
     * The runner's function for what is done once after all tests of a `describe`: then the protocol's cases share one server. Without it each
     * test opens its own.
     */
    afterAll?(run: () => Promise<void>): unknown
  }

/** One test a case: every case of the protocol, and what an adapter can get wrong. */
export function describeAdapter(
  name: string,
  open: OpenAdapter,
  { describe, it, afterAll, ...options }: DescribeAdapterOptions,
): void {
  describe(name, () => {
    const suite = new Suite(open, options, afterAll !== undefined)
    for (const { rule, title, isSlow, run } of suite.tests) {
      // No parameter by name: jest would take it for a callback.
      const test = async (...context: unknown[]) => settle(await run(), context[0])
      it(`${rule}: ${title}`, test, isSlow ? SLOW_MS : MS)
    }
    afterAll?.(() => suite.close())
  })
}

const MS = 30_000
const SLOW_MS = 300_000
