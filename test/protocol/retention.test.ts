// Which events are retained: so many, so large, so long, and so much in the whole process.
import { describe, expect, it } from 'vitest'
import { createWorld, type WorldOptions } from '../support/world'

describe('the retained events', () => {
  const readable = { readable: true }
  const historyOf = async (world: ReturnType<typeof createWorld>, channel = 'room') =>
    ((await world.request(`/${channel}/history?limit=1000`)).body.history as { payload: unknown }[]).map(
      ({ payload }) => payload,
    )

  it('of a channel are the newest 1,000 [RS-1, LM-1]', async () => {
    const world = createWorld({ history: readable })
    for (let n = 1; n <= 1_000; n++) await world.server.channel('room').emit(n)
    expect(await historyOf(world)).toHaveLength(1_000)
    await world.server.channel('room').emit(1_001)
    const kept = await historyOf(world)
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([1_000, 2, 1_001])
  })

  it('of a channel have 1 MiB at most, whatever their number [RS-1]', async () => {
    const world = createWorld({ history: readable })
    for (let n = 0; n < 40; n++) await world.server.channel('room').emit(`${n} ${'x'.repeat(60_000)}`)
    const kept = (await historyOf(world)) as string[]
    expect(kept.length).toBeGreaterThan(14)
    expect(kept.length * 60_000).toBeLessThanOrEqual(1024 * 1024)
    expect(kept.at(-1)).toMatch(/^39 /)
  })

  it('are kept for 120 seconds [RS-1]', async () => {
    const world = createWorld({ history: readable })
    await world.connect('room')
    await world.server.channel('room').emit('old')
    await world.advance(60_000)
    await world.server.channel('room').emit('newer')
    await world.advance(59_000)
    expect(await historyOf(world)).toEqual(['old', 'newer'])
    await world.advance(3_000)
    expect(await historyOf(world)).toEqual(['newer'])
    await world.advance(60_000)
    expect(await historyOf(world)).toEqual([])
  })

  const bounded: [string, WorldOptions['history']][] = [
    ['maxEvents', { maxEvents: 2 }],
    ['maxBytes', { maxBytes: 2_500 }],
    ['maxTotalBytes', { maxTotalBytes: 2_500 }],
  ]
  it.each(bounded)('are bounded by %s [RS-1, LM-1]', async (_, history) => {
    const world = createWorld({ history: { ...readable, ...history } })
    for (const n of [1, 2, 3, 4]) await world.server.channel('room').emit(`${n}${'x'.repeat(999)}`)
    expect(((await historyOf(world)) as string[]).map((payload) => payload[0])).toEqual(['3', '4'])
  })

  it('of the whole process are bounded: the oldest go first, in whichever channel they are [LM-1]', async () => {
    const world = createWorld({ history: { ...readable, maxTotalBytes: 10_000 } })
    await world.server.channel('a').emit(`first ${'x'.repeat(3_000)}`)
    await world.server.channel('b').emit(`second ${'x'.repeat(3_000)}`)
    await world.server.channel('a').emit(`third ${'x'.repeat(3_000)}`)
    const [a, b] = [await historyOf(world, 'a'), await historyOf(world, 'b')]
    expect([a.length, b.length]).toEqual([2, 1])
    await world.server.channel('c').emit(`fourth ${'x'.repeat(3_000)}`)
    expect((await historyOf(world, 'a')).map((payload) => String(payload).split(' ')[0])).toEqual(['third'])
    expect(await historyOf(world, 'b')).toHaveLength(1)
    await world.server.channel('c').emit(`fifth ${'x'.repeat(9_000)}`)
    expect([await historyOf(world, 'a'), await historyOf(world, 'b')]).toEqual([[], []])
    expect(await historyOf(world, 'c')).toHaveLength(1)
  })

  it('of 20,000 channels that nobody listens to are bounded and then gone, the channels with them [LM-1, CH-4, I10]', async () => {
    const world = createWorld({ history: { maxTotalBytes: 100_000 } })
    for (let n = 0; n < 20_000; n++) void world.server.channel(`room-${n}`).emit({ n })
    await world.settled()
    const kept = Array.from({ length: 20_000 }, (_, n) => world.server.channel(`room-${n}`).history().length).filter(
      (count) => count > 0,
    )
    expect(kept.length).toBeGreaterThan(10)
    expect(kept.length).toBeLessThan(2_000)
    await world.advance(122_000)
    expect(world.clock.pending).toBe(0)
  })

  it('survive no clock that is set: what is kept does not depend on the wall clock [RS-1, I17]', async () => {
    const world = createWorld({ history: readable })
    await world.connect('room')
    await world.server.channel('room').emit(1)
    world.clock.stepWallClock(86_400_000)
    await world.advance(2_000)
    expect(await historyOf(world)).toEqual([1])
  })
})
