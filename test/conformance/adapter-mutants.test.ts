// The adapters' own cases find adapters that get something wrong, and each of them finds at least one.
import { adapterCases, type Result, runAdapter } from '@websockets.do/server-core/conformance'
import { afterAll, describe, expect, it } from 'vitest'
import { adapterMutants, adapterOf } from './adapter-mutants'

const titleOf = ({ rule, title }: { rule: string; title: string }) => `${rule}: ${title}`
const own = new Set(adapterCases.map(titleOf))
const only = [...new Set(adapterCases.map(({ rule }) => rule))]

/** What needs a WebSocket that can stop reading, which that of memory can't. */
const elsewhere = ['LM-1: cuts off a WebSocket that is not read, and the others lose nothing']

describe('the adapters’ own cases, with an adapter that gets something wrong', () => {
  const failed = new Set<string>(elsewhere)

  it.each(adapterMutants)('find one that $what: $breaks', { timeout: 20_000 }, async (mutant) => {
    const { results } = await runAdapter(adapterOf(mutant), { only })
    const fails = results.filter((result: Result) => result.outcome === 'fail' && own.has(titleOf(result)))
    for (const result of fails) failed.add(titleOf(result))
    expect([...new Set(fails.map(({ rule }) => rule))]).toEqual(mutant.breaks)
  })

  afterAll(() => expect([...own].filter((title) => !failed.has(title))).toEqual([]))
})
