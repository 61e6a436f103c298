// What a client is told that sends something else than the protocol knows.
import { describe, expect, it } from 'vitest'
import { createWorld } from '../support/world'

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
    ['65 levels', `{"type":"PRESENCE","payload":${'['.repeat(64)}${']'.repeat(64)}}`],
    ['20,000 levels', `{"type":"PRESENCE","payload":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ])('is ERROR BAD_MESSAGE, and the connection stays: %s [CL-7]', async (_, text) => {
    const world = createWorld()
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    member.sendText(text)
    member.send({ type: 'EMIT', payload: 'still here' })
    await world.settled()
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
    await world.settled()
    expect(member.of('ERROR').map(({ payload }) => payload.code)).toEqual(['BAD_MESSAGE', 'BAD_MESSAGE', 'BAD_MESSAGE'])
    expect(member.data).toEqual([])
  })

  it.each([64, 20_000])(
    'is an EMITTED that refuses it where it is an EMIT with %i levels too many [CL-4]',
    async (levels) => {
      const world = createWorld()
      const member = await world.connect('room')
      for (let n = 0; n < 30; n++) {
        member.sendText(`{"type":"EMIT","payload":${'['.repeat(levels)}${']'.repeat(levels)},"ref":"${n}"}`)
      }
      await world.settled()
      expect(member.of('EMITTED').map(({ payload }) => [payload.success, payload.error.code])).toEqual(
        Array.from({ length: 30 }, () => [false, 'BAD_PAYLOAD']),
      )
      expect([member.data, member.of('ERROR'), member.closed]).toEqual([[], [], undefined])
    },
  )

  it('may have 64 levels, its own included, and a joiner still joins [CL-7, LM-1]', async () => {
    const world = createWorld()
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    member.sendText(`{"type":"EMIT","payload":${'['.repeat(63)}${']'.repeat(63)}}`)
    member.sendText(`{"type":"PRESENCE","payload":{"a":${'['.repeat(62)}${']'.repeat(62)}}}`)
    await world.settled()
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
    await world.settled()
    expect(member.closed).toBeUndefined()
    expect(member.of('ERROR')).toHaveLength(19)
    member.sendText('x')
    member.send({ type: 'EMIT', payload: 'too late' })
    await world.settled()
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
    await world.settled()
    expect(members.map(({ closed }) => closed)).toEqual([undefined, undefined])
  })

  it('is not repeated in the ERROR [ER-2]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    for (const text of [
      's3cret',
      '{"type":"s3cret"}',
      '{"s3cret":1}',
      '"s3cret"',
      '{"type":"PRESENCE","payload":"s3cret"}',
    ])
      member.sendText(text)
    member.sendText('{"type":"EMIT","payload":1,"clients":{"s3cret":1},"eventID":"s3cret"}')
    await world.settled()
    expect(member.of('ERROR')).toHaveLength(5)
    expect(member.texts.join('\n')).not.toContain('s3cret')
  })
})

describe('a message of an unknown type', () => {
  it.each([
    'DATA',
    'CONNECTED',
    'ERROR',
    'PRESENCE:JOINED',
    'PRESENCE:LEFT',
    'PRESENCE:UPDATED',
    'EMITTED',
    'ACKED',
    'nonsense',
    '',
    ' ACK',
    '__proto__',
    'constructor',
    'toString',
  ])('"%s" is ERROR UNKNOWN_TYPE to the sender, and reaches nobody [CL-7, I12]', async (type) => {
    const world = createWorld()
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    member.send({
      type,
      payload: { clientID: other.clientID },
      clientID: other.clientID,
      eventID: 'evt_0123456789abcdef',
    })
    await world.settled()
    expect(member.of('ERROR').map(({ payload }) => payload.code)).toEqual(['UNKNOWN_TYPE'])
    expect(member.closed).toBeUndefined()
    expect(other.types()).toEqual(['CONNECTED'])
  })

  it('never closes the connection, however often it comes within the rate [CL-7]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    for (let n = 0; n < 100; n++) member.send({ type: 'FUTURE' })
    await world.settled()
    expect(member.of('ERROR')).toHaveLength(100)
    expect(member.closed).toBeUndefined()
  })
})
