// What a program's emit gives: the result as a whole, and the acknowledgements as they arrive.
import { describe, expect, it } from 'vitest'
import { createWorld } from '../support/world'

describe('a program’s emit', () => {
  it('the result is awaitable as a whole, and iterable as the ACKs arrive [ACK-8]', async () => {
    const world = createWorld()
    const members = [await world.connect('room'), await world.connect('room'), await world.connect('room')]
    const emission = world.server.channel('room').emit('hi', { requireAck: true })
    const seen: unknown[] = []
    const iterated = (async () => {
      for await (const ack of emission) seen.push(ack)
    })()
    await world.settled()
    const eventID = String(members[0]!.last('DATA')!['eventID'])
    const [a, b, c] = members.map(({ clientID }) => clientID)
    members[1]!.ack(eventID, { n: 1 })
    await world.settled()
    expect(seen).toEqual([{ eventID, clientID: b, reply: { n: 1 } }])
    members[2]!.ack(eventID, { error: 'no' })
    members[0]!.ack(eventID)
    await iterated
    expect(seen.slice(1)).toEqual([
      { eventID, clientID: c, error: 'no' },
      { eventID, clientID: a },
    ])
    expect(await emission).toMatchObject({ success: false, acked: [b, a], failed: [{ clientID: c, error: 'no' }] })
  })

  it('a time-out is a result, and ends the iteration [ACK-8, ACK-3]', async () => {
    const world = createWorld()
    const [prompt, silent] = [await world.connect('room', { autoAck: true }), await world.connect('room')]
    const emission = world.server.channel('room').emit('hi', { requireAck: true, timeoutMs: 100 })
    await world.advance(100)
    const acks = []
    for await (const ack of emission) acks.push(ack.clientID)
    expect(acks).toEqual([prompt.clientID])
    expect(await emission).toMatchObject({ success: false, pending: [silent.clientID], error: { code: 'ACK_TIMEOUT' } })
  })

  it('iterates from the first ACK each time, and ends at once without requireAck [ACK-8]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { autoAck: true })
    const emission = world.server.channel('room').emit('hi', { requireAck: true })
    await world.settled()
    for (const _ of [1, 2]) {
      const acks = []
      for await (const { clientID } of emission) acks.push(clientID)
      expect(acks).toEqual([member.clientID])
    }
    for await (const ack of world.server.channel('room').emit('hi')) expect(ack).toBe('never')
  })

  it('a refusal reaches who awaits and who iterates, and nobody else [ACK-8, I15]', async () => {
    const world = createWorld()
    const room = world.server.channel('room')
    void room.emit('hi', { clients: 5 })
    await expect(room.emit('hi', { clients: 5 })).rejects.toMatchObject({
      name: 'WebSocketsError',
      code: 'NOT_ENOUGH_CLIENTS',
      status: 400,
    })
    const iterate = async () => {
      for await (const ack of room.emit('hi', { clients: 5 })) expect(ack).toBe('never')
    }
    await expect(iterate()).rejects.toMatchObject({ code: 'NOT_ENOUGH_CLIENTS' })
  })
})
