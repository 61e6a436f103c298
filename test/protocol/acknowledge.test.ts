// Waiting for acknowledgements: who counts, when the answer is given, and what it says.
import { describe, expect, it } from 'vitest'
import type { RawMember } from '@websockets.do/server-core/mock'
import { post } from '../support/requests'
import { createWorld, type World } from '../support/world'

const AWAITED = '/room/emit?require-ack=true'

/** Members, and an emit that waits for them all. */
async function awaited(world: World, count: number, path = AWAITED) {
  const members: RawMember[] = []
  for (let at = 0; at < count; at++) members.push(await world.connect('room'))
  const emit = world.pending(path, post('hi'))
  await world.settled()
  const eventID = String(members[0]?.last('DATA')?.['eventID'])
  return { members, emit, eventID }
}

describe('require-ack', () => {
  it.each(['true', '1', ''])('waits for "%s" [ACK-1, ACK-2]', async (value) => {
    const world = createWorld()
    const { members, emit } = await awaited(world, 1, `/room/emit?require-ack=${value}`)
    expect(emit.answer).toBeUndefined()
    expect(members[0]!.last('DATA')!['requires_ack']).toBe(true)
  })

  it.each(['require-ack=false', 'require-ack=0', 'x=1'])('does not wait for "%s" [ACK-1, ACK-2]', async (query) => {
    const world = createWorld()
    const { members, emit } = await awaited(world, 1, `/room/emit?${query}`)
    expect(emit.answer!.status).toBe(200)
    expect(emit.answer!.body.acked).toBeUndefined()
    expect(members[0]!.last('DATA')!['requires_ack']).toBe(false)
  })

  it.each(['yes', 'True', 'TRUE', '2', 'null', '%20', '-1'])(
    'is BAD_PARAMETER for "%s", and nothing is sent [ACK-1]',
    async (value) => {
      const world = createWorld()
      const { members, emit } = await awaited(world, 1, `/room/emit?require-ack=${value}`)
      expect(emit.answer).toMatchObject({ status: 400, body: { success: false, error: { code: 'BAD_PARAMETER' } } })
      expect(members[0]!.data).toEqual([])
    },
  )

  it('goes with GET as well [ACK-3, EM-2]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { autoAck: true })
    const answer = world.pending('/room/emit?x=1&require-ack')
    await world.settled()
    expect(answer.answer).toMatchObject({ status: 200, body: { acked: [member.clientID] } })
  })
})

