// The client's weight in a page, measured from its sources.
import { describe, expect, it } from 'vitest'
import { bundle, clientBudget, measure } from '../scripts/size.mjs'

it('keeps the client within 6 kB of brotli', async () => {
  expect(clientBudget).toBe(6000)
  expect((await measure('client')).brotli).toBeLessThanOrEqual(clientBudget)
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
