import { createMockServer, type MockServer } from '@websockets.do/server-core/mock'
import { createClient } from '@websockets.do/client'
import { describe, expect, it } from 'vitest'

const CLIENTS = 10_000
const CHANNELS = 10_000

/** Very many clients, and when each of them knocks at the server, in virtual ms. */
async function crowd() {
  const server = createMockServer()
  const knocks: number[] = []
  class Counted extends server.WebSocket {
    constructor(url: string) {
      super(url)
      knocks.push(server.clock.now())
    }
  }
  const clients = Array.from({ length: CLIENTS }, (_, at) => {
    const client = createClient({ ...server, WebSocket: Counted })
    return { client, channel: client.channel(`room-${at % CHANNELS}`) }
  })
  await server.settled()
  knocks.length = 0
  return {
    ...server,
    knocks,
    open: () => clients.filter(({ channel }) => channel.status.state === 'open').length,
    async end() {
      for (const { client } of clients) client.close()
      await server.settled()
      await server.close()
    },
  } satisfies Partial<MockServer> & Record<string, unknown>
}

/** How many fall into each stretch of so many ms. */
function perStretch(times: readonly number[], ms: number): number[] {
  const counts: number[] = []
  for (const time of times) counts[Math.floor(time / ms)] = (counts[Math.floor(time / ms)] ?? 0) + 1
  return Array.from(counts, (count) => count ?? 0)
}

describe('10,000 clients', { timeout: 60_000 }, () => {
  it('whose server restarts come back spread evenly over the 5 s after the second that it asks for [I13]', async () => {
    const { knocks, open, restart, advance, clock, end } = await crowd()
    const start = clock.now()
    await restart({ drainMs: 1 })
    await advance('10s')
    const perSecond = perStretch(
      knocks.map((time) => time - start),
      1_000,
    )
    expect(perSecond[0]).toBe(0)
    expect(perSecond).toHaveLength(6)
    // Of 10,000 thrown by chance into 5 s, 2,000 ± 40 fall into each: 5 standard deviations.
    for (const count of perSecond.slice(1)) expect(Math.abs(count - 2_000)).toBeLessThan(200)
    expect(open()).toBe(CLIENTS)
    await end()
  })

  it('whose server crashes and is away for 10 s are no herd when it is back: each second brings fewer than the one before could [I13]', async () => {
    const { knocks, open, stop, start, advance, clock, end } = await crowd()
    const began = clock.now()
    await stop()
    await advance('10s')
    const before = knocks.length
    start()
    await advance('60s')
    const perSecond = perStretch(
      knocks.slice(before).map((time) => time - began - 10_000),
      1_000,
    )
    expect(open()).toBe(CLIENTS)
    // Full jitter: by then the windows are 8 s and longer, so that no second has more than a fifth of them all.
    expect(Math.max(...perSecond)).toBeLessThan(CLIENTS / 5)
    // And nobody has knocked oftener than the windows of 0.5, 1, 2, 4, 8 s allow on average.
    expect(before / CLIENTS).toBeLessThan(6)
    await end()
  })
})
