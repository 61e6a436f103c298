// What a server saves, and what the next one makes of it: streams go on where they were, and nothing is invented.
import { createServer, type Saved } from '@websockets.do/server-core'
import { memory } from '@websockets.do/server-core/memory'
import { describe, expect, it } from 'vitest'
import { createWorld } from '../support/world'

const copy = (saved: Saved): Saved => JSON.parse(JSON.stringify(saved)) as Saved

describe('what a server saves', () => {
  it('is plain JSON, and does not change with the server any more', async () => {
    const { server, connect, settled } = createWorld()
    const [first, second] = [await connect('room'), await connect('room')]
    void server.channel('room').emit('hello', { requireAck: true })
    await settled()
    first.ack(first.last('DATA')!['eventID'])
    await settled()
    const saved = server.save()
    const before = copy(saved)
    second.ack(second.last('DATA')!['eventID'])
    await settled()
    expect(saved).toEqual(before)
    expect(saved.channels[0]!.events[0]!.answer).toMatchObject({
      success: false,
      acked: [first.clientID],
      left: [second.clientID],
    })
  })

  it('has every event, also the one that is being published [RS-2]', async () => {
    let saved: Saved | undefined
    const world = createWorld()
    const server = createServer({ onError: () => void (saved ??= server.save()) })
    const accept = await server.upgrade(new Request(`${world.url}/room/listen`))
    if (accept instanceof Response) throw new Error('expected to be let in')
    let isBroken = false
    accept({
      send() {
        if (isBroken) throw new Error('broken')
      },
      close() {},
    })
    isBroken = true
    await server.channel('room').emit(1)
    await server.close({ drainMs: 0 })
    expect(saved?.channels[0]).toMatchObject({ seq: 1, floor: 0, events: [{ seq: 1, payload: '1' }] })
  })
})

describe('a server that takes over', () => {
  it('goes on with epoch, seq and history, also of a channel whose events are gone [RS-1]', async () => {
    const before = createWorld({ history: { readable: true, maxAgeMs: 5_000 } })
    const member = await before.connect('room')
    await before.server.channel('room').emit(1)
    await before.advance('10s')
    const { channels } = before.server.save()
    expect(channels).toMatchObject([{ name: 'room', seq: 1, floor: 1, events: [] }])
    await before.restart()
    const again = await before.connect('room')
    expect(again.last('CONNECTED')!.payload).toMatchObject({ epoch: member.last('CONNECTED')!.payload.epoch, seq: 1 })
  })

  it('drops what is too much for its own limits, and says that it is gone [RS-1, RS-2]', async () => {
    const before = createServer()
    for (let n = 1; n <= 10; n++) await before.channel('room').emit(n)
    const after = createServer({ saved: copy(before.save()), history: { maxEvents: 3, readable: true } })
    expect(after.channel('room').history()).toHaveLength(3)
    expect(after.save().channels[0]).toMatchObject({ seq: 10, floor: 7 })
    for (const server of [before, after]) await server.close({ drainMs: 0 })
  })

  it('keeps the order of a stream though its clock was set back between two events [RS-1]', async () => {
    const before = createServer()
    for (let n = 1; n <= 3; n++) await before.channel('room').emit(n)
    const saved = copy(before.save())
    const room = saved.channels[0]!
    const events = room.events.map((event, at) => ({ ...event, ageMs: at * 1_000 }))
    const after = createServer({ saved: { ...saved, channels: [{ ...room, events }] }, history: { maxEvents: 2 } })
    const kept = after.save().channels[0]!
    expect(kept.events.map(({ seq }) => seq)).toEqual([2, 3])
    expect(kept).toMatchObject({ seq: 3, floor: 1 })
    for (const server of [before, after]) await server.close({ drainMs: 0 })
  })

  it.each<[string, object]>([
    ['nothing', {}],
    ['another version', { version: 2, savedAt: 0, channels: [] }],
    ['a list that is none', { version: 1, savedAt: 0, channels: {} }],
    ['a channel without a name', { version: 1, savedAt: 0, channels: [{ epoch: 'e', seq: 0, floor: 0, events: [] }] }],
    [
      'an event beyond its channel',
      {
        version: 1,
        savedAt: 0,
        channels: [
          { name: 'a', epoch: 'e', seq: 0, floor: 0, events: [{ eventID: 'evt_1', payload: '1', seq: 5, ageMs: 0 }] },
        ],
      },
    ],
    ...['sent', 'scope', 'wanted', 'answer', 'addressees'].map((field): [string, object] => {
      const told = { success: true, eventID: 'evt_1' }
      const event = { eventID: 'evt_1', payload: '1', sent: '1', scope: '', wanted: '', answer: told, seq: 1, ageMs: 0 }
      const channel = { name: 'a', epoch: 'e', seq: 1, floor: 0, events: [{ ...event, [field]: 5 }] }
      return [`an event whose ${field} is another thing`, { version: 1, savedAt: 0, channels: [channel] }]
    }),
    ...[{ url: 'http://any.test/' }, { url: 'http://any.test/', headers: ['no pair'] }].map(
      (opening): [string, object] => {
        const member = { clientID: 'client_1', presence: {}, joinedAt: 0, attempt: 0, opening }
        const channel = { name: 'a', epoch: 'e', seq: 0, floor: 0, events: [], members: [member] }
        return ['a member whose request has no headers', { version: 1, savedAt: 0, channels: [channel] }]
      },
    ),
  ])('tells onError of what was not saved so, and starts without it: %s [ER-1]', async (_, saved) => {
    const told: unknown[] = []
    const server = createServer({ saved: saved as never, onError: (error) => void told.push(error) })
    expect(told).toEqual([expect.objectContaining({ code: 'BAD_PARAMETER' })])
    expect(server.stats()).toMatchObject({ channels: 0, retainedBytes: 0 })
    const { fetch, url } = memory(server)
    expect((await fetch(`${url}/_/health`)).status).toBe(200)
    await server.close({ drainMs: 0 })
  })
})
