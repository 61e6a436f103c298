// The virtual clock by itself: which timer fires when, and what may be done while it fires.
import { VirtualClock } from '@websockets.do/server-core/mock'
import { describe, expect, it } from 'vitest'

const nothing = async () => {}

describe('a virtual clock', () => {
  it('fires by time, and at one time in the order in which it was set', async () => {
    const clock = new VirtualClock()
    const fired: string[] = []
    for (const [name, ms] of [
      ['c', 20],
      ['a', 10],
      ['d', 20],
      ['b', 10],
      ['now', 0],
      ['past', -5],
    ] as const) {
      clock.after(ms, () => fired.push(`${name} ${clock.now()}`))
    }
    await clock.advance(20, nothing)
    expect(fired).toEqual(['now 0', 'past 0', 'a 10', 'b 10', 'c 20', 'd 20'])
  })

  it('fires nothing that was cancelled, whenever that was', async () => {
    const clock = new VirtualClock()
    const fired: string[] = []
    const cancelLast = clock.after(30, () => fired.push('last'))
    clock.after(10, () => {
      fired.push('first')
      cancelSecond()
      cancelFirst()
    })
    const cancelFirst = clock.after(5, () => fired.push('zeroth'))
    const cancelSecond = clock.after(10, () => fired.push('second'))
    cancelLast()
    cancelLast()
    expect(clock.pending).toBe(3)
    await clock.advance(100, nothing)
    expect(fired).toEqual(['zeroth', 'first'])
    expect(clock.pending).toBe(0)
  })

  it('fires again and again, until that is stopped, from within too', async () => {
    const clock = new VirtualClock()
    const fired: number[] = []
    const stop = clock.every(10, () => {
      fired.push(clock.now())
      if (fired.length === 3) stop()
    })
    await clock.advance(25, nothing)
    expect([fired, clock.pending]).toEqual([[10, 20], 1])
    await clock.advance(100, nothing)
    expect([fired, clock.pending]).toEqual([[10, 20, 30], 0])
  })

  it('takes timers that timers set, due in the same stretch of time', async () => {
    const clock = new VirtualClock()
    const fired: number[] = []
    const chain = () => {
      fired.push(clock.now())
      if (fired.length < 5) clock.after(7, chain)
    }
    clock.after(7, chain)
    clock.after(7, () => clock.after(0, () => fired.push(-1)))
    await clock.advance(30, nothing)
    expect(fired).toEqual([7, -1, 14, 21, 28])
    expect([clock.now(), clock.pending]).toEqual([30, 0])
  })

  it('has something done before the first timer, and after each', async () => {
    const clock = new VirtualClock()
    const log: string[] = []
    for (const ms of [1, 2]) clock.after(ms, () => log.push(`timer ${ms}`))
    await clock.advance(5, async () => void log.push('between'))
    expect(log).toEqual(['between', 'timer 1', 'between', 'timer 2', 'between'])
  })

  it('may be advanced while it is advancing', async () => {
    const clock = new VirtualClock()
    const fired: number[] = []
    for (const ms of [10, 20, 30, 40]) clock.after(ms, () => fired.push(clock.now()))
    let inner: Promise<void> | undefined
    clock.after(15, () => (inner = clock.advance(20, nothing)))
    await clock.advance(25, nothing)
    await inner
    expect(fired).toEqual([10, 20, 30])
    expect(clock.now()).toBe(35)
  })

  it('lets a timer that throws reject the advance, and goes on with the next one', async () => {
    const clock = new VirtualClock()
    const fired: string[] = []
    clock.after(10, () => {
      throw new Error('thrown')
    })
    clock.after(20, () => fired.push('next'))
    await expect(clock.advance(30, nothing)).rejects.toThrow('thrown')
    expect(clock.pending).toBe(1)
    await clock.advance(30, nothing)
    expect(fired).toEqual(['next'])
  })

  it('freezes: time passes, and what fell due fires late, once', async () => {
    const clock = new VirtualClock()
    const fired: number[] = []
    clock.every(10, () => fired.push(clock.now()))
    clock.freeze(95)
    expect(fired).toEqual([])
    await clock.advance(0, nothing)
    expect(fired).toEqual([95])
    await clock.advance(10, nothing)
    expect(fired).toEqual([95, 105])
  })

  it('has a wall clock that begins in 2026, goes along, and may be set', async () => {
    const clock = new VirtualClock()
    expect(new Date(clock.unixNow()).toISOString()).toBe('2026-01-01T00:00:00.000Z')
    await clock.advance(1_000, nothing)
    clock.stepWallClock(-500)
    expect([clock.unixNow() - Date.UTC(2026, 0, 1), clock.now()]).toEqual([500, 1_000])
  })

  it('fires 100,000 timers that were set in any order, half of them cancelled', async () => {
    const clock = new VirtualClock()
    const fired: number[] = []
    let at = 1
    for (let n = 0; n < 100_000; n++) {
      at = (at * 48_271) % 2_147_483_647
      const cancel = clock.after(at, () => fired.push(clock.now()))
      if (n % 2) cancel()
    }
    expect(clock.pending).toBe(50_000)
    await clock.advance(2 ** 31, nothing)
    expect(fired).toHaveLength(50_000)
    expect(fired.every((ms, nth) => nth === 0 || ms >= fired[nth - 1]!)).toBe(true)
    expect(clock.pending).toBe(0)
  })
})
