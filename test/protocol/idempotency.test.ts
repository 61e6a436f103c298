// The same event sent twice is delivered once, and its publisher gets the same answer twice.
import { describe, expect, it } from 'vitest'
import { post } from '../support/requests'
import { createWorld } from '../support/world'

const ID = 'evt_0123456789abcdef'
const byID = `/room/emit?_event-id=${ID}`

describe('an event id of the publisher’s', () => {
  it('becomes the event’s id, and a repeat is answered alike and delivered once [EM-8]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const first = await world.request(byID, post({ n: 1 }))
    const joined = await world.connect('room')
    const repeat = await world.request(byID, post({ n: 1 }))
    await world.settled()
    expect(first.body).toEqual({ success: true, eventID: ID, recipients: 1 })
    expect({ status: repeat.status, body: repeat.body }).toEqual({ status: 200, body: first.body })
    expect(member.of('DATA').map(({ eventID }) => eventID)).toEqual([ID])
    expect(joined.data).toEqual([])
  })

  it('works for GET too [EM-8, EM-8a]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const first = await world.request(`${byID}&x=1`)
    const repeat = await world.request(`${byID}&x=1`)
    await world.settled()
    expect(repeat.body).toEqual(first.body)
    expect(member.data).toEqual([{ x: '1' }])
  })

  it.each([
    'evt_0123456789abcde',
    `evt_${'x'.repeat(65)}`,
    '0123456789abcdef',
    'EVT_0123456789abcdef',
    'evt_0123456789abcde.',
    'evt_0123456789abcd%20',
    'evt_0123456789abcdef%0A',
    'client_0123456789abcdef',
    '',
  ])('must look like one: "%s" is BAD_PARAMETER [EM-8]', async (id) => {
    const world = createWorld()
    const member = await world.connect('room')
    expect(await world.request(`/room/emit?_event-id=${id}`, post(1))).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_PARAMETER' } },
    })
    await world.settled()
    expect(member.data).toEqual([])
  })

  it.each([16, 64])('may have %i characters after evt_ [EM-8]', async (length) => {
    const world = createWorld()
    const id = `evt_${'aZ0_-'.repeat(20).slice(0, length)}`
    expect((await world.request(`/room/emit?_event-id=${id}`, post(1))).body.eventID).toBe(id)
  })

  it('with another payload is 409 EVENT_ID_USED, and nothing is delivered [EM-8]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    await world.request(byID, post(1))
    const other = await world.request(byID, post(2))
    await world.settled()
    expect(other).toMatchObject({ status: 409, body: { success: false, error: { code: 'EVENT_ID_USED' } } })
    expect(member.data).toEqual([1])
  })

  it.each(['clients=0', 'clients=client_x', 'require-ack=true'])(
    'asked for in another way, with %s, is 409: it is another event [EM-8]',
    async (more) => {
      const world = createWorld()
      const member = await world.connect('room')
      await world.request(byID, post(1))
      expect(await world.request(`${byID}&${more}`, post(1))).toMatchObject({
        status: 409,
        body: { error: { code: 'EVENT_ID_USED' } },
      })
      await world.settled()
      expect(member.data).toEqual([1])
    },
  )

  it('is taken for the same payload whatever its white space [EM-8]', async () => {
    const world = createWorld()
    const first = await world.request(byID, { method: 'POST', body: '{"a":1}' })
    const repeat = await world.request(byID, { method: 'POST', body: ' { "a" : 1 } ' })
    expect(repeat.body).toEqual(first.body)
  })

  it('means nothing in another channel [EM-8]', async () => {
    const world = createWorld()
    const other = await world.connect('other')
    await world.request(byID, post(1))
    expect((await world.request(byID.replace('room', 'other'), post(2))).status).toBe(200)
    await world.settled()
    expect(other.data).toEqual([2])
  })

  it('of somebody else is 409 [EM-8]', async () => {
    const world = createWorld({ authorize: ({ token }) => ({ user: token ?? 'nobody' }) })
    const member = await world.connect('room')
    expect((await world.request(`${byID}&_token=alice`, post(1))).status).toBe(200)
    expect(await world.request(`${byID}&_token=bob`, post(1))).toMatchObject({
      status: 409,
      body: { error: { code: 'EVENT_ID_USED' } },
    })
    expect((await world.request(`${byID}&_token=alice`, post(1))).status).toBe(200)
    await world.settled()
    expect(member.data).toEqual([1])
  })

  it('published in another way is 409: over HTTP, over a socket, by the program [EM-8]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    await world.request(byID, post(1))
    member.send({ type: 'EMIT', payload: 1, eventID: ID })
    await world.settled()
    expect(member.last('EMITTED')!.payload).toMatchObject({ success: false, error: { code: 'EVENT_ID_USED' } })
    await expect(world.server.channel('room').emit(1, { eventID: ID })).rejects.toMatchObject({
      code: 'EVENT_ID_USED',
      status: 409,
    })
    expect(member.data).toEqual([1])
  })

  it('of one member is not another member’s [EM-8, CL-4]', async () => {
    const world = createWorld()
    const [alice, bob] = [await world.connect('room'), await world.connect('room')]
    const emit = { type: 'EMIT', payload: 'once', eventID: ID }
    alice.send(emit)
    alice.send(emit)
    bob.send(emit)
    await world.settled()
    expect(alice.of('EMITTED').map(({ payload }) => payload)).toEqual([
      { success: true, eventID: ID, recipients: 2 },
      { success: true, eventID: ID, recipients: 2 },
    ])
    expect(bob.last('EMITTED')!.payload).toMatchObject({ success: false, error: { code: 'EVENT_ID_USED' } })
    expect([alice.data, bob.data]).toEqual([['once'], ['once']])
  })

  it('of one user is the same over two of its sockets [EM-8]', async () => {
    const world = createWorld({ authorize: () => ({ user: 'alice' }) })
    const [phone, laptop] = [await world.connect('room'), await world.connect('room')]
    phone.send({ type: 'EMIT', payload: 'once', eventID: ID })
    laptop.send({ type: 'EMIT', payload: 'once', eventID: ID })
    await world.settled()
    expect(laptop.last('EMITTED')!.payload).toEqual(phone.last('EMITTED')!.payload)
    expect([phone.data, laptop.data]).toEqual([['once'], ['once']])
  })

  it('serves the program as well [EM-8]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const room = world.server.channel('room')
    const first = await room.emit({ n: 1 }, { eventID: ID })
    expect(await room.emit({ n: 1 }, { eventID: ID })).toEqual(first)
    await expect(room.emit({ n: 2 }, { eventID: ID })).rejects.toMatchObject({ code: 'EVENT_ID_USED' })
    await expect(room.emit({ n: 1 }, { eventID: 'mine' })).rejects.toMatchObject({ code: 'BAD_PARAMETER' })
    await world.settled()
    expect(member.data).toEqual([{ n: 1 }])
  })

  it('is remembered for as long as its event is retained, and no longer [EM-8, RS-1]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    await world.request(byID, post(1))
    await world.advance(119_000)
    await world.request(byID, post(1))
    await world.settled()
    expect(member.data).toEqual([1])
    await world.advance(3_000)
    expect((await world.request(byID, post(2))).status).toBe(200)
    await world.settled()
    expect(member.data).toEqual([1, 2])
  })
})

