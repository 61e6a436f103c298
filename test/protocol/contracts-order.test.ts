// When a contract is asked, about what, and that nothing changes by it.
import { describe, expect, it } from 'vitest'
import { defineChannel } from '@websockets.do/server-core/contract'
import { z } from 'zod'
import { room, schema } from '../support/contracts'
import { post } from '../support/requests'
import { createWorld } from '../support/world'

function fail(): never {
  throw new Error('the validator is broken')
}

describe('a contract', () => {
  it('leaves alone what it does not speak of: unnamed payloads and presence without a schema [MS-10, CL-3]', async () => {
    const world = createWorld({ contracts: { room: defineChannel({ events: { message: z.string() } }) } })
    const member = await world.connect('room', { query: '?presence={"any":1}' })
    const payloads = [1, null, {}, { event: 'massage' }, { event: 5, data: 1 }, { event: 'massage', data: 1, more: 1 }]
    for (const payload of payloads) expect((await world.request('/room/emit', post(payload))).status).toBe(200)
    member.send({ type: 'PRESENCE', payload: { other: 2 } })
    await world.settled()
    expect(member.data).toEqual(payloads)
    expect(member.of('PRESENCE:UPDATED')).toHaveLength(1)
  })

  it('checks what a query says as the strings that it is [EM-2]', async () => {
    const world = createWorld({ contracts: { room: defineChannel({ data: z.object({ n: z.coerce.number() }) }) } })
    expect((await world.request('/room/emit?n=1')).status).toBe(200)
    expect((await world.request('/room/emit?n=one')).body.error).toMatchObject({ code: 'BAD_PAYLOAD', path: ['n'] })
  })

  it('checks what the program emits as it will be read: as JSON [ER-3]', async () => {
    const world = createWorld({ contracts: { room: defineChannel({ data: z.object({ at: z.iso.datetime() }) }) } })
    const channel = world.server.channel('room')
    await expect(channel.emit({ at: new Date(0) })).resolves.toMatchObject({ success: true })
    await expect(channel.emit({ at: undefined })).rejects.toMatchObject({ code: 'BAD_PAYLOAD', path: ['at'] })
  })

  it('changes nothing, not even with a validator that writes into what it is given [MS-10]', async () => {
    const told: unknown[] = []
    const contract = defineChannel({
      data: schema((value) => ({ value: Object.assign(value as object, { written: true }) })),
      presence: schema<object>((value) => ({ value: Object.assign(value as object, { written: true }) })),
    })
    const world = createWorld({ contracts: { room: contract }, onEmit: ({ payload }) => void told.push(payload) })
    const member = await world.connect('room', { query: '?presence={"a":1}' })
    member.send({ type: 'PRESENCE', payload: { a: 2 } })
    member.send({ type: 'EMIT', payload: { n: 1 } })
    await world.settled()
    expect(member.data).toEqual([{ n: 1 }])
    expect(told).toEqual([{ n: 1 }])
    expect(member.of('CONNECTED')[0]?.payload.presence).toEqual({ a: 1 })
    expect(member.of('PRESENCE:UPDATED')[0]?.payload.presence).toEqual({ a: 2 })
  })

  it('is asked before onEmit, which sees nothing but what fits [OR-3]', async () => {
    const told: unknown[] = []
    const world = createWorld({ contracts: { room }, onEmit: ({ payload }) => void told.push(payload) })
    await world.request('/room/emit', post('wrong'))
    await world.request('/room/emit', post(1))
    expect(told).toEqual([1])
  })

  it.each([
    ['at once', (payload: unknown) => ({ payload: payload as never })],
    ['later', (payload: unknown) => Promise.resolve({ payload: payload as never })],
  ])('holds for what onEmit makes of an event %s too: its fault is the program’s [ER-1, OR-3]', async (_, make) => {
    const world = createWorld({ contracts: { room }, onEmit: ({ payload }) => make(payload === 1 ? 'wrong' : 3) })
    const member = await world.connect('room')
    expect(await world.request('/room/emit', post(1))).toMatchObject({
      status: 500,
      body: { error: { code: 'INTERNAL' } },
    })
    expect((await world.request('/room/emit', post(2))).status).toBe(200)
    await world.settled()
    expect(member.data).toEqual([3])
    expect(world.errors).toMatchObject([{ context: 'onEmit', error: { code: 'BAD_PAYLOAD', path: [] } }])
  })

  it('is told to onError once where its validator fails on what onEmit made [ER-1]', async () => {
    const contract = defineChannel({ data: z.number().refine((n) => n > 0 || fail()) })
    const world = createWorld({ contracts: { room: contract }, onEmit: () => ({ payload: -1 }) })
    expect((await world.request('/room/emit', post(1))).body.error.code).toBe('INTERNAL')
    expect(world.errors.map(({ context }) => context)).toEqual(['the contract of channel room'])
  })

  it('is not asked about a repeat: it gets the answer of the first, whatever the contract says by now [EM-8]', async () => {
    const checked: unknown[] = []
    const once = schema((value) => (checked.push(value) === 1 ? { value } : { issues: [{ message: 'not again' }] }))
    const contract = defineChannel({ data: once })
    const world = createWorld({ contracts: (name) => (name === 'fresh' ? undefined : contract) })
    const eventID = 'evt_0123456789abcdef'
    const request = () => world.request(`/http/emit?_event-id=${eventID}`, post(1))
    expect(await request()).toMatchObject({ status: 200, body: { eventID } })
    expect(await request()).toMatchObject({ status: 200, body: { eventID } })
    checked.length = 0
    const program = world.server.channel('program')
    expect(await program.emit(1, { eventID })).toEqual(await program.emit(1, { eventID }))
    checked.length = 0
    const member = await world.connect('socket')
    for (const ref of ['1', '2']) member.send({ type: 'EMIT', payload: 1, eventID, ref })
    await world.settled()
    expect(member.of('EMITTED').map(({ payload }) => payload.success)).toEqual([true, true])
    expect(member.data).toEqual([1])
  })

  it('that refused is forgotten: the same id with what fits is published [EM-8]', async () => {
    const world = createWorld({ contracts: { room } })
    const path = '/room/emit?_event-id=evt_0123456789abcdef'
    expect((await world.request(path, post('wrong'))).status).toBe(400)
    expect((await world.request(path, post(1))).status).toBe(200)
  })
})
