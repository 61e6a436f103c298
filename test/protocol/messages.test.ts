// What every message from the server carries.
import { describe, expect, it } from 'vitest'
import { observe } from '../support/event-stream'
import type { RawMember } from '@websockets.do/server-core/mock'
import { post } from '../support/requests'
import { createWorld, type World } from '../support/world'

/** A member that has been sent every type of message there is, and the frames of it. */
async function everyType(world: World): Promise<RawMember> {
  const member = await world.connect('room')
  const other = await world.connect('room', { autoAck: true })
  other.send({ type: 'PRESENCE', payload: { n: 1 } })
  member.send({ type: 'EMIT', payload: 'hi', requires_ack: true, echo: false, progress: true })
  member.send({ type: 'NONSENSE' })
  await world.settled()
  other.close()
  await world.advance(20_000)
  return member
}

describe('every message', () => {
  it('carries type, payload, eventID, clientID and latency, and the clientID is the recipient’s own [MS-1]', async () => {
    const world = createWorld()
    const member = await everyType(world)
    await world.request('/room/emit', post('hi'))
    await world.settled()
    const types = [
      'ACKED',
      'CONNECTED',
      'DATA',
      'EMITTED',
      'ERROR',
      'PING',
      'PRESENCE:JOINED',
      'PRESENCE:LEFT',
      'PRESENCE:UPDATED',
    ]
    expect([...new Set(member.types())].sort()).toEqual(types)
    for (const message of member.received) {
      expect(Object.keys(message)).toEqual(
        expect.arrayContaining(['type', 'payload', 'eventID', 'clientID', 'latency']),
      )
      expect(message['clientID']).toBe(member.clientID)
      expect(message['eventID']).toMatch(/^evt_[\w-]{16,}$/)
      expect(Number.isInteger(message['latency'])).toBe(true)
      expect(message.payload).toBeDefined()
    }
  })

  it('is one compact JSON object [MS-1]', async () => {
    const world = createWorld()
    const member = await everyType(world)
    for (const text of member.texts) expect(text).toBe(JSON.stringify(JSON.parse(text)))
  })

  it('has the seed’s payloads to the letter, and nothing else, where the seed shows one [MS-3]', async () => {
    const world = createWorld()
    const member = await everyType(world)
    expect(member.last('PING')!.payload).toEqual({})
    expect(Object.keys(member.last('PRESENCE:JOINED')!.payload)).toEqual(['clientID', 'presence'])
    expect(Object.keys(member.last('PRESENCE:UPDATED')!.payload)).toEqual(['clientID', 'presence'])
    expect(Object.keys(member.last('PRESENCE:LEFT')!.payload)).toEqual(['clientID'])
    expect(member.last('ERROR')!.payload).toEqual({ code: 'UNKNOWN_TYPE', message: expect.any(String) })
    expect(Object.keys(member.last('PING')!).sort()).toEqual(['clientID', 'eventID', 'latency', 'payload', 'type'])
  })
})

