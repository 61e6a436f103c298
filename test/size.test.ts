// The client's weight in a page, measured from its sources.
import { describe, expect, it } from 'vitest'
import { bundle, clientBudget, measure } from '../scripts/size.mjs'

it('keeps the client within 4 kB of brotli', async () => {
  expect(clientBudget).toBe(4000)
  expect((await measure('client')).brotli).toBeLessThanOrEqual(clientBudget)
})

describe('contracts', () => {
  const client = `export { createClient } from './packages/client/src/index'`
  const contract = `export { defineChannel } from './packages/client/src/contract'`
  const traces = ['Standard Schema', '~standard', 'expected one of the events']

  it('leave no trace in a page that imports none', async () => {
    const [without, alone] = await Promise.all([bundle(client), bundle(contract)])
    expect(traces.filter((trace) => !alone.includes(trace))).toEqual([])
    expect(traces.filter((trace) => without.includes(trace))).toEqual([])
  })

  it('cost a page their own bytes and no more, within 900 of brotli', async () => {
    const [without, alone, both] = await Promise.all(
      [client, contract, `${client}\n${contract}`].map((program) => bundle(program)),
    )
    // They share the class of errors, and how a named event is told.
    expect(both!.length).toBeLessThanOrEqual(without!.length + alone!.length)
    expect((await measure('contract')).brotli).toBeLessThanOrEqual(900)
  })

  it('bring no client with them', async () => {
    expect(await bundle(contract)).not.toContain('addEventListener')
  })
})
