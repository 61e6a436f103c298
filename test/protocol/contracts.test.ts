// What a contract lets through and what it refuses, by whichever way it comes, and what the refused is told.
import { describe, expect, it } from 'vitest'
import { defineChannel } from '@websockets.do/server-core/contract'
import { z } from 'zod'
import { room, schema, vendors } from '../support/contracts'
import { post } from '../support/requests'
import { createWorld } from '../support/world'

const said = (event: string, data: unknown) => ({ event, data })

describe.each(vendors)('a contract written with %s', (_, contract) => {
  const fits = [
    said('message', { text: 'hi' }),
    said('typing', true),
    said('lines', [{ words: ['one', 'two'] }]),
    said('counted', 'abc'),
    4,
  ]

  it('lets pass what fits, and passes it on as it came: what transforms does so at the reader [MS-10]', async () => {
    const world = createWorld({ contracts: { room: contract } })
    const member = await world.connect('room')
    for (const payload of fits) {
      expect((await world.request('/room/emit', post(payload))).status).toBe(200)
      member.send({ type: 'EMIT', payload })
      await world.settled()
      await world.server.channel('room').emit(payload)
    }
    await world.settled()
    expect(member.data).toEqual(fits.flatMap((payload) => [payload, payload, payload]))
    expect(member.of('EMITTED').map(({ payload }) => payload.success)).toEqual(fits.map(() => true))
    expect(world.server.channel('room').history()).toHaveLength(3 * fits.length)
  })

  it.each([
    [said('message', { text: 5 }), ['data', 'text']],
    [said('message', {}), ['data', 'text']],
    [said('message', null), ['data']],
    [said('typing', 'yes'), ['data']],
    [said('lines', [{ words: [] }, { words: ['one', 2] }]), ['data', 1, 'words', 1]],
    ['four', []],
    [{ text: 'unnamed' }, []],
    [said('massage', { text: 'hi' }), ['event']],
    [said('__proto__', {}), ['event']],
    [said('constructor', {}), ['event']],
    [said('toString', {}), ['event']],
    [said('', {}), ['event']],
  ])(
    'refuses %j by every way with 400 BAD_PAYLOAD, and says where it is wrong [ER-3, EM-7, CL-4]',
    async (payload, path) => {
      const world = createWorld({ contracts: { room: contract } })
      const member = await world.connect('room')
      const { status, body } = await world.request('/room/emit', post(payload))
      member.send({ type: 'EMIT', payload, ref: 'mine' })
      await world.settled()
      const { error } = body
      expect({ status, body }).toEqual({
        status: 400,
        body: { success: false, error: { code: 'BAD_PAYLOAD', message: expect.any(String), path } },
      })
      expect(error.message.startsWith(path.length > 0 ? `${path.join('.')}: ` : '')).toBe(true)
      expect(member.of('EMITTED').map(({ payload: answer }) => answer)).toEqual([
        { success: false, error, ref: 'mine' },
      ])
      await expect(world.server.channel('room').emit(payload)).rejects.toMatchObject({ ...error, status: 400 })
      expect(member.types()).toEqual(['CONNECTED', 'EMITTED'])
      expect(world.server.channel('room').history()).toEqual([])
      expect(world.errors).toEqual([])
    },
  )
})

describe('what a contract’s refusal says', () => {
  it.each([
    [said('message', { text: 5 }), 'data.text: Invalid input: expected string, received number'],
    ['four', 'Invalid input: expected number, received string'],
    [said('massage', 1), 'event: expected one of the events message, typing, lines, counted'],
  ])('is the path and the validator’s own words: %j [ER-3, ER-2]', async (payload, message) => {
    const world = createWorld({ contracts: { room } })
    expect((await world.request('/room/emit', post(payload))).body.error.message).toBe(message)
  })

  it('is the first issue alone, and no longer than 500 characters, whatever the validator makes of it [ER-3, LM-1]', async () => {
    const long = 'x'.repeat(50_000)
    const contract = defineChannel({
      data: schema(() => ({
        issues: [
          { message: long, path: [{ key: long }, 7, Symbol('s'), ...Array<string>(100).fill('deep')] },
          { message: 'another' },
        ],
      })),
    })
    const world = createWorld({ contracts: { room: contract } })
    const { error } = (await world.request('/room/emit', post(1))).body
    expect(error.message).toHaveLength(500)
    expect(error.path.slice(0, 4)).toEqual([`${'x'.repeat(99)}…`, 7, 'Symbol(s)', 'deep'])
    expect(error.path).toHaveLength(64)
    expect(JSON.stringify(error)).not.toContain('another')
  })

  it('names no events where there are none [ER-3]', async () => {
    const world = createWorld({ contracts: { room: defineChannel({ data: z.number() }) } })
    expect((await world.request('/room/emit', post(said('message', 1)))).body.error).toEqual({
      code: 'BAD_PAYLOAD',
      message: 'event: expected no named event',
      path: ['event'],
    })
  })

  it('is nothing to somebody who may not emit [OR-3, ER-2]', async () => {
    const asked: unknown[] = []
    const contract = defineChannel({ data: schema((value) => ({ value: asked.push(value) })) })
    const world = createWorld({ contracts: { room: contract }, authorize: ({ action }) => action === 'listen' })
    const member = await world.connect('room')
    expect((await world.request('/room/emit', post(1))).body.error.code).toBe('FORBIDDEN')
    member.send({ type: 'EMIT', payload: 2 })
    await world.settled()
    expect(asked).toEqual([])
  })
})