describe('DATA', () => {
  it('is the same for all but for the recipient’s own fields [MS-1, MS-5]', async () => {
    const world = createWorld()
    const members = [await world.connect('room'), await world.connect('room')]
    await world.request('/room/emit', post({ é: '🎉' }))
    await world.settled()
    const [first, second] = members.map((member) => member.last('DATA')!)
    expect({ ...first, clientID: '' }).toEqual({ ...second, clientID: '' })
    expect(members.map((member) => member.last('DATA')!['clientID'])).toEqual(members.map(({ clientID }) => clientID))
  })

  it('says from which member it came, and nothing where none emitted it [MS-5]', async () => {
    const world = createWorld()
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    await world.request('/room/emit', post(1))
    await world.server.channel('room').emit(2)
    member.sendText(
      '{"type":"EMIT","payload":3,"from":"client_forged","clientID":"client_forged","seq":99,"latency":-5}',
    )
    await world.settled()
    const events = other.of('DATA')
    expect(events.map((event) => event['from'])).toEqual([undefined, undefined, member.clientID])
    expect(events.map((event) => event['seq'])).toEqual([1, 2, 3])
    expect(events[0]).not.toHaveProperty('from')
    expect(events.map((event) => event['latency'])).toEqual([0, 0, 0])
  })

  it('says whether an acknowledgement is wanted, always [ACK-2]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    await world.request('/room/emit', post(1))
    world.pending('/room/emit?require-ack=true', post(2))
    await world.settled()
    void world.server.channel('room').emit(3)
    member.send({ type: 'EMIT', payload: 4 })
    member.send({ type: 'EMIT', payload: 5, requires_ack: true })
    member.send({ type: 'EMIT', payload: 6, require_ack: true })
    await world.settled()
    expect(member.of('DATA').map((event) => event['requires_ack'])).toEqual([false, true, false, false, true, true])
  })

  it.each([
    { event: 'chat', data: { text: 'hi' } },
    { event: 'chat', data: null },
    { event: 'chat' },
    { event: 1, data: 2 },
    { event: 'chat', data: 1, more: 2 },
    { type: 'PING', payload: {}, eventID: 'evt_forged', clientID: 'client_forged' },
  ])('carries %j as it is: named or not is the reader’s business [MS-10]', async (payload) => {
    const world = createWorld()
    const member = await world.connect('room')
    await world.request('/room/emit', post(payload))
    await world.settled()
    expect(member.data).toEqual([payload])
  })
})

describe('latency', () => {
  it('is 0 until measured, then the last round trip in whole milliseconds [MS-2]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { autoPong: false })
    const pong = async (afterMs: number) => {
      await world.advance(afterMs)
      member.send({ type: 'PONG' })
      await world.settled()
      await world.request('/room/emit', post(1))
      await world.settled()
      return member.last('DATA')!['latency']
    }
    await world.advance(20_000)
    expect(member.last('PING')!['latency']).toBe(0)
    expect(await pong(37)).toBe(37)
    await world.advance(20_000)
    expect(member.of('PING')).toHaveLength(2)
    expect(member.last('PING')!['latency']).toBe(37)
    // The second PING was due 37 ms ago already.
    expect(await pong(5)).toBe(42)
  })

  it('is rounded, and each member’s own [MS-2, MS-1]', async () => {
    const world = createWorld()
    const [slow, quick] = [await world.connect('room', { autoPong: false }), await world.connect('room')]
    await world.advance(20_000)
    await world.advance(12.6)
    slow.send({ type: 'PONG' })
    await world.settled()
    await world.request('/room/emit', post(1))
    await world.settled()
    expect([slow.last('DATA')!['latency'], quick.last('DATA')!['latency']]).toEqual([13, 0])
  })

  it('is never negative, nor anything but a whole number, whatever a clock or a client does [MS-2, I17]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { autoPong: false })
    member.sendText('{"type":"PONG","payload":{"latency":-1},"latency":"NaN"}')
    await world.advance(20_000)
    world.clock.stepWallClock(-3_600_000)
    member.send({ type: 'PONG' })
    await world.advance(20_000)
    world.clock.stepWallClock(7_200_000)
    world.clock.freeze(600_000)
    member.send({ type: 'PONG' })
    await world.advance(1_000)
    await world.request('/room/emit', post(1))
    await world.settled()
    for (const { latency } of member.received as unknown as { latency: number }[]) {
      expect(Number.isInteger(latency)).toBe(true)
      expect(latency).toBeGreaterThanOrEqual(0)
    }
  })

  it('is 0 for an observer, who measures nothing [MS-2, LI-2]', async () => {
    const world = createWorld()
    const stream = await observe(world, 'room')
    await world.advance(60_000)
    await world.request('/room/emit', post(1))
    await world.settled()
    expect(stream.of('DATA')[0]!.data.latency).toBe(0)
  })
})
