// What the client and the hooks weigh in a page, measured from their sources.
import { describe, expect, it } from 'vitest'
import { budgets, bundle, measure, measureBeyond, reactEntries } from '../scripts/size.mjs'

it.each([
  ['the client', 'client', 6_000],
  ['the hooks that most pages need', 'hooks', 1_500],
  ['all hooks', 'all hooks', 3_000],
  ['the hooks that most pages need, and the provider,', 'with provider', 1_550],
  ['all of the hooks’ main entry', 'react', 3_150],
] as const)('keeps %s within budget', async (_, name, budget) => {
  expect(budgets[name]).toBe(budget)
  expect((await measure(name)).brotli).toBeLessThanOrEqual(budget)
})

const client = `export { createClient } from './packages/client/src/index'`

// What is only found in the code of an entry, and how many bytes of brotli that may have.
describe.each([
  [
    'contracts',
    'contract',
    `export { defineChannel } from './packages/client/src/contract'`,
    ['Standard Schema', '~standard', 'expected one of the events'],
    1_000,
  ],
  [
    'the fall-back',
    'event-stream',
    `export { eventStream } from './packages/client/src/event-stream'`,
    ['text/event-stream', 'member=true', 'keepalive'],
    2_200,
  ],
] as const)('%s', (_, entry, program, traces, maxBytes) => {
  it('leaves no trace in a page that does not import it', async () => {
    const [without, alone] = await Promise.all([bundle(client), bundle(program)])
    expect(traces.filter((trace) => !alone.includes(trace))).toEqual([])
    expect(traces.filter((trace) => without.includes(trace))).toEqual([])
  })

  it('costs a page its own bytes and no more', async () => {
    const [without, alone, both] = await Promise.all(
      [client, program, `${client}\n${program}`].map((contents) => bundle(contents)),
    )
    // They may share something, such as the class of errors.
    expect(both!.length).toBeLessThanOrEqual(without!.length + alone!.length)
    expect((await measure(entry)).brotli).toBeLessThanOrEqual(maxBytes)
  })

  it('brings no client with it', async () => {
    expect(await bundle(program)).not.toContain('PRESENCE:JOINED')
  })
})

describe('the hooks', () => {
  const hooks = `export * from './packages/react/src/index'`

  it('import React once, and no client', async () => {
    const code = await bundle(hooks)
    const imports = [...code.matchAll(/import\s*[^"]*"([^"]+)"/g)].map(([, from]) => from)
    expect(imports.toSorted()).toEqual(['react', 'react/jsx-runtime'])
    expect(code).not.toContain('PRESENCE:JOINED')
  })

  // What is only found in the code of an entry, and how many bytes of brotli it may add to all of the hooks.
  const entries = [
    ['suspense', ['ClientSideSuspense'], 900],
    ['hydration', ['dehydrate', 'expected a state'], 850],
    ['server', ['Bearer ', 'no answer within'], 900],
  ] as const

  it.each(entries.filter(([entry]) => reactEntries.includes(entry)))(
    'leave no trace of /%s in a page that does not import it, and it costs its own bytes',
    async (entry, traces, maxBytes) => {
      const [without, alone] = await Promise.all([
        bundle(hooks),
        bundle(`export * from './packages/react/src/${entry}'`),
      ])
      expect(traces.filter((trace) => !alone.includes(trace))).toEqual([])
      expect(traces.filter((trace) => without.includes(trace))).toEqual([])
      expect((await measureBeyond(entry)).brotli).toBeLessThanOrEqual(maxBytes)
    },
  )
})