describe('a contract’s presence', () => {
  it.each(vendors)(
    'is checked in PRESENCE with %s: ERROR BAD_PAYLOAD, the connection and the presence stay [CL-3, ER-3]',
    async (_, contract) => {
      const world = createWorld({ contracts: { room: contract } })
      const [member, other] = [
        await world.connect('room', { query: '?presence={"name":"Ann"}' }),
        await world.connect('room'),
      ]
      member.send({ type: 'PRESENCE', payload: { name: 5 } })
      await world.settled()
      expect(member.of('ERROR').map(({ payload }) => payload)).toEqual([
        { code: 'BAD_PAYLOAD', message: expect.stringMatching(/^name: ./), path: ['name'] },
      ])
      expect(other.types()).toEqual(['CONNECTED'])
      expect(world.server.channel('room').members()).toContainEqual({
        clientID: member.clientID,
        presence: { name: 'Ann' },
      })
      member.send({ type: 'PRESENCE', payload: { name: 'Bea', more: 1 } })
      await world.settled()
      expect(other.of('PRESENCE:UPDATED')[0]?.payload.presence).toEqual({ name: 'Bea', more: 1 })
      expect(member.closed).toBeUndefined()
    },
  )

  it.each(vendors)(
    'is checked on listening with %s: 400, or in frames and 4400 where a session was asked for [LI-4, LI-6, ER-3]',
    async (_, contract) => {
      const world = createWorld({ contracts: { room: contract } })
      const query = '?presence={"name":5}'
      const refused = await world.connect('room', { query })
      const told = await world.connect('room', { query: `${query}&session=new` })
      const { status, body } = await world.request(`/room/listen${query}`, { headers: { accept: 'text/event-stream' } })
      const error = { code: 'BAD_PAYLOAD', message: expect.stringMatching(/^name: ./), path: ['name'] }
      expect({ status, body }).toEqual({ status: 400, body: { success: false, error } })
      expect(refused).toMatchObject({ failed: true, received: [] })
      expect(told.received).toMatchObject([{ type: 'ERROR', payload: error }])
      expect(told.closed).toEqual({ code: 4400, reason: 'BAD_PAYLOAD' })
      expect(world.server.channel('room').members()).toEqual([])
    },
  )

  it.each(['', '?presence={}'])('is not asked for: who says nothing of itself joins (%j) [LI-4]', async (query) => {
    const world = createWorld({ contracts: { room } })
    expect((await world.connect('room', { query })).of('CONNECTED')[0]?.payload.presence).toEqual({})
  })

  it('lets our client join with one, or without, and tells it of what does not fit [CL-3, ER-3]', async () => {
    const world = createWorld({ contracts: { room } })
    const told: unknown[] = []
    const [silent, named] = [{}, { presence: { name: 'Ann' } }].map((options) => {
      const channel = world.client().channel('room', options)
      channel.on('error', ({ code, path }) => void told.push([code, path]))
      return channel
    })
    await world.settled()
    expect([silent, named].map((channel) => channel?.status.state)).toEqual(['open', 'open'])
    silent?.presence.set({ name: 5 })
    await expect(named?.emit('massage')).rejects.toMatchObject({ code: 'BAD_PAYLOAD', path: ['event'] })
    await world.settled()
    expect(told).toEqual([['BAD_PAYLOAD', ['name']]])
  })

  it('is not checked for somebody who may not listen [OR-3, ER-2]', async () => {
    const world = createWorld({ contracts: { room }, authorize: () => false })
    const member = await world.connect('room', { query: '?presence={"name":5}&session=new' })
    expect(member.of('ERROR')[0]?.payload.code).toBe('FORBIDDEN')
  })

  it('whose validator throws refuses the listener alone: 500 [ER-1, LI-6]', async () => {
    const contract = defineChannel({
      presence: schema<object>(() => {
        throw new Error('the validator is broken')
      }),
    })
    const world = createWorld({ contracts: { room: contract } })
    const member = await world.connect('room', { query: '?presence={"n":1}&session=new' })
    expect(member.of('ERROR')[0]?.payload.code).toBe('INTERNAL')
    expect(member.closed?.code).toBe(1011)
    expect(world.errors).toHaveLength(1)
    expect((await world.connect('room')).types()).toEqual(['CONNECTED'])
  })
})
