// `clients`: whom an emit reaches, and that a mistake never widens the audience.
import { describe, expect, it } from 'vitest'
import type { RawMember } from '@websockets.do/server-core/mock'
import { post } from '../support/requests'
import { createWorld, type World } from '../support/world'

async function members(world: World, count: number): Promise<RawMember[]> {
  return await Promise.all(Array.from({ length: count }, () => world.connect('room')))
}

function reached(all: readonly RawMember[]): string[] {
  return all.filter((member) => member.of('DATA').length > 0).map((member) => member.clientID)
}

describe('a number of clients', () => {
  it.each([0, 1, 3, 7, 8])('reaches %i different members of 8, each once [EM-4]', async (count) => {
    const world = createWorld()
    const all = await members(world, 8)
    const { status, body } = await world.request(`/room/emit?clients=${count}`, post('hi'))
    await world.settled()
    expect({ status, recipients: body.recipients, success: body.success }).toEqual({
      status: 200,
      recipients: count,
      success: true,
    })
    expect(reached(all)).toHaveLength(count)
    expect(all.flatMap((member) => member.data)).toHaveLength(count)
  })

  it.each(['2', '999999', '000003'])(
    'larger than the membership, %s, is refused with the number available, and nothing is sent [EM-4]',
    async (count) => {
      const world = createWorld()
      const [only] = await members(world, 1)
      const { status, body } = await world.request(`/room/emit?clients=${count}`, post('hi'))
      await world.settled()
      expect({ status, code: body.error.code, available: body.error.available }).toEqual({
        status: 400,
        code: 'NOT_ENOUGH_CLIENTS',
        available: 1,
      })
      expect(body.success).toBe(false)
      expect(only!.data).toEqual([])
    },
  )

  it('says that 0 are available where nobody is, and makes no channel [EM-4, CH-4]', async () => {
    const world = createWorld()
    const { body } = await world.request('/room/emit?clients=1', post('hi'))
    expect(body.error).toMatchObject({ code: 'NOT_ENOUGH_CLIENTS', available: 0 })
    expect(world.clock.pending).toBe(0)
  })

  it('chooses every member about equally often [EM-4]', async () => {
    const world = createWorld({ seed: 42 })
    const all = await members(world, 5)
    for (let round = 0; round < 500; round++) await world.request('/room/emit?clients=2', post(round))
    await world.settled()
    const counts = all.map((member) => member.of('DATA').length)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1_000)
    for (const count of counts) expect(count).toBeGreaterThan(150)
    for (const count of counts) expect(count).toBeLessThan(250)
  })

  it('with require-ack waits for the chosen alone [EM-4, ACK-3]', async () => {
    const world = createWorld()
    const all = await members(world, 4)
    const answer = world.pending('/room/emit?clients=2&require-ack=true', post('hi'))
    await world.settled()
    for (const member of all) for (const { eventID } of member.of('DATA')) member.ack(String(eventID))
    await world.settled()
    expect(answer.answer).toMatchObject({ status: 200, body: { recipients: 2 } })
    expect([...answer.answer!.body.acked].sort()).toEqual(reached(all).sort())
  })
})

