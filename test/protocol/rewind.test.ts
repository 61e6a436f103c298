// A new member may ask for the last events.
import { describe, expect, it } from 'vitest'
import { observe } from '../support/event-stream'
import { post, upgrade } from '../support/requests'
import { createWorld, type World } from '../support/world'

async function withEvents(count: number): Promise<World> {
  const world = createWorld({ history: { readable: true } })
  for (let n = 1; n <= count; n++) await world.server.channel('room').emit(n)
  return world
}

describe('rewind', () => {
  it.each([
    [0, [], 5],
    [1, [5], 4],
    [3, [3, 4, 5], 2],
    [5, [1, 2, 3, 4, 5], 0],
    [999_999, [1, 2, 3, 4, 5], 0],
  ])(
    '=%i replays %j to a new member after CONNECTED, whose seq is the position before them: %i [RS-8, MS-6]',
    async (count, expected, seq) => {
      const world = await withEvents(5)
      const member = await world.connect('room', { query: `?rewind=${count}` })
      expect(member.types()).toEqual(['CONNECTED', ...expected.map(() => 'DATA')])
      expect(member.data).toEqual(expected)
      expect(member.last('CONNECTED')!.payload.seq).toBe(seq)
      await world.request('/room/emit', post('new'))
      await world.settled()
      expect(member.data).toEqual([...expected, 'new'])
    },
  )

  it('gives the events as they were: id, seq and sender, and no acknowledgement wanted [RS-8, CL-2]', async () => {
    const world = createWorld({ history: { readable: true } })
    const sender = await world.connect('room', { autoAck: true })
    sender.send({ type: 'EMIT', payload: 1, requires_ack: true })
    await world.settled()
    const late = await world.connect('room', { query: '?rewind=5' })
    const original = sender.last('DATA')!
    expect(late.last('DATA')).toEqual({ ...original, clientID: late.clientID, requires_ack: false })
  })

  it('wants no acknowledgement of an event that is awaited from others, and none counts [RS-8, ACK-5, CL-2]', async () => {
    const world = createWorld({ history: { readable: true } })
    const recipient = await world.connect('room')
    const emit = world.pending('/room/emit?require-ack=true', post(1))
    await world.settled()
    const late = await world.connect('room', { query: '?rewind=1' })
    expect(late.last('DATA')!['requires_ack']).toBe(false)
    late.ack(late.last('DATA')!['eventID'])
    await world.settled()
    expect(emit.answer).toBeUndefined()
    recipient.ack(recipient.last('DATA')!['eventID'])
    await world.settled()
    expect(emit.answer).toMatchObject({ status: 200, body: { recipients: 1, acked: [recipient.clientID] } })
  })

  it('replays public events alone, and counts them alone [RS-8, RS-9]', async () => {
    const world = createWorld({ history: { readable: true } })
    await world.connect('room')
    for (let n = 1; n <= 3; n++) {
      await world.request('/room/emit', post(n))
      await world.request('/room/emit?clients=1', post(`private ${n}`))
    }
    const member = await world.connect('room', { query: '?rewind=2' })
    expect(member.data).toEqual([2, 3])
    expect(member.of('DATA').map(({ seq }) => seq)).toEqual([3, 5])
  })

  it('serves observers too [RS-8, LI-2]', async () => {
    const world = await withEvents(3)
    const stream = await observe(world, 'room', { query: '?rewind=2' })
    expect(stream.data).toEqual([2, 3])
    expect(stream.of('DATA').map(({ id }) => id)).toEqual(
      [2, 3].map((seq) => `${stream.events[0]!.data.payload.epoch}:${seq}`),
    )
  })

  it.each(['', '-1', '1.5', 'all', '1000000', '%2B1', '1e3'])('=%s is refused with 400 [LI-4, RS-8]', async (value) => {
    const world = await withEvents(1)
    expect(await upgrade(world, `/room/listen?rewind=${value}`)).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_PARAMETER' } },
    })
  })

  it('neither loses nor doubles an event that is emitted while it replays [RS-8, I8]', async () => {
    const world = await withEvents(3)
    const joining = world.connect('room', { query: '?rewind=100' })
    for (let n = 4; n <= 6; n++) {
      void world.server.channel('room').emit(n)
      await Promise.resolve()
    }
    expect((await joining).data).toEqual([1, 2, 3, 4, 5, 6])
  })
})
