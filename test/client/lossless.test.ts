import { eventStream } from '@websockets.do/client/event-stream'
import type { ClientOptions } from '@websockets.do/client'
import { describe, expect, it } from 'vitest'
import { createWorld } from '../support/world'
import { outcome } from './support/scripted-server'

const transports: readonly (readonly [string, Partial<ClientOptions>])[] = [
  ['a WebSocket', {}],
  ['the fall-back', { WebSocket: false, fallback: eventStream }],
]

describe.each(transports)('a client that is cut off for a while, by %s', (_name, options) => {
  /** One that listens on a machine of its own, and one that watches it. */
  async function cutOff(serverOptions: Parameters<typeof createWorld>[0] = {}) {
    const world = createWorld(serverOptions)
    const phone = world.device('phone')
    const watcher = await world.connect('room')
    const channel = world.client({ ...phone, ...options }).channel('room', { presence: { name: 'Ann' } })
    const heard: unknown[] = []
    const gaps: unknown[] = []
    channel.on('data', ({ data }) => heard.push(data))
    channel.on('gap', (gap) => gaps.push(gap))
    await world.settled()
    return { ...world, phone, watcher, channel, heard, gaps }
  }

  it('for 20 s in the middle of 1,000 events gets each of them once, in order, as who it was, and nobody sees it leave [RS-2, RS-3, I3]', async () => {
    const { server, phone, watcher, channel, heard, gaps, advance } = await cutOff()
    const { clientID } = channel.self!
    const room = server.channel('room')
    for (let n = 0; n < 1_000; n++) {
      if (n === 300) {
        phone.network.sever()
        phone.network.partition()
      }
      // 20 ms apart: the cut lasts from the 300th to the 700th second… of events, and for 20 s on the clock.
      if (n === 700) {
        await advance(20_000 - 400 * 20)
        phone.network.heal()
      }
      void room.emit(n)
      await advance(20)
    }
    await advance('30s')
    expect(heard).toEqual(Array.from({ length: 1_000 }, (_, n) => n))
    expect(gaps).toEqual([])
    expect(channel.status).toMatchObject({ state: 'open', clientID, resumed: true, recovered: true })
    expect(watcher.of('PRESENCE:LEFT')).toEqual([])
    expect(watcher.of('PRESENCE:JOINED')).toHaveLength(1)
  })

  it.each(Array.from({ length: 20 }, (_, n) => n + 1))(
    'for 20 s is who it was, whatever chance decides about its attempts (seed %i) [RS-3]',
    async (seed) => {
      const { phone, watcher, channel, advance } = await cutOff({ seed })
      await advance('10s')
      const { clientID } = channel.self!
      phone.network.sever()
      phone.network.partition()
      await advance('20s')
      phone.network.heal()
      await advance('30s')
      expect(channel.status).toMatchObject({ state: 'open', clientID, resumed: true })
      expect(watcher.of('PRESENCE:LEFT')).toEqual([])
    },
  )

  it('whose connection died without a word finds out by itself, and misses nothing [I13]', async () => {
    const { server, phone, channel, heard, gaps, advance } = await cutOff()
    const { clientID } = channel.self!
    phone.network.stall()
    for (let n = 0; n < 10; n++) void server.channel('room').emit(n)
    await advance('40s')
    phone.network.heal()
    await advance('10s')
    expect(heard).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect([gaps, channel.self?.clientID]).toEqual([[], clientID])
  })

  it('is still awaited, gets the event on its return, and its late acknowledgement counts [ACK-4]', async () => {
    const { server, phone, channel, advance } = await cutOff()
    channel.on('data', (event) => event.ack({ late: true }))
    phone.network.sever()
    phone.network.partition()
    await advance(100)
    const { clientID } = channel.self!
    const emission = outcome(
      server.channel('room').emit('question', { clients: [clientID], requireAck: true, timeoutMs: 60_000 }),
    )
    await advance('10s')
    expect(emission.value).toBeUndefined()
    phone.network.heal()
    await advance('30s')
    expect(emission.value).toMatchObject({ success: true, acked: [clientID], replies: { [clientID]: { late: true } } })
  })

  it('does not owe an acknowledgement that was lost on the way [ACK-4]', async () => {
    const { server, phone, channel, heard, advance } = await cutOff()
    phone.network.hold('up')
    const { clientID } = channel.self!
    const emission = outcome(
      server.channel('room').emit('question', { clients: [clientID], requireAck: true, timeoutMs: 60_000 }),
    )
    await advance(1_000)
    expect(heard).toEqual(['question'])
    phone.network.sever()
    phone.network.release('up')
    await advance('30s')
    expect(emission.value).toMatchObject({ success: true, acked: [clientID] })
    expect(heard).toEqual(['question'])
  })

  it('delivers what it emitted meanwhile, once each and in order, also what was under way [EM-8, EM-9]', async () => {
    const { phone, watcher, channel, advance } = await cutOff()
    phone.network.hold('up')
    const under = Array.from({ length: 5 }, (_, n) => outcome(channel.emit({ n })))
    await advance(1_000)
    phone.network.sever('client')
    phone.network.release('up')
    const waiting = Array.from({ length: 5 }, (_, n) => outcome(channel.emit({ n: 5 + n })))
    await advance('30s')
    expect(watcher.data).toEqual(Array.from({ length: 10 }, (_, n) => ({ n })))
    expect([...under, ...waiting].map(({ value }) => value?.success)).toEqual(Array.from({ length: 10 }, () => true))
  })

  it('says again how it presents itself, where that changed meanwhile [I6]', async () => {
    const { phone, watcher, channel, members, advance } = await cutOff()
    phone.network.sever()
    phone.network.partition()
    channel.presence.update({ name: 'Bea' })
    await advance('5s')
    phone.network.heal()
    await advance('30s')
    expect(members('room').map(({ presence }) => presence)).toContainEqual({ name: 'Bea' })
    expect(watcher.of('PRESENCE:UPDATED')).toHaveLength(1)
  })

  it('is somebody else after the grace, and is told of it [RS-3]', async () => {
    const { server, phone, watcher, channel, gaps, heard, advance } = await cutOff({ history: { maxAgeMs: 600_000 } })
    const { clientID } = channel.self!
    phone.network.sever()
    phone.network.partition()
    await advance('60s')
    void server.channel('room').emit('missed')
    expect(watcher.of('PRESENCE:LEFT')).toHaveLength(1)
    phone.network.heal()
    await advance('60s')
    expect(channel.self?.clientID).not.toBe(clientID)
    expect(channel.status).toMatchObject({ state: 'open', resumed: false, recovered: true })
    expect([heard, gaps]).toEqual([['missed'], []])
  })

  it('is told of the gap where the server has forgotten, before what comes after it [I4]', async () => {
    const world = await cutOff({ history: { maxEvents: 5 } })
    const { server, phone, channel, heard, gaps, advance } = world
    phone.network.sever()
    phone.network.partition()
    for (let n = 0; n < 10; n++) void server.channel('room').emit(n)
    await advance('5s')
    phone.network.heal()
    await advance('30s')
    void server.channel('room').emit('new')
    await advance(100)
    expect(channel.status).toMatchObject({ state: 'open', resumed: true, recovered: false })
    expect([heard, gaps.length]).toEqual([['new'], 1])
  })

  it('comes back to a server that restarted with its history without missing an event, and hears nothing twice [I3]', async () => {
    const world = await cutOff()
    const { channel, heard, gaps, emit, restart, advance } = world
    void emit('room', 'before')
    await advance(100)
    await restart({ history: true })
    void emit('room', 'between')
    await advance('30s')
    void emit('room', 'after')
    await advance(100)
    expect(heard).toEqual(['before', 'between', 'after'])
    expect([gaps, channel.status]).toMatchObject([[], { state: 'open', resumed: false, recovered: true }])
  })
})

describe('an emit whose answer was lost with the server’s memory', () => {
  it('is heard once all the same: its readers know it [I3]', async () => {
    const world = createWorld()
    const phone = world.device('phone')
    const writer = world.client(phone).channel('room')
    const reader = world.client().channel('room')
    const heard: unknown[] = []
    reader.on('data', ({ data }) => heard.push(data))
    await world.settled()
    phone.network.hold('down')
    const emission = outcome(writer.emit({ text: 'once' }))
    await world.advance(100)
    expect(heard).toEqual([{ text: 'once' }])
    await world.restart()
    phone.network.release('down')
    await world.advance('60s')
    expect(emission.value).toMatchObject({ success: true })
    expect(heard).toEqual([{ text: 'once' }])
  })
})