describe('a refused emit', () => {
  it('is not remembered: the same id works later, with another payload too [EM-8, EM-4]', async () => {
    const world = createWorld()
    expect((await world.request(`${byID}&clients=1`, post(1))).status).toBe(400)
    const member = await world.connect('room')
    expect((await world.request(`${byID}&clients=1`, post(2))).status).toBe(200)
    await world.settled()
    expect(member.data).toEqual([2])
  })

  it('by onEmit or authorize is not remembered either [EM-8]', async () => {
    let refuse = true
    const world = createWorld({ onEmit: () => (refuse ? { refuse: 'not now' } : undefined) })
    const member = await world.connect('room')
    expect((await world.request(byID, post(1))).status).toBe(403)
    refuse = false
    expect((await world.request(byID, post(1))).status).toBe(200)
    await world.settled()
    expect(member.data).toEqual([1])
  })
})

describe('a repeat of an awaited emit', () => {
  it('joins the first while that is awaited: one delivery, one answer for both [EM-8, EM-8a]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const path = `${byID}&require-ack=true`
    const first = world.pending(path, post('hi'))
    await world.advance(3_000)
    const repeat = world.pending(path, post('hi'))
    await world.settled()
    expect([first.answer, repeat.answer]).toEqual([undefined, undefined])
    member.ack(ID, { note: 'seen' })
    await world.settled()
    expect(first.answer).toMatchObject({
      status: 200,
      body: { acked: [member.clientID], replies: { [member.clientID]: { note: 'seen' } } },
    })
    expect(repeat.answer).toEqual(first.answer)
    expect(member.data).toEqual(['hi'])
  })

  it('that timed out gets the 408 of the first, at once, though somebody acknowledged in between [EM-8, ACK-5]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const path = `${byID}&require-ack=true`
    const first = world.pending(path, post('hi'))
    await world.advance(5_000)
    expect(first.answer).toMatchObject({
      status: 408,
      body: { pending: [member.clientID], error: { code: 'ACK_TIMEOUT' } },
    })
    member.ack(ID)
    await world.settled()
    const repeat = await world.request(path, post('hi'))
    expect(repeat).toMatchObject(first.answer!)
    await world.settled()
    expect(member.data).toEqual(['hi'])
  })

  it('joins it however many they are [EM-8]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const answers = Array.from({ length: 50 }, () => world.pending(`${byID}&require-ack=1`, post('hi')))
    await world.settled()
    member.ack(ID)
    await world.settled()
    for (const { answer } of answers) expect(answer).toEqual(answers[0]!.answer)
    expect(answers[0]!.answer!.status).toBe(200)
    expect(member.data).toEqual(['hi'])
  })

  it('is known as one without a history, while it is awaited [EM-8]', async () => {
    const world = createWorld({ history: { maxEvents: 0 } })
    const member = await world.connect('room')
    const first = world.pending(`${byID}&require-ack=1`, post('hi'))
    await world.settled()
    const repeat = world.pending(`${byID}&require-ack=1`, post('hi'))
    await world.settled()
    member.ack(ID)
    await world.settled()
    expect(repeat.answer).toEqual(first.answer)
    expect(member.data).toEqual(['hi'])
  })
})

