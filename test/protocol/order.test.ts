// One publisher's events arrive in the order in which they were emitted, and all readers see one order.
import { describe, expect, it } from 'vitest'
import { observe } from '../support/event-stream'
import type { RawMember } from '@websockets.do/server-core/mock'
import { post } from '../support/requests'
import { createWorld, type World } from '../support/world'
import { seededRandom } from '@websockets.do/server-core/mock'

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at)

function seqs(member: RawMember): number[] {
  return member.of('DATA').map(({ seq }) => Number(seq))
}

describe('order', () => {
  it('is that of one socket’s frames [EM-9]', async () => {
    const world = createWorld()
    const [sender, reader] = [await world.connect('room'), await world.connect('room')]
    for (const n of upTo(100)) sender.send({ type: 'EMIT', payload: n, ref: String(n) })
    await world.settled()
    expect(reader.data).toEqual(upTo(100))
    expect(sender.data).toEqual(upTo(100))
    expect(sender.of('EMITTED').map(({ payload }) => Number(payload.ref))).toEqual(upTo(100))
  })

  it.each(['authorize', 'onEmit'] as const)(
    'holds though %s takes longer for the first than for the last [EM-9]',
    async (hook) => {
      const waiting: (() => void)[] = []
      const later = () => new Promise<void>((resolve) => waiting.push(resolve))
      const world = createWorld(
        hook === 'authorize'
          ? { authorize: ({ action }) => (action === 'emit' ? later().then(() => true) : true) }
          : { onEmit: () => later() },
      )
      const [sender, reader] = [await world.connect('room'), await world.connect('room')]
      for (const n of upTo(5)) sender.send({ type: 'EMIT', payload: n })
      await world.settled()
      expect(reader.data).toEqual([])
      while (waiting.length > 0) {
        waiting.pop()!()
        await world.settled()
      }
      expect(reader.data).toEqual(upTo(5))
      expect(sender.of('EMITTED')).toHaveLength(5)
    },
  )

  it('holds when some are checked at once and some later [EM-9]', async () => {
    const random = seededRandom(7)
    const world = createWorld({
      onEmit: ({ payload }) =>
        Number(payload) % 3 === 0 ? undefined : new Promise((resolve) => setImmediate(resolve, undefined)),
      authorize: ({ action }) => (action === 'emit' && random() < 0.5 ? Promise.resolve(true) : true),
    })
    const [sender, reader] = [await world.connect('room'), await world.connect('room')]
    for (const n of upTo(60)) sender.send({ type: 'EMIT', payload: n })
    for (let turns = 0; turns < 100 && reader.data.length < 60; turns++) await world.settled()
    expect(reader.data).toEqual(upTo(60))
  })

  it('keeps presence and events of one socket in line behind a slow authorisation [EM-9, CL-3]', async () => {
    let allow = () => {}
    const world = createWorld({
      authorize: ({ action }) =>
        action === 'emit' ? new Promise<boolean>((resolve) => (allow = () => resolve(true))) : true,
    })
    const [sender, reader] = [await world.connect('room'), await world.connect('room')]
    sender.send({ type: 'PRESENCE', payload: { at: 'before' } })
    sender.send({ type: 'EMIT', payload: 'between' })
    sender.send({ type: 'PRESENCE', payload: { at: 'after' } })
    await world.settled()
    expect(reader.types()).toEqual(['CONNECTED', 'PRESENCE:UPDATED'])
    allow()
    await world.settled()
    expect(reader.types()).toEqual(['CONNECTED', 'PRESENCE:UPDATED', 'DATA', 'PRESENCE:UPDATED'])
    expect(reader.last('PRESENCE:UPDATED')!.payload.presence).toEqual({ at: 'after' })
  })

  it('lets no slow authorisation of one member hold up another, nor an ACK or a PONG of its own [EM-9, ER-1, CL-5]', async () => {
    const world = createWorld({
      limits: { handshakeTimeoutMs: 60_000 },
      authorize: ({ action, token }) => (action === 'emit' && token === 'slow' ? new Promise<boolean>(() => {}) : true),
    })
    const slow = await world.connect('room', { query: '?token=slow' })
    const quick = await world.connect('room')
    slow.send({ type: 'EMIT', payload: 'never' })
    await world.settled()
    quick.send({ type: 'EMIT', payload: 'now', requires_ack: true, clients: [slow.clientID] })
    await world.settled()
    slow.ack(slow.last('DATA')!['eventID'])
    await world.settled()
    expect(quick.last('EMITTED')!.payload).toMatchObject({ success: true, acked: [slow.clientID] })
    await world.advance(50_000)
    expect(slow.of('PING').length).toBeGreaterThan(1)
    expect(slow.closed).toBeUndefined()
  })

  it('is the same for every reader, and is that of seq [EM-9, MS-5]', async () => {
    const world = createWorld()
    const all = [await world.connect('room'), await world.connect('room'), await world.connect('room')]
    const stream = await observe(world, 'room')
    for (const n of upTo(20)) {
      all[n % 3]!.send({ type: 'EMIT', payload: n })
      void world.server.channel('room').emit(`program ${n}`)
      void world.fetch(`${world.url}/room/emit`, post(`http ${n}`))
    }
    await world.settled()
    for (const member of all) {
      expect(member.data).toEqual(all[0]!.data)
      expect(member.data).toHaveLength(60)
      expect(seqs(member)).toEqual([...seqs(member)].sort((a, b) => a - b))
    }
    expect(stream.data).toEqual(all[0]!.data)
  })

  it('has seq rise by one for each event, those for others included [MS-5]', async () => {
    const world = createWorld()
    const [a, b] = [await world.connect('room'), await world.connect('room')]
    await world.request('/room/emit', post(1))
    await world.request(`/room/emit?clients=${a.clientID}`, post(2))
    await world.request('/room/emit?clients=0', post(3))
    await world.request('/room/emit', post(4))
    await world.settled()
    expect([seqs(a), seqs(b)]).toEqual([
      [1, 2, 4],
      [1, 4],
    ])
  })

  it('puts what a hook emits during an event after that event, for everyone [EM-9, I2]', async () => {
    const world = createWorld({
      onEmit: ({ payload }) => {
        if (payload === 'question') queueMicrotask(() => void world.server.channel('room').emit('answer'))
      },
      onJoin: ({ channel, member }) => void world.server.channel(channel).emit(`welcome ${member.clientID}`),
    })
    const first = await world.connect('room')
    const second = await world.connect('room')
    first.send({ type: 'EMIT', payload: 'question' })
    await world.settled()
    const [one, two] = [`welcome ${first.clientID}`, `welcome ${second.clientID}`]
    expect(first.data).toEqual([one, two, 'question', 'answer'])
    expect(second.data).toEqual([two, 'question', 'answer'])
    expect(second.types()[0]).toBe('CONNECTED')
  })

  it.each([
    ['left', (_: World, member: RawMember) => void member.close()],
    [
      'was thrown out, and its socket still open',
      (world: World, member: RawMember) => {
        world.network.hold()
        world.server.channel('room').disconnect(member.clientID)
      },
    ],
  ])(
    'drops what a member still had in line when it %s: nothing of it follows its LEFT [MS-4, EM-9, I7]',
    async (_, end) => {
      const waiting: (() => void)[] = []
      const world = createWorld({ onEmit: () => new Promise<void>((resolve) => waiting.push(resolve)) })
      const [sender, reader] = [await world.connect('room'), await world.connect('room')]
      sender.send({ type: 'EMIT', payload: 1 })
      sender.send({ type: 'PRESENCE', payload: { late: true } })
      sender.send({ type: 'EMIT', payload: 2 })
      await world.settled()
      end(world, sender)
      for (let round = 0; round < 3; round++) {
        await world.settled()
        for (const resolve of waiting) resolve()
      }
      world.network.release()
      await world.settled()
      expect(reader.types()).toEqual(['CONNECTED', 'PRESENCE:LEFT'])
      expect(world.server.channel('room').history()).toEqual([])
      expect(world.server.channel('room').members()).toHaveLength(1)
    },
  )
})
