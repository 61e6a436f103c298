// How a listener is refused: by an HTTP status, or in band where it could not read one.
import { describe, expect, it } from 'vitest'
import { ask, upgrade } from '../support/requests'
import { createWorld } from '../support/world'

describe('a refusal in band', () => {
  const cases = [
    ['UNAUTHORIZED', () => ({ refuse: 'UNAUTHORIZED' }) as const, 4401],
    ['FORBIDDEN', () => false, 4403],
    [
      'INTERNAL',
      () => {
        throw new Error('broken')
      },
      1011,
    ],
  ] as const

  it.each(cases)(
    'is what a client that sends `session` reads: ERROR %s, then the close code, and no JOINED [LI-6]',
    async (code, refuse, close) => {
      const world = createWorld({ authorize: (request) => (request.token === 'good' ? true : refuse()) })
      const watcher = await world.connect('room', { query: '?token=good' })
      for (const session of ['new', '', 'whatever']) {
        const refused = await world.connect('room', { query: `?session=${session}` })
        expect(refused.received).toMatchObject([{ type: 'ERROR', payload: { code } }])
        for (const field of ['eventID', 'clientID'])
          expect(refused.received[0]![field]).toMatch(/^(evt|client)_[\w-]{16,}$/)
        expect(refused.received[0]!['latency']).toBe(0)
        expect(refused.closed?.code).toBe(close)
      }
      expect(watcher.types()).toEqual(['CONNECTED'])
      expect(world.server.channel('room').members()).toHaveLength(1)
    },
  )

  it('of a bad parameter says so [LI-6, LI-4]', async () => {
    const world = createWorld()
    const refused = await world.connect('room', { query: '?session=new&presence=nonsense' })
    expect(refused.received.map(({ type }) => type)).toEqual(['ERROR'])
    expect(refused.closed?.code).toBeGreaterThanOrEqual(4_000)
    expect(world.clock.pending).toBe(0)
  })

  it('is never given to a foreign origin, a bad name or a flood: those get their HTTP status [LI-6]', async () => {
    const world = createWorld({ limits: { requestBurst: 1, requestsPerSecond: 1 } })
    const peer = { address: '203.0.113.7' }
    expect(
      await upgrade(world, '/room/listen?session=new', { headers: { origin: 'https://evil.example' } }),
    ).toMatchObject({ status: 403, body: { error: { code: 'BAD_ORIGIN' } } })
    expect(await upgrade(world, '/_/listen?session=new')).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_CHANNEL' } },
    })
    expect(await upgrade(world, '/room/listen?session=new', { peer })).toMatchObject({ status: 101 })
    expect(await upgrade(world, '/room/listen?session=new', { peer })).toMatchObject({
      status: 429,
      body: { error: { code: 'RATE_LIMITED' } },
    })
  })

  it('is not for others: without `session` they get the HTTP status [LI-6]', async () => {
    const world = createWorld({ authorize: () => false })
    const refused = await world.connect('room')
    expect(refused.closed?.code).toBe(1006)
    expect(refused.received).toEqual([])
    expect(await ask(world, '/room/listen', { headers: { accept: 'text/event-stream' } })).toMatchObject({
      status: 403,
    })
  })
})