describe('what onEmit changes', () => {
  it('does not make a repeat another event: the payload that was sent decides [EM-8]', async () => {
    let stamp = 0
    const world = createWorld({ onEmit: ({ payload }) => ({ payload: { payload, stamp: ++stamp } }) })
    const member = await world.connect('room')
    const first = await world.request(byID, post('hi'))
    const repeat = await world.request(byID, post('hi'))
    await world.settled()
    expect({ status: repeat.status, body: repeat.body }).toEqual({ status: 200, body: first.body })
    expect(member.data).toEqual([{ payload: 'hi', stamp: 1 }])
  })

  it('takes a repeat for one, though the first was still being checked when it came [EM-8, EM-8a]', async () => {
    const waiting: (() => void)[] = []
    const world = createWorld({ onEmit: () => new Promise<void>((resolve) => waiting.push(resolve)) })
    const member = await world.connect('room')
    const first = world.pending(byID, post('hi'))
    const repeat = world.pending(byID, post('hi'))
    await world.settled()
    for (const resolve of waiting) resolve()
    await world.settled()
    expect(first.answer).toMatchObject({ status: 200, body: { eventID: ID, recipients: 1 } })
    expect(repeat.answer).toEqual(first.answer)
    expect(member.data).toEqual(['hi'])
  })

  it('is asked once: a repeat of what was published is not asked about again [EM-8]', async () => {
    const asked: unknown[] = []
    const world = createWorld({ onEmit: ({ payload }) => void asked.push(payload) })
    for (let n = 0; n < 3; n++) await world.request(byID, post('hi'))
    expect(asked).toEqual(['hi'])
  })
})

describe('what is retained for repeats', () => {
  it('counts whom an event was for, and whom it did not find: an id is forgotten when the bytes are used up [LM-1, I11]', async () => {
    const world = createWorld({ history: { maxTotalBytes: 200_000 } })
    const member = await world.connect('room')
    const clients = Array.from({ length: 60 }, (_, n) => `${n}`.padEnd(800, 'x'))
    const emit = (eventID: string, payload: unknown) => member.send({ type: 'EMIT', payload, clients, eventID })
    const first = `evt_${'1'.repeat(16)}`
    emit(first, 'a')
    emit(first, 'b')
    await world.settled()
    expect(member.of('EMITTED').map(({ payload }) => payload.error?.code)).toEqual([undefined, 'EVENT_ID_USED'])
    for (const n of [2, 3, 4]) emit(`evt_${String(n).repeat(16)}`, 'a')
    emit(first, 'b')
    await world.settled()
    expect(member.last('EMITTED')?.payload).toMatchObject({ success: true, eventID: first })
  })
})