describe('a list of clients', () => {
  it('reaches exactly those, each once, in whatever order and however often they stand there [EM-5]', async () => {
    const world = createWorld()
    const [a, b, c] = await members(world, 3)
    const { body } = await world.request(`/room/emit?clients=${c!.clientID},${a!.clientID},${c!.clientID}`, post('hi'))
    await world.settled()
    expect(body).toMatchObject({ success: true, recipients: 2 })
    expect(body.unknown).toBeUndefined()
    expect([a!.data, b!.data, c!.data]).toEqual([['hi'], [], ['hi']])
  })

  it.each([
    'client_nobody',
    '__proto__',
    'constructor',
    'null',
    'true',
    '1234567',
    '1.5',
    '1e3',
    '*',
    'all',
    '0x1',
    '%F0%9F%8E%89',
  ])('that names only %s reaches nobody and lists it as unknown [EM-5]', async (id) => {
    const world = createWorld()
    const all = await members(world, 2)
    const { status, body } = await world.request(`/room/emit?clients=${id}`, post('hi'))
    await world.settled()
    expect(reached(all)).toEqual([])
    expect({ status, recipients: body.recipients, unknown: body.unknown }).toEqual({
      status: 200,
      recipients: 0,
      unknown: [decodeURIComponent(id)],
    })
  })

  it('lists each unknown id once, and reaches the known ones beside it [EM-5, EM-7]', async () => {
    const world = createWorld()
    const [a, b] = await members(world, 2)
    const { body } = await world.request(`/room/emit?clients=x,${a!.clientID},y,x`, post('hi'))
    await world.settled()
    expect(body).toMatchObject({ success: true, recipients: 1, unknown: ['x', 'y'] })
    expect([a!.data, b!.data]).toEqual([['hi'], []])
  })

  it('does not know members of another channel, nor those who left [EM-5]', async () => {
    const world = createWorld()
    const foreign = await world.connect('another')
    const [gone] = await members(world, 1)
    gone!.close()
    await world.settled()
    const { body } = await world.request(`/room/emit?clients=${foreign.clientID},${gone!.clientID}`, post('hi'))
    await world.settled()
    expect(body).toMatchObject({ recipients: 0, unknown: [foreign.clientID, gone!.clientID] })
    expect(foreign.data).toEqual([])
  })

  it.each(['', ',', 'a,', ',a', 'a,,b', '-1', '%2B1', '+1', '-0', '%20', '%091', 'a,%20,b', 'client_%2C'])(
    'refuses clients=%s, and nothing is sent [EM-5]',
    async (value) => {
      const world = createWorld()
      const all = await members(world, 2)
      const { status, body } = await world.request(`/room/emit?clients=${value}`, post('hi'))
      await world.settled()
      expect({ status, code: body.error?.code }).toEqual({ status: 400, code: 'BAD_PARAMETER' })
      expect(reached(all)).toEqual([])
    },
  )

  it.each([
    [100, 200],
    [101, 400],
  ])('of %i ids is answered %i [EM-5, LM-1]', async (count, expected) => {
    const world = createWorld()
    const ids = Array.from({ length: count }, (_, at) => `client_${at}`)
    const { status, body } = await world.request(`/room/emit?clients=${ids.join(',')}`, post('hi'))
    expect(status).toBe(expected)
    if (expected === 200) expect(body.unknown).toHaveLength(100)
    else expect(body.error.code).toBe('BAD_PARAMETER')
  })
})

describe('the clients of an EMIT', () => {
  it.each([
    ['a number', 1, { success: true, recipients: 1 }],
    ['0', 0, { success: true, recipients: 0 }],
    ['the text of a number', '2', { success: true, recipients: 2 }],
    ['an unknown id', ['client_x'], { success: true, recipients: 0, unknown: ['client_x'] }],
    ['a text of unknown ids', 'x,y', { success: true, recipients: 0, unknown: ['x', 'y'] }],
    ['__proto__', ['__proto__'], { success: true, recipients: 0, unknown: ['__proto__'] }],
    ['too many', 3, { success: false, error: { code: 'NOT_ENOUGH_CLIENTS', available: 2 } }],
  ])('may be %s [CL-4, EM-4, EM-5]', async (_, clients, expected) => {
    const world = createWorld()
    const [a] = await members(world, 2)
    a!.send({ type: 'EMIT', payload: 'hi', clients })
    await world.settled()
    expect(a!.of('EMITTED')).toHaveLength(1)
    expect(a!.last('EMITTED')!.payload).toMatchObject(expected)
  })

  it.each([
    [[]],
    [-1],
    [1.5],
    [1_000_000],
    [null],
    [true],
    [{}],
    [[1]],
    [['a', null]],
    [''],
    ['-1'],
    ['a,'],
    [['']],
    [{ __proto__: 1 }],
  ])('may not be %j: EMITTED says BAD_PARAMETER, and nobody is reached [CL-4, EM-5]', async (clients) => {
    const world = createWorld()
    const all = await members(world, 2)
    all[0]!.send({ type: 'EMIT', payload: 'hi', clients, ref: 'r' })
    await world.settled()
    expect(all[0]!.of('EMITTED').map(({ payload }) => payload)).toMatchObject([
      { success: false, ref: 'r', error: { code: 'BAD_PARAMETER' } },
    ])
    expect(all[0]!.of('ERROR')).toEqual([])
    expect(reached(all)).toEqual([])
  })

  it('leave out the sender before they are applied, where it asks for no echo [CL-4]', async () => {
    const world = createWorld()
    const all = await members(world, 3)
    const [sender] = all
    sender!.send({ type: 'EMIT', payload: 'to two', clients: 2, echo: false })
    sender!.send({ type: 'EMIT', payload: 'to three', clients: 3, echo: false })
    sender!.send({ type: 'EMIT', payload: 'to me', clients: [sender!.clientID], echo: false })
    await world.settled()
    const answers = sender!.of('EMITTED').map(({ payload }) => payload)
    expect(answers).toMatchObject([
      { success: true, recipients: 2 },
      { success: false, error: { code: 'NOT_ENOUGH_CLIENTS', available: 2 } },
      { success: true, recipients: 0, unknown: [sender!.clientID] },
    ])
    expect(all.map((member) => member.data)).toEqual([[], ['to two'], ['to two']])
  })
})