describe('an awaited emit', () => {
  it('answers 200 once every recipient has acknowledged, in the order in which they did [ACK-3, EM-7]', async () => {
    const world = createWorld()
    const { members, emit, eventID } = await awaited(world, 3)
    members[2]!.ack(eventID)
    members[0]!.ack(eventID)
    await world.settled()
    expect(emit.answer).toBeUndefined()
    members[1]!.ack(eventID)
    await world.settled()
    const acked = [members[2]!, members[0]!, members[1]!].map(({ clientID }) => clientID)
    expect(emit.answer).toEqual({ status: 200, body: { success: true, eventID, recipients: 3, acked } })
  })

  it('answers 408 after 5 seconds, not before, and names who acknowledged, left, failed and stayed silent [ACK-3]', async () => {
    const world = createWorld()
    const { members, emit, eventID } = await awaited(world, 4)
    const [prompt, leaver, sick, silent] = members.map(({ clientID }) => clientID)
    members[0]!.ack(eventID)
    members[1]!.close()
    members[2]!.ack(eventID, { error: 'no disk' })
    await world.advance(4_999)
    expect(emit.answer).toBeUndefined()
    await world.advance(1)
    expect(emit.answer!.status).toBe(408)
    expect(emit.answer!.body).toMatchObject({
      success: false,
      eventID,
      recipients: 4,
      acked: [prompt],
      left: [leaver],
      failed: [{ clientID: sick, error: 'no disk' }],
      pending: [silent],
      error: { code: 'ACK_TIMEOUT' },
    })
  })

  it.each([1, 250, 60_000])('waits for _timeout=%i ms [ACK-3]', async (timeout) => {
    const world = createWorld()
    const { emit } = await awaited(world, 1, `${AWAITED}&_timeout=${timeout}`)
    await world.advance(timeout - 1)
    expect(emit.answer).toBeUndefined()
    await world.advance(1)
    expect(emit.answer).toMatchObject({ status: 408, body: { error: { code: 'ACK_TIMEOUT' } } })
  })

  it.each(['0', '60001', '-1', '1.5', '1e3', '', 'soon', '%2B5', '99999999999999999999'])(
    'refuses _timeout=%s [ACK-3]',
    async (timeout) => {
      const world = createWorld()
      const { emit } = await awaited(world, 1, `${AWAITED}&_timeout=${timeout}`)
      expect(emit.answer).toMatchObject({ status: 400, body: { error: { code: 'BAD_PARAMETER' } } })
    },
  )

  it('answers 408 ACK_INCOMPLETE at once when the last one awaited has left [ACK-4]', async () => {
    const world = createWorld()
    const { members, emit, eventID } = await awaited(world, 2)
    members[0]!.ack(eventID)
    members[1]!.close()
    await world.settled()
    expect(emit.answer!.status).toBe(408)
    expect(emit.answer!.body).toMatchObject({
      success: false,
      recipients: 2,
      acked: [members[0]!.clientID],
      left: [members[1]!.clientID],
      error: { code: 'ACK_INCOMPLETE' },
    })
    expect(emit.answer!.body.pending ?? []).toEqual([])
  })

  it('does not wait for a recipient that the heartbeat cut off [ACK-4, CL-5]', async () => {
    const world = createWorld()
    const silent = await world.connect('room', { autoPong: false })
    await world.advance(20_000)
    const emit = world.pending(`${AWAITED}&_timeout=60000`, post('hi'))
    await world.advance(16_000)
    expect(emit.answer).toMatchObject({
      status: 408,
      body: { left: [silent.clientID], error: { code: 'ACK_INCOMPLETE' } },
    })
  })

  it('is incomplete with an unknown id, and says so when the known ones have answered [ACK-4, EM-5]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const emit = world.pending(`${AWAITED}&clients=${member.clientID},client_x`, post('hi'))
    await world.settled()
    expect(emit.answer).toBeUndefined()
    member.ack(member.last('DATA')!['eventID'])
    await world.settled()
    expect(emit.answer).toMatchObject({
      status: 408,
      body: { recipients: 1, acked: [member.clientID], unknown: ['client_x'], error: { code: 'ACK_INCOMPLETE' } },
    })
  })

  it('answers 408 at once when all ids are unknown [ACK-4, ACK-7]', async () => {
    const world = createWorld()
    await world.connect('room')
    expect(await world.request(`${AWAITED}&clients=client_x`, post('hi'))).toMatchObject({
      status: 408,
      body: { success: false, recipients: 0, unknown: ['client_x'], error: { code: 'ACK_INCOMPLETE' } },
    })
  })

  it.each(['', '&clients=0'])('answers 200 at once when there is nobody to wait for%s [ACK-7]', async (more) => {
    const world = createWorld()
    expect(await world.request(AWAITED + more, post('hi'))).toMatchObject({
      status: 200,
      body: { success: true, recipients: 0 },
    })
    expect((await world.request(AWAITED + more, post('hi'))).body.error).toBeUndefined()
  })

  it('gives one answer, though an ACK, a leave and the time-out come together [ACK-3, I9]', async () => {
    const world = createWorld()
    const { members, emit, eventID } = await awaited(world, 1)
    await world.advance(4_999)
    members[0]!.ack(eventID)
    members[0]!.close()
    await world.advance(10)
    expect(emit.answer).toMatchObject({ status: 200, body: { acked: [members[0]!.clientID] } })
    expect(world.errors).toEqual([])
  })

  it('does not wait longer when the process stalls, nor for the wall clock [ACK-3, I17]', async () => {
    const world = createWorld()
    const { emit } = await awaited(world, 1)
    world.clock.stepWallClock(-3_600_000)
    await world.advance(1_000)
    world.clock.stepWallClock(7_200_000)
    await world.advance(1_000)
    expect(emit.answer).toBeUndefined()
    world.clock.freeze(600_000)
    await world.advance(0)
    expect(emit.answer!.status).toBe(408)
  })
})

