// What a client may send: EMIT and what it is answered, PING.
import { describe, expect, it } from 'vitest'
import { createWorld } from '../support/world'

describe('EMIT', () => {
  it('publishes to every member, the sender included, and gets one EMITTED [CL-4, MS-7]', async () => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room')]
    sender.send({ type: 'EMIT', payload: { a: 1 }, ref: 'r-1' })
    await world.settled()
    expect([sender.data, other.data]).toEqual([[{ a: 1 }], [{ a: 1 }]])
    const eventID = other.last('DATA')!['eventID']
    expect(sender.of('EMITTED').map(({ payload }) => payload)).toEqual([
      { success: true, eventID, recipients: 2, ref: 'r-1' },
    ])
    expect(other.of('EMITTED')).toEqual([])
  })

  it.each(['emit', 'Emit', 'eMIT'])('may be spelled %s [CL-1]', async (type) => {
    const world = createWorld()
    const member = await world.connect('room')
    member.send({ type, payload: 1 })
    await world.settled()
    expect(member.types()).toEqual(['CONNECTED', 'DATA', 'EMITTED'])
  })

  it.each([
    'null',
    '{}',
    '0',
    '""',
    'false',
    '[]',
    '{"__proto__":{"polluted":true},"constructor":1}',
    '"\\ud83c\\udf89 é \\u2028"',
  ])('takes any JSON value as payload: %s [CL-4, EM-1]', async (text) => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room')]
    sender.sendText(`{"type":"EMIT","payload":${text}}`)
    await world.settled()
    expect(JSON.stringify(other.last('DATA')!.payload)).toBe(JSON.stringify(JSON.parse(text)))
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('reaches all but the sender with echo: false [CL-4]', async () => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room')]
    sender.send({ type: 'EMIT', payload: 1, echo: false })
    sender.send({ type: 'EMIT', payload: 2, echo: true })
    await world.settled()
    expect([sender.data, other.data]).toEqual([[2], [1, 2]])
    expect(sender.of('EMITTED').map(({ payload }) => payload.recipients)).toEqual([1, 2])
  })

  it('waits for acknowledgements as HTTP does: EMITTED comes with the last [CL-4, ACK-3]', async () => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room')]
    sender.send({ type: 'EMIT', payload: 1, requires_ack: true, ref: 'r' })
    await world.settled()
    const eventID = String(other.last('DATA')!['eventID'])
    sender.ack(eventID)
    await world.settled()
    expect(sender.of('EMITTED')).toEqual([])
    other.ack(eventID, { ok: 1 })
    await world.settled()
    expect(sender.last('EMITTED')!.payload).toEqual({
      success: true,
      eventID,
      recipients: 2,
      acked: [sender.clientID, other.clientID],
      replies: { [other.clientID]: { ok: 1 } },
      ref: 'r',
    })
  })

  it('times out after its own timeout [CL-4, ACK-3]', async () => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room')]
    sender.send({ type: 'EMIT', payload: 1, requires_ack: true, echo: false, timeout: 300 })
    await world.advance(299)
    expect(sender.of('EMITTED')).toEqual([])
    await world.advance(1)
    expect(sender.last('EMITTED')!.payload).toMatchObject({
      success: false,
      pending: [other.clientID],
      error: { code: 'ACK_TIMEOUT' },
    })
  })

  it('passes each ACK on at once with progress: true, and to the sender alone [CL-4]', async () => {
    const world = createWorld()
    const [sender, a, b, c] = [
      await world.connect('room'),
      await world.connect('room'),
      await world.connect('room'),
      await world.connect('room'),
    ]
    sender.send({ type: 'EMIT', payload: 1, requires_ack: true, echo: false, progress: true, ref: 'r' })
    await world.settled()
    const eventID = String(a.last('DATA')!['eventID'])
    a.ack(eventID, { n: 1 })
    await world.settled()
    expect(sender.of('ACKED').map(({ payload }) => payload)).toEqual([
      { eventID, clientID: a.clientID, reply: { n: 1 }, ref: 'r' },
    ])
    b.ack(eventID, { error: 'no' })
    c.ack(eventID)
    a.ack(eventID)
    await world.settled()
    expect(
      sender
        .of('ACKED')
        .slice(1)
        .map(({ payload }) => payload),
    ).toEqual([
      { eventID, clientID: b.clientID, error: 'no', ref: 'r' },
      { eventID, clientID: c.clientID, ref: 'r' },
    ])
    expect(sender.types().slice(-2)).toEqual(['ACKED', 'EMITTED'])
    for (const other of [a, b, c]) expect(other.of('ACKED')).toEqual([])
  })

  it('gets no ACKED without progress, nor without acknowledgement [CL-4]', async () => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room', { autoAck: true })]
    sender.send({ type: 'EMIT', payload: 1, requires_ack: true, echo: false })
    sender.send({ type: 'EMIT', payload: 2, progress: true, echo: false })
    await world.settled()
    expect(other.data).toEqual([1, 2])
    expect(sender.of('ACKED')).toEqual([])
    expect(sender.of('EMITTED')).toHaveLength(2)
  })

  it.each([
    ['no payload', {}, 'NO_PAYLOAD'],
    ['requires_ack in words', { payload: 1, requires_ack: 'true' }, 'BAD_PARAMETER'],
    ['echo as a number', { payload: 1, echo: 0 }, 'BAD_PARAMETER'],
    ['progress as null', { payload: 1, progress: null }, 'BAD_PARAMETER'],
    ['timeout 0', { payload: 1, timeout: 0 }, 'BAD_PARAMETER'],
    ['timeout 60,001', { payload: 1, timeout: 60_001 }, 'BAD_PARAMETER'],
    ['timeout as text', { payload: 1, timeout: '100' }, 'BAD_PARAMETER'],
    ['timeout of half a millisecond', { payload: 1, timeout: 1.5 }, 'BAD_PARAMETER'],
    ['an id of another shape', { payload: 1, eventID: 'mine' }, 'BAD_PARAMETER'],
    ['a number as id', { payload: 1, eventID: 7 }, 'BAD_PARAMETER'],
  ])('with %s gets EMITTED, not ERROR, and reaches nobody [CL-4, MS-7]', async (_, fields, code) => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room')]
    sender.send({ type: 'EMIT', ...fields, ref: 'r' })
    await world.settled()
    expect(sender.of('EMITTED').map(({ payload }) => payload)).toMatchObject([
      { success: false, ref: 'r', error: { code } },
    ])
    expect(sender.of('ERROR')).toEqual([])
    expect(other.data).toEqual([])
    expect(sender.closed).toBeUndefined()
  })

  it.each([
    ['64 characters', 'x'.repeat(64), true],
    ['none', '', true],
    ['65 characters', 'x'.repeat(65), false],
    ['a number', 1, false],
    ['null', null, false],
  ])('may carry a ref of up to 64 characters: %s [CL-4]', async (_, ref, fits) => {
    const world = createWorld()
    const member = await world.connect('room')
    member.send({ type: 'EMIT', payload: 1, ref })
    await world.settled()
    expect(member.of('EMITTED')).toHaveLength(1)
    expect(member.last('EMITTED')!.payload).toMatchObject(
      fits ? { success: true, ref } : { success: false, error: { code: 'BAD_PARAMETER' } },
    )
    expect(member.data).toHaveLength(fits ? 1 : 0)
  })

  it('without a ref gets an EMITTED without one [CL-4]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    member.send({ type: 'EMIT', payload: 1 })
    await world.settled()
    expect(member.last('EMITTED')!.payload).not.toHaveProperty('ref')
  })

  it('of somebody who left before the acknowledgements came hurts nobody [ER-1, I9]', async () => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room')]
    sender.send({ type: 'EMIT', payload: 1, requires_ack: true, progress: true })
    await world.settled()
    sender.close()
    await world.settled()
    other.ack(other.last('DATA')!['eventID'])
    await world.settled()
    expect(other.types()).toEqual(['CONNECTED', 'DATA', 'PRESENCE:LEFT'])
    expect(world.errors).toEqual([])
    expect(world.clock.pending).toBe(1)
  })
})

describe('PING of a client', () => {
  it('is answered with exactly {"type":"PONG"} [CL-6]', async () => {
    const world = createWorld()
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    member.send({ type: 'PING' })
    member.send({ type: 'ping', payload: { t: 1 } })
    await world.settled()
    expect(member.texts.slice(-2)).toEqual(['{"type":"PONG"}', '{"type":"PONG"}'])
    expect(other.types()).toEqual(['CONNECTED'])
  })

  it('is no PONG: a client that only asks is still dropped [CL-5, CL-6]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { autoPong: false })
    for (let n = 0; n < 36; n++) {
      member.send({ type: 'PING' })
      member.send({ type: 'PRESENCE', payload: {} })
      await world.advance(1_000)
    }
    expect(member.closed?.code).toBe(4408)
  })
})
