// What a client may send, and what it is told when it sends something else.
import { describe, expect, it } from 'vitest'
import { createWorld } from '../support/world'

describe('EMIT', () => {
  it('publishes to every member, the sender included, and gets one EMITTED [CL-4, MS-7]', async () => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room')]
    sender.send({ type: 'EMIT', payload: { a: 1 }, ref: 'r-1' })
    await world.settle()
    expect([sender.data, other.data]).toEqual([[{ a: 1 }], [{ a: 1 }]])
    const eventID = other.last('DATA')!['eventID']
    expect(sender.of('EMITTED').map(({ payload }) => payload)).toEqual([{ success: true, eventID, recipients: 2, ref: 'r-1' }])
    expect(other.of('EMITTED')).toEqual([])
  })

  it.each(['emit', 'Emit', 'eMIT'])('may be spelled %s [CL-1]', async (type) => {
    const world = createWorld()
    const member = await world.connect('room')
    member.send({ type, payload: 1 })
    await world.settle()
    expect(member.types()).toEqual(['CONNECTED', 'DATA', 'EMITTED'])
  })

  it.each(['null', '{}', '0', '""', 'false', '[]', '{"__proto__":{"polluted":true},"constructor":1}', '"\\ud83c\\udf89 é \\u2028"'])('takes any JSON value as payload: %s [CL-4, EM-1]', async (text) => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room')]
    sender.sendText(`{"type":"EMIT","payload":${text}}`)
    await world.settle()
    expect(JSON.stringify(other.last('DATA')!.payload)).toBe(JSON.stringify(JSON.parse(text)))
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('reaches all but the sender with echo: false [CL-4]', async () => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room')]
    sender.send({ type: 'EMIT', payload: 1, echo: false })
    sender.send({ type: 'EMIT', payload: 2, echo: true })
    await world.settle()
    expect([sender.data, other.data]).toEqual([[2], [1, 2]])
    expect(sender.of('EMITTED').map(({ payload }) => payload.recipients)).toEqual([1, 2])
  })

  it('waits for acknowledgements as HTTP does: EMITTED comes with the last [CL-4, ACK-3]', async () => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room')]
    sender.send({ type: 'EMIT', payload: 1, requires_ack: true, ref: 'r' })
    await world.settle()
    const eventID = String(other.last('DATA')!['eventID'])
    sender.ack(eventID)
    await world.settle()
    expect(sender.of('EMITTED')).toEqual([])
    other.ack(eventID, { ok: 1 })
    await world.settle()
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
    expect(sender.last('EMITTED')!.payload).toMatchObject({ success: false, pending: [other.clientID], error: { code: 'ACK_TIMEOUT' } })
  })

  it('passes each ACK on at once with progress: true, and to the sender alone [CL-4]', async () => {
    const world = createWorld()
    const [sender, a, b, c] = [await world.connect('room'), await world.connect('room'), await world.connect('room'), await world.connect('room')]
    sender.send({ type: 'EMIT', payload: 1, requires_ack: true, echo: false, progress: true, ref: 'r' })
    await world.settle()
    const eventID = String(a.last('DATA')!['eventID'])
    a.ack(eventID, { n: 1 })
    await world.settle()
    expect(sender.of('ACKED').map(({ payload }) => payload)).toEqual([{ eventID, clientID: a.clientID, reply: { n: 1 }, ref: 'r' }])
    b.ack(eventID, { error: 'no' })
    c.ack(eventID)
    a.ack(eventID)
    await world.settle()
    expect(sender.of('ACKED').slice(1).map(({ payload }) => payload)).toEqual([
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
    await world.settle()
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
    await world.settle()
    expect(sender.of('EMITTED').map(({ payload }) => payload)).toMatchObject([{ success: false, ref: 'r', error: { code } }])
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
    await world.settle()
    expect(member.of('EMITTED')).toHaveLength(1)
    expect(member.last('EMITTED')!.payload).toMatchObject(fits ? { success: true, ref } : { success: false, error: { code: 'BAD_PARAMETER' } })
    expect(member.data).toHaveLength(fits ? 1 : 0)
  })

  it('without a ref gets an EMITTED without one [CL-4]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    member.send({ type: 'EMIT', payload: 1 })
    await world.settle()
    expect(member.last('EMITTED')!.payload).not.toHaveProperty('ref')
  })

  it('of somebody who left before the acknowledgements came hurts nobody [ER-1, I9]', async () => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room')]
    sender.send({ type: 'EMIT', payload: 1, requires_ack: true, progress: true })
    await world.settle()
    sender.close()
    await world.settle()
    other.ack(other.last('DATA')!['eventID'])
    await world.settle()
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
    await world.settle()
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

describe('a message that cannot be read', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['half of it', '{"type":"EMIT"'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a number', '5'],
    ['a string', '"ACK"'],
    ['no type', '{}'],
    ['a type that is no string', '{"type":5}'],
    ['a type that is null', '{"type":null}'],
    ['a type that is an object', '{"type":{"toLowerCase":1}}'],
    ['a type from the prototype', '{"__proto__":{"type":"EMIT","payload":1}}'],
    ['two values', '{"type":"PONG"}{"type":"PONG"}'],
    ['65 levels', `{"type":"EMIT","payload":${'['.repeat(64)}${']'.repeat(64)}}`],
    ['20,000 levels', `{"type":"EMIT","payload":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ])('is ERROR BAD_MESSAGE, and the connection stays: %s [CL-7]', async (_, text) => {
    const world = createWorld()
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    member.sendText(text)
    member.send({ type: 'EMIT', payload: 'still here' })
    await world.settle()
    expect(member.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'ERROR', 'DATA', 'EMITTED'])
    expect(member.last('ERROR')!.payload.code).toBe('BAD_MESSAGE')
    expect(other.data).toEqual(['still here'])
  })

  it('is ERROR BAD_MESSAGE when it is binary, whatever it says [CL-7]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const bytes = new TextEncoder().encode('{"type":"EMIT","payload":1}')
    member.socket.send(bytes)
    member.socket.send(bytes.buffer)
    member.socket.send(new Blob([bytes]))
    await world.settle()
    expect(member.of('ERROR').map(({ payload }) => payload.code)).toEqual(['BAD_MESSAGE', 'BAD_MESSAGE', 'BAD_MESSAGE'])
    expect(member.data).toEqual([])
  })

  it('may have 64 levels, its own included, and a joiner still joins [CL-7, LM-1]', async () => {
    const world = createWorld()
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    member.sendText(`{"type":"EMIT","payload":${'['.repeat(63)}${']'.repeat(63)}}`)
    member.sendText(`{"type":"PRESENCE","payload":{"a":${'['.repeat(62)}${']'.repeat(62)}}}`)
    await world.settle()
    expect(other.types()).toEqual(['CONNECTED', 'DATA', 'PRESENCE:UPDATED'])
    expect((await world.connect('room')).types()).toEqual(['CONNECTED'])
  })

  it('closes the connection with 4400 the 20th time, not the 19th; good ones in between change nothing [CL-7]', async () => {
    const world = createWorld()
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    for (let n = 0; n < 19; n++) {
      member.sendText('x')
      member.send({ type: 'PRESENCE', payload: { n } })
    }
    await world.settle()
    expect(member.closed).toBeUndefined()
    expect(member.of('ERROR')).toHaveLength(19)
    member.sendText('x')
    member.send({ type: 'EMIT', payload: 'too late' })
    await world.settle()
    expect(member.of('ERROR')).toHaveLength(20)
    expect(member.last('ERROR')!.payload.code).toBe('BAD_MESSAGE')
    expect(member.closed?.code).toBe(4400)
    expect(other.last('PRESENCE:LEFT')!.payload).toEqual({ clientID: member.clientID })
    expect(other.data).toEqual([])
  })

  it('is counted for each connection apart [CL-7, ER-1]', async () => {
    const world = createWorld()
    const members = [await world.connect('room'), await world.connect('room')]
    for (const member of members) for (let n = 0; n < 19; n++) member.sendText('x')
    await world.settle()
    expect(members.map(({ closed }) => closed)).toEqual([undefined, undefined])
  })

  it('is not repeated in the ERROR [ER-2]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    for (const text of ['s3cret', '{"type":"s3cret"}', '{"s3cret":1}', '"s3cret"', '{"type":"PRESENCE","payload":"s3cret"}']) member.sendText(text)
    member.sendText('{"type":"EMIT","payload":1,"clients":{"s3cret":1},"eventID":"s3cret"}')
    await world.settle()
    expect(member.of('ERROR')).toHaveLength(5)
    expect(member.texts.join('\n')).not.toContain('s3cret')
  })
})

describe('a message of an unknown type', () => {
  it.each(['DATA', 'CONNECTED', 'ERROR', 'PRESENCE:JOINED', 'PRESENCE:LEFT', 'PRESENCE:UPDATED', 'EMITTED', 'ACKED', 'nonsense', '', ' ACK', '__proto__', 'constructor', 'toString'])(
    '"%s" is ERROR UNKNOWN_TYPE to the sender, and reaches nobody [CL-7, I12]',
    async (type) => {
      const world = createWorld()
      const [member, other] = [await world.connect('room'), await world.connect('room')]
      member.send({ type, payload: { clientID: other.clientID }, clientID: other.clientID, eventID: 'evt_0123456789abcdef' })
      await world.settle()
      expect(member.of('ERROR').map(({ payload }) => payload.code)).toEqual(['UNKNOWN_TYPE'])
      expect(member.closed).toBeUndefined()
      expect(other.types()).toEqual(['CONNECTED'])
    },
  )

  it('never closes the connection, however often it comes within the rate [CL-7]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    for (let n = 0; n < 100; n++) member.send({ type: 'FUTURE' })
    await world.settle()
    expect(member.of('ERROR')).toHaveLength(100)
    expect(member.closed).toBeUndefined()
  })
})