describe('an ACK', () => {
  it('counts once [ACK-5]', async () => {
    const world = createWorld()
    const { members, emit, eventID } = await awaited(world, 2)
    for (let n = 0; n < 3; n++) members[0]!.ack(eventID)
    await world.advance(5_000)
    expect(emit.answer).toMatchObject({
      status: 408,
      body: { acked: [members[0]!.clientID], pending: [members[1]!.clientID] },
    })
  })

  it('from a member that is no recipient does not count [ACK-5]', async () => {
    const world = createWorld()
    const [recipient, other] = [await world.connect('room'), await world.connect('room')]
    const foreign = await world.connect('another')
    const emit = world.pending(`${AWAITED}&clients=${recipient.clientID}`, post('hi'))
    await world.settled()
    const eventID = String(recipient.last('DATA')!['eventID'])
    other.ack(eventID)
    foreign.ack(eventID)
    const late = await world.connect('room')
    late.ack(eventID)
    await world.settled()
    expect(emit.answer).toBeUndefined()
    recipient.ack(eventID)
    await world.settled()
    expect(emit.answer).toMatchObject({ status: 200, body: { acked: [recipient.clientID] } })
    for (const member of [other, foreign, late]) expect(member.of('ERROR')).toEqual([])
  })

  it.each([
    { eventID: 'evt_9999999999999999' },
    { eventID: '' },
    { eventID: '__proto__' },
    { eventID: 'constructor' },
    { eventID: 5 },
    { eventID: null },
    {},
    [],
    null,
    'evt_1',
    undefined,
  ])('with the payload %j is ignored, silently [ACK-5]', async (payload) => {
    const world = createWorld()
    const { members, emit, eventID } = await awaited(world, 1)
    members[0]!.send({ type: 'ACK', payload })
    members[0]!.send({ type: 'ACK', eventID })
    await world.settled()
    expect(emit.answer).toBeUndefined()
    expect(members[0]!.types()).toEqual(['CONNECTED', 'DATA'])
  })

  it('that comes late, or unasked, is ignored, silently [ACK-5]', async () => {
    const world = createWorld()
    const { members, emit, eventID } = await awaited(world, 1)
    await world.advance(5_000)
    members[0]!.ack(eventID)
    const { body } = await world.request('/room/emit', post('not awaited'))
    members[0]!.ack(body.eventID)
    await world.settled()
    expect(emit.answer!.status).toBe(408)
    expect(members[0]!.of('ERROR')).toEqual([])
    expect(members[0]!.closed).toBeUndefined()
  })

  it.each(['ack', 'Ack', 'aCK'])('may be spelled %s [CL-1]', async (type) => {
    const world = createWorld()
    const { members, emit, eventID } = await awaited(world, 1)
    members[0]!.send({ type, payload: { eventID } })
    await world.settled()
    expect(emit.answer!.status).toBe(200)
  })

  it('may carry more, which goes to the emitter in replies [ACK-6]', async () => {
    const world = createWorld()
    const { members, emit, eventID } = await awaited(world, 3)
    members[0]!.ack(eventID, { score: 7, list: [1, { deep: null }] })
    members[1]!.ack(eventID)
    members[2]!.sendText(
      `{"type":"ACK","payload":{"eventID":"${eventID}","__proto__":{"polluted":true},"constructor":1,"error":{"not":"a string"}}}`,
    )
    await world.settled()
    const { status, body } = emit.answer!
    expect({ status, success: body.success, failed: body.failed }).toEqual({
      status: 200,
      success: true,
      failed: undefined,
    })
    expect(Object.keys(body.replies)).toEqual([members[0]!.clientID, members[2]!.clientID])
    expect(body.replies[members[0]!.clientID]).toEqual({ score: 7, list: [1, { deep: null }] })
    expect(JSON.stringify(body.replies[members[2]!.clientID])).toBe(
      '{"__proto__":{"polluted":true},"constructor":1,"error":{"not":"a string"}}',
    )
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it.each(['no disk', ''])(
    'with a string as error, %j, is a negative one: in failed, not in acked [ACK-6, ACK-4]',
    async (error) => {
      const world = createWorld()
      const { members, emit, eventID } = await awaited(world, 2)
      members[0]!.ack(eventID, { error })
      members[1]!.ack(eventID)
      await world.settled()
      expect(emit.answer!.status).toBe(408)
      expect(emit.answer!.body).toMatchObject({
        success: false,
        acked: [members[1]!.clientID],
        failed: [{ clientID: members[0]!.clientID, error }],
        error: { code: 'ACK_INCOMPLETE' },
      })
    },
  )

  it('cannot be taken back, nor a negative one be made good [ACK-5, ACK-6]', async () => {
    const world = createWorld()
    const { members, emit, eventID } = await awaited(world, 3)
    members[0]!.ack(eventID)
    members[0]!.ack(eventID, { error: 'after all' })
    members[1]!.ack(eventID, { error: 'first' })
    members[1]!.ack(eventID)
    members[2]!.ack(eventID)
    await world.settled()
    const [acked, failed, other] = members.map(({ clientID }) => clientID)
    expect(emit.answer!.body).toMatchObject({ acked: [acked, other], failed: [{ clientID: failed, error: 'first' }] })
  })

  it('for one of several awaited events answers that one alone [ACK-5, ACK-3]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const emits = ['a', 'b', 'c'].map((payload) => world.pending(AWAITED, post(payload)))
    await world.settled()
    member.ack(String(member.of('DATA')[1]!['eventID']))
    await world.settled()
    expect(emits.map(({ answer }) => answer?.status)).toEqual([undefined, 200, undefined])
  })
})
