import { describe, expect, it, vi } from 'vitest'
import { createWorld } from '../support/world'
import { opened, scripted, type ScriptedSocket } from './support/scripted-server'

const presences = (socket: ScriptedSocket): unknown[] => socket.of('PRESENCE').map(({ payload }) => payload)

describe("one's own presence", () => {
  it('is seen by oneself at once and by the others soon [CL-3]', async () => {
    const world = createWorld()
    const ann = world.client().channel('room', { presence: { name: 'Ann' } })
    const bob = world.client().channel('room')
    await world.settled()
    expect(bob.others).toMatchObject([{ presence: { name: 'Ann' } }])
    ann.presence.update({ typing: true })
    expect(ann.self?.presence).toEqual({ name: 'Ann', typing: true })
    expect(ann.presence.current).toBe(ann.self?.presence)
    await world.settled()
    expect(bob.others).toMatchObject([{ presence: { name: 'Ann', typing: true } }])
  })

  it('is replaced, patched one level deep, or made from what it was', async () => {
    const { channel } = await opened()
    channel.presence.set({ a: 1, b: { c: 1 } })
    channel.presence.update({ b: { d: 2 } })
    expect(channel.presence.current).toEqual({ a: 1, b: { d: 2 } })
    channel.presence.update((current) => ({ a: Number(current['a']) + 1 }))
    expect(channel.presence.current).toEqual({ a: 2 })
  })

  it('is a copy, as the others see it', async () => {
    const { channel } = await opened()
    const mine = { at: { x: 1 }, hidden: undefined }
    channel.presence.set(mine as never)
    mine.at.x = 2
    expect(channel.presence.current).toStrictEqual({ at: { x: 1 } })
  })

  it('is sent at once, then not more often than the throttle, and its last value always [MS-4]', async () => {
    const { channel, socket, advance } = await opened()
    for (let n = 0; n < 100; n++) {
      channel.presence.set({ n })
      await advance(1)
    }
    await advance(1_000)
    expect(presences(socket)).toEqual([{ n: 0 }, { n: 49 }, { n: 99 }])
  })

  it('needs no timer while it does not change', async () => {
    const { channel, clock, advance } = await opened()
    channel.presence.set({ n: 1 })
    expect(clock.pending).toBe(0)
    channel.presence.set({ n: 2 })
    await advance(50)
    expect(clock.pending).toBe(0)
  })

  it('goes into the URL of the next connection where it fits, and is not sent twice [LI-4]', async () => {
    const { client, dialled } = scripted()
    const channel = client.channel('room')
    channel.presence.set({ n: 1 })
    const socket = await dialled()
    expect(socket.url.searchParams.get('presence')).toBe('{"n":1}')
    socket.connected({ presence: { n: 1 } })
    expect(presences(socket)).toEqual([])
  })

  it('is sent after CONNECTED where it is too long for a URL [LI-4]', async () => {
    const world = createWorld()
    const long = { text: '!'.repeat(1_000) + '"'.repeat(500) }
    const channel = world.client().channel('room', { presence: long })
    const watcher = await world.connect('room')
    await world.settled()
    expect(channel.status.state).toBe('open')
    expect(watcher.last('PRESENCE:UPDATED')?.payload).toMatchObject({ presence: long })
  })

  it('is sent after CONNECTED where it changed meanwhile', async () => {
    const { client, dialled } = scripted()
    const channel = client.channel('room', { presence: { n: 1 } })
    const socket = await dialled()
    channel.presence.set({ n: 2 })
    socket.connected({ presence: { n: 1 } })
    expect(presences(socket)).toEqual([{ n: 2 }])
    expect(channel.self?.presence).toEqual({ n: 2 })
  })

  it('is announced again after a reconnect [I6]', async () => {
    const { channel, socket, dialled, advance } = await opened()
    channel.presence.set({ n: 1 })
    socket.end()
    await advance(250)
    const next = await dialled()
    expect(next.url.searchParams.get('presence')).toBe('{"n":1}')
    next.connected({ presence: { n: 1 } })
    expect(presences(next)).toEqual([])
    expect(channel.self?.presence).toEqual({ n: 1 })
  })

  it('does not flicker back when an older confirmation arrives [MS-4]', async () => {
    const { channel, socket } = await opened()
    channel.presence.set({ n: 1 })
    channel.presence.set({ n: 2 })
    socket.deliver({
      type: 'PRESENCE:UPDATED',
      payload: { clientID: channel.self!.clientID, presence: { n: 1 } },
      latency: 0,
    })
    expect(channel.self?.presence).toEqual({ n: 2 })
  })

  it('is sent again when it came too fast for the server [CL-8]', async () => {
    const { channel, socket, advance } = await opened()
    channel.presence.set({ n: 1 })
    socket.deliver({ type: 'ERROR', payload: { code: 'RATE_LIMITED', message: 'x', retryAfterMs: 400 }, latency: 0 })
    await advance(399)
    expect(presences(socket)).toHaveLength(1)
    await advance(1)
    expect(presences(socket)).toEqual([{ n: 1 }, { n: 1 }])
  })

  it('is refused where it is larger than the server takes, or JSON can not carry it', async () => {
    const { channel } = await opened({
      limits: { maxMessageBytes: 1_000, maxPresenceBytes: 100, messagesPerSecond: 50, messageBurst: 200 },
    })
    expect(() => channel.presence.set({ text: 'x'.repeat(100) })).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' }),
    )
    expect(() => channel.presence.set({ n: 1n } as never)).toThrow(expect.objectContaining({ code: 'BAD_PAYLOAD' }))
    expect(channel.presence.current).toEqual({})
  })
})

describe('the first presence', () => {
  it('that is larger than this server takes is refused once that is known, and is not shown as one’s own [LM-1]', async () => {
    const { client, dialled } = scripted()
    const channel = client.channel('room', { presence: { text: 'x'.repeat(200) } })
    const refused = vi.fn()
    channel.on('error', refused)
    const socket = await dialled()
    socket.connected({
      limits: { maxMessageBytes: 1_000, maxPresenceBytes: 100, messagesPerSecond: 50, messageBurst: 200 },
    })
    expect(refused.mock.calls).toMatchObject([[{ code: 'PAYLOAD_TOO_LARGE' }]])
    expect([channel.presence.current, channel.self?.presence]).toEqual([{}, {}])
    expect(presences(socket)).toEqual([])
  })

  it('that is refused in the address is told after CONNECTED instead [LI-4]', async () => {
    const { client, dialled, advance } = scripted()
    client.channel('room', { presence: { n: 1 } })
    const first = await dialled()
    first.deliver({ type: 'ERROR', payload: { code: 'PAYLOAD_TOO_LARGE', message: 'x' } })
    first.end(1009)
    await advance(250)
    const next = await dialled()
    expect(next.url.searchParams.has('presence')).toBe(false)
    next.connected({ presence: {} })
    expect(presences(next)).toEqual([{ n: 1 }])
  })
})
