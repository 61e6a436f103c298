import { describe, expect, it } from 'vitest'
import { opened, outcome } from './support/scripted-server'

describe('events()', () => {
  it('gives every event from the call on, read or not, to each caller of its own', async () => {
    const { channel, socket } = await opened()
    socket.data('before')
    const first = channel.events()
    const second = channel.events()
    socket.data(1)
    socket.data({ event: 'named', data: 2 })
    const pending = first.next()
    expect(await pending).toMatchObject({ done: false, value: { data: 1 } })
    expect(await first.next()).toMatchObject({ value: { name: 'named', data: 2 } })
    expect(await second.next()).toMatchObject({ value: { data: 1 } })
  })

  it('waits for the next, in the order of the calls', async () => {
    const { channel, socket } = await opened()
    const events = channel.events()
    const pending = [events.next(), events.next()]
    socket.data(1)
    socket.data(2)
    expect((await Promise.all(pending)).map(({ value }) => value?.data)).toEqual([1, 2])
  })

  it('ends when the loop is left, and hears no more', async () => {
    const { channel, socket } = await opened()
    const events = channel.events()
    const seen = []
    socket.data(1)
    socket.data(2)
    for await (const { data } of events) {
      seen.push(data)
      break
    }
    socket.data(3)
    expect(seen).toEqual([1])
    expect(await events.next()).toEqual({ done: true, value: undefined })
  })

  it('ends when its signal aborts, also for a reader that waits', async () => {
    const { channel, socket } = await opened()
    const controller = new AbortController()
    const waiting = channel.events({ signal: controller.signal }).next()
    controller.abort()
    socket.data(1)
    expect(await waiting).toEqual({ done: true, value: undefined })
    expect(await channel.events({ signal: controller.signal }).next()).toEqual({ done: true, value: undefined })
  })

  it('ends when the channel closes, after what had arrived', async () => {
    const { channel, socket } = await opened()
    const events = channel.events()
    socket.data(1)
    channel.close()
    expect(await events.next()).toMatchObject({ value: { data: 1 } })
    expect(await events.next()).toEqual({ done: true, value: undefined })
    expect(await channel.events().next()).toEqual({ done: true, value: undefined })
  })

  it('cuts off a reader that leaves more than 1,000 unread, and no other', async () => {
    const { channel, socket } = await opened()
    const slow = channel.events()
    const quick = channel.events()
    for (let n = 0; n < 1_000; n++) {
      socket.data(n)
      await quick.next()
    }
    const still = outcome(slow.next())
    await Promise.resolve()
    socket.data(1_000)
    socket.data(1_001)
    expect(still.error).toBeUndefined()
    await expect(drain(slow)).rejects.toMatchObject({ code: 'SLOW_CONSUMER' })
    expect(await quick.next()).toMatchObject({ value: { data: 1_000 } })
  })
})

async function drain(source: AsyncIterator<unknown>): Promise<void> {
  while (!(await source.next()).done);
}
