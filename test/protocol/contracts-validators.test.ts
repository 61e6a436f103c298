// Validators that take their time, that never answer, and that fail.
import { describe, expect, it } from 'vitest'
import { defineChannel } from '@websockets.do/server-core/contract'
import { z } from 'zod'
import { schema } from '../support/contracts'
import { post } from '../support/requests'
import { createWorld } from '../support/world'

const said = (event: string, data: unknown) => ({ event, data })
const never = () => new Promise<never>(() => {})

describe('an asynchronous validator', () => {
  it('is waited for, and keeps one member’s frames in their order [EM-9, CL-3]', async () => {
    const waiting: (() => void)[] = []
    const slow = schema((value) => new Promise((resolve) => waiting.push(() => resolve({ value }))))
    const contract = defineChannel({
      events: { slow, quick: z.number() },
      presence: schema<object>((value) => ({ value: value as object })),
    })
    const world = createWorld({ contracts: { room: contract } })
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    member.send({ type: 'EMIT', payload: said('slow', 1) })
    member.send({ type: 'PRESENCE', payload: { n: 1 } })
    member.send({ type: 'EMIT', payload: said('quick', 2) })
    other.send({ type: 'EMIT', payload: said('quick', 3) })
    await world.settled()
    expect(other.data).toEqual([said('quick', 3)])
    waiting[0]?.()
    await world.settled()
    expect(other.types().slice(-3)).toEqual(['DATA', 'PRESENCE:UPDATED', 'DATA'])
    expect(other.data).toEqual([said('quick', 3), said('slow', 1), said('quick', 2)])
  })

  it('may refuse later, by every way [ER-3, CL-4]', async () => {
    const contract = defineChannel({ data: z.number().refine(async (n) => n > 1, 'too small') })
    const world = createWorld({ contracts: { room: contract } })
    const member = await world.connect('room')
    const error = { code: 'BAD_PAYLOAD', message: 'too small', path: [] }
    expect((await world.request('/room/emit', post(1))).body.error).toEqual(error)
    await expect(world.server.channel('room').emit(1)).rejects.toMatchObject(error)
    member.send({ type: 'EMIT', payload: 1 })
    await world.settled()
    expect(member.of('EMITTED')[0]?.payload.error).toEqual(error)
    await expect(world.server.channel('room').emit(2)).resolves.toMatchObject({ recipients: 1 })
  })

  it('may be asked twice about one event that is repeated meanwhile; it is delivered once [EM-8]', async () => {
    const waiting: (() => void)[] = []
    const data = schema((value) => new Promise((resolve) => waiting.push(() => resolve({ value }))))
    const world = createWorld({ contracts: { room: defineChannel({ data }) } })
    const member = await world.connect('room')
    const path = '/room/emit?_event-id=evt_0123456789abcdef'
    const answers = [world.pending(path, post(1)), world.pending(path, post(1))]
    await world.settled()
    expect(waiting).toHaveLength(2)
    for (const finish of waiting) finish()
    await world.settled()
    expect(answers.map(({ answer }) => answer?.status)).toEqual([200, 200])
    expect(member.data).toEqual([1])
  })

  it('has 10 s: then it is INTERNAL for who asked, and the next frame is handled [EM-9, LM-1]', async () => {
    const contract = defineChannel({
      data: schema((value) => (value === 'stuck' ? never() : { value })),
      presence: schema<object>(never),
    })
    const world = createWorld({ contracts: { room: contract } })
    const member = await world.connect('room')
    const http = world.pending('/room/emit', post('stuck'))
    for (const payload of ['stuck', 'next']) member.send({ type: 'EMIT', payload })
    member.send({ type: 'PRESENCE', payload: {} })
    await world.advance(9_999)
    expect([http.answer, member.of('EMITTED')]).toEqual([undefined, []])
    await world.advance(1)
    expect(http.answer).toMatchObject({ status: 500, body: { error: { code: 'INTERNAL' } } })
    expect(member.of('EMITTED').map(({ payload }) => payload.success)).toEqual([false, true])
    await world.advance(10_000)
    expect(member.of('ERROR').map(({ payload }) => payload.code)).toEqual(['INTERNAL'])
  })

  it('that is done after the member has left publishes nothing of it, and asks onEmit nothing [EM-9, MS-4]', async () => {
    const waiting: (() => void)[] = []
    const asked: unknown[] = []
    const slow = schema<object>((value) => new Promise((resolve) => waiting.push(() => resolve({ value }))))
    const contract = defineChannel({ data: slow, presence: slow })
    const world = createWorld({ contracts: { room: contract }, onEmit: ({ payload }) => void asked.push(payload) })
    const [emits, presents, stays] = [
      await world.connect('room'),
      await world.connect('room'),
      await world.connect('room'),
    ]
    emits.send({ type: 'EMIT', payload: 1 })
    presents.send({ type: 'PRESENCE', payload: { n: 1 } })
    await world.settled()
    emits.close()
    presents.close()
    await world.settled()
    for (const finish of waiting) finish()
    await world.settled()
    expect(stays.types()).toEqual(['CONNECTED', 'PRESENCE:LEFT', 'PRESENCE:LEFT'])
    expect(asked).toEqual([])
  })
})

describe('a validator that fails', () => {
  const fault = (): never => {
    throw new Error('the validator is broken')
  }
  it.each([
    ['throws', fault],
    ['rejects', () => Promise.reject(new Error('the validator is broken'))],
    ['answers nonsense', () => undefined as never],
    ['answers nonsense later', () => Promise.resolve(undefined as never)],
    ['has an issue without a path that can be told', () => ({ issues: [{ message: 'no', path: [null as never] }] })],
  ])('and %s is INTERNAL for who asked, told to onError, and nobody else’s matter [ER-1]', async (_, validate) => {
    const broken = schema<object>(validate)
    const contract = defineChannel({ events: { broken, fine: z.number() }, presence: broken })
    const world = createWorld({ contracts: { room: contract } })
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    member.send({ type: 'EMIT', payload: said('broken', 1) })
    member.send({ type: 'PRESENCE', payload: { n: 1 } })
    other.send({ type: 'EMIT', payload: said('fine', 1) })
    const { status, body } = await world.request('/room/emit', post(said('broken', 1)))
    await expect(world.server.channel('room').emit(said('broken', 1))).rejects.toMatchObject({ code: 'INTERNAL' })
    await world.settled()
    expect({ status, code: body.error.code }).toEqual({ status: 500, code: 'INTERNAL' })
    expect(member.of('EMITTED').map(({ payload }) => payload.error?.code)).toEqual(['INTERNAL'])
    expect(member.of('ERROR').map(({ payload }) => payload.code)).toEqual(['INTERNAL'])
    expect(other.data).toEqual([said('fine', 1)])
    expect(other.of('PRESENCE:UPDATED')).toEqual([])
    expect(world.errors.map(({ context }) => context)).toEqual(Array(4).fill('the contract of channel room'))
    expect(member.texts.join('\n')).not.toContain('the validator is broken')
  })
})
