// onEmit, onJoin, onLeave: what they are told, what they may do, and that their faults stay where they are.
import { describe, expect, it } from 'vitest'
import { observe } from '../support/event-stream'
import { post } from '../support/requests'
import { createWorld } from '../support/world'

function throwing(): never {
  throw new Error('the hook is broken')
}

const rejecting = (): Promise<never> => Promise.reject(new Error('the hook is broken'))

describe('onEmit', () => {
  it('is told of what members and HTTP callers emit, not of the program’s own [OR-3]', async () => {
    const told: unknown[] = []
    const world = createWorld({
      onEmit: (emitted) => void told.push(emitted),
      authorize: ({ token }) => (token === undefined ? true : { user: token }),
    })
    const member = await world.connect('a/b', { query: '?token=alice' })
    member.send({ type: 'EMIT', payload: { n: 1 }, clients: 0 })
    await world.settled()
    await world.request('/a%2Fb/emit', post(2))
    await world.request('/a%2Fb/emit?_token=bob&n=3')
    await world.server.channel('a/b').emit(4)
    expect(told).toEqual([
      { channel: 'a/b', from: member.clientID, user: 'alice', payload: { n: 1 } },
      { channel: 'a/b', payload: 2 },
      { channel: 'a/b', user: 'bob', payload: { n: '3' } },
    ])
  })

  it('is not told of what was refused before [OR-3, EM-1, CL-4]', async () => {
    const told: unknown[] = []
    const world = createWorld({
      onEmit: (emitted) => void told.push(emitted),
      authorize: ({ action, token }) => action === 'listen' || token === 'good',
    })
    const member = await world.connect('room')
    member.send({ type: 'EMIT', payload: 1 })
    await world.request('/room/emit', post(2))
    await world.request('/room/emit?_token=good', { method: 'POST', body: '{' })
    await world.request('/room/emit?_token=good&clients=-1', post(3))
    await world.settled()
    expect(told).toEqual([])
  })

  const refusals = [
    ['refuses', () => ({ refuse: 'not in here' }), 403, { code: 'FORBIDDEN', message: 'not in here' }],
    [
      'refuses later',
      () => Promise.resolve({ refuse: 'not in here' }),
      403,
      { code: 'FORBIDDEN', message: 'not in here' },
    ],
    ['says false', () => false as const, 403, { code: 'FORBIDDEN' }],
    ['says false later', () => Promise.resolve(false as const), 403, { code: 'FORBIDDEN' }],
    ['throws', throwing, 500, { code: 'INTERNAL' }],
    ['rejects', rejecting, 500, { code: 'INTERNAL' }],
  ] as const

  it.each(refusals)(
    'that %s: nothing is published, and the emitter hears why, by HTTP and by EMITTED [OR-3, ER-1, CL-4]',
    async (_, onEmit, status, error) => {
      const world = createWorld({ onEmit })
      const [member, other] = [await world.connect('room'), await world.connect('room')]
      expect(await world.request('/room/emit?require-ack=true', post(1))).toMatchObject({
        status,
        body: { success: false, error },
      })
      member.send({ type: 'EMIT', payload: 1, ref: 'r', requires_ack: true })
      await world.settled()
      expect(member.of('EMITTED').map(({ payload }) => payload)).toMatchObject([{ success: false, ref: 'r', error }])
      expect(other.data).toEqual([])
      expect(world.server.channel('room').history()).toEqual([])
      expect(world.errors).toHaveLength(status === 500 ? 2 : 0)
      expect(JSON.stringify(member.texts)).not.toContain('broken')
    },
  )

  it.each([
    ['at once', (payload: unknown) => ({ payload: { checked: payload } as never })],
    ['later', (payload: unknown) => Promise.resolve({ payload: { checked: payload } as never })],
  ])('may change the payload %s, for readers, history and observers alike [OR-3]', async (_, change) => {
    const world = createWorld({ onEmit: ({ payload }) => change(payload) })
    const member = await world.connect('room')
    const stream = await observe(world, 'room')
    await world.request('/room/emit', post(1))
    member.send({ type: 'EMIT', payload: null })
    await world.settled()
    const expected = [{ checked: 1 }, { checked: null }]
    expect(member.data).toEqual(expected)
    expect(stream.data).toEqual(expected)
    expect(
      world.server
        .channel('room')
        .history()
        .map(({ payload }) => payload),
    ).toEqual(expected)
  })

  it.each([null, 0, '', false, {}])('may change it to %j [OR-3, EM-1]', async (payload) => {
    const world = createWorld({ onEmit: () => ({ payload }) })
    const member = await world.connect('room')
    await world.request('/room/emit', post('before'))
    await world.settled()
    expect(member.data).toEqual([payload])
  })

  it('cannot change it to something beyond the limits [LM-1]', async () => {
    const world = createWorld({
      onEmit: ({ payload }) => ({ payload: payload === 'large' ? 'x'.repeat(70_000) : (1n as never) }),
    })
    const member = await world.connect('room')
    expect(await world.request('/room/emit', post('large'))).toMatchObject({
      status: 413,
      body: { error: { code: 'PAYLOAD_TOO_LARGE' } },
    })
    expect((await world.request('/room/emit', post('unspeakable'))).status).toBeGreaterThanOrEqual(400)
    await world.settled()
    expect(member.data).toEqual([])
  })

  it('may emit on its own account, before and after [EM-9, OR-3]', async () => {
    const world = createWorld({
      onEmit: ({ channel, payload }) => void (payload === 1 && world.server.channel(channel).emit('about to come')),
    })
    const member = await world.connect('room')
    await world.request('/room/emit', post(1))
    await world.settled()
    expect(member.data).toEqual(['about to come', 1])
  })

  it('that takes long keeps a member’s EMIT waiting, and nobody else [EM-9, ER-1]', async () => {
    const world = createWorld({
      onEmit: ({ payload }) => (payload === 'slow' ? new Promise<void>(() => {}) : undefined),
    })
    const [slow, quick] = [await world.connect('room'), await world.connect('room')]
    slow.send({ type: 'EMIT', payload: 'slow' })
    quick.send({ type: 'EMIT', payload: 'quick' })
    await world.settled()
    expect(slow.data).toEqual(['quick'])
    expect((await world.request('/room/emit', post('by http'))).status).toBe(200)
  })
})

describe('onEmit, after an authorisation that took its time', () => {
  it('is not asked for a member that has left meanwhile [EM-9, OR-3]', async () => {
    const asked: unknown[] = []
    const world = createWorld({
      authorize: ({ action }) => action === 'listen' || new Promise((resolve) => setImmediate(() => resolve(true))),
      onEmit: ({ payload }) => void asked.push(payload),
    })
    const member = await world.connect('room')
    member.send({ type: 'EMIT', payload: 'too late' })
    await Promise.resolve()
    member.network.sever()
    await world.settled()
    expect(asked).toEqual([])
  })

  it('is not asked over HTTP by a server that is gone: 503 [EM-7, HL-1]', async () => {
    const asked: unknown[] = []
    const world = createWorld({
      authorize: () => new Promise((resolve) => setImmediate(() => resolve(true))),
      onEmit: ({ payload }) => void asked.push(payload),
    })
    const emitting = world.server.fetch(new Request(`${world.url}/room/emit`, { method: 'POST', body: '1' }))
    await Promise.resolve()
    await world.server.close({ drainMs: 0 })
    expect((await emitting).status).toBe(503)
    expect(asked).toEqual([])
  })
})

describe('onJoin and onLeave', () => {
  it('are told of members, not of observers, once each, with channel, presence, user and code [MS-4, LI-2]', async () => {
    const told: unknown[] = []
    const world = createWorld({
      authorize: ({ token }) => ({ user: token ?? null }),
      onJoin: ({ channel, member }) => void told.push(['join', channel, member.presence, member.user]),
      onLeave: ({ channel, member, code }) => void told.push(['leave', channel, member.presence, member.user, code]),
    })
    const member = await world.connect('room', { query: '?token=alice&presence={"n":1}' })
    const stream = await observe(world, 'room')
    member.send({ type: 'PRESENCE', payload: { n: 2 } })
    await world.settled()
    await stream.close()
    member.close(4000)
    await world.settled()
    expect(told).toEqual([
      ['join', 'room', { n: 1 }, 'alice'],
      ['leave', 'room', { n: 2 }, 'alice', 4000],
    ])
  })

  it('are not told of who was refused, or found the channel full [LI-6, LM-1]', async () => {
    const told: unknown[] = []
    const world = createWorld({
      limits: { maxMembers: 1 },
      authorize: ({ token }) => Promise.resolve(token !== 'bad'),
      onJoin: () => void told.push('join'),
      onLeave: () => void told.push('leave'),
    })
    await Promise.all([world.connect('room'), world.connect('room'), world.connect('room', { query: '?token=bad' })])
    expect(told).toEqual(['join'])
  })

  it('see the member in the channel after joining, and gone after leaving [LI-5, MS-4]', async () => {
    const counts: number[] = []
    const count = ({ channel }: { channel: string }) => void counts.push(world.server.channel(channel).members().length)
    const world = createWorld({ onJoin: count, onLeave: count })
    const member = await world.connect('room')
    await world.connect('room')
    member.close()
    await world.settled()
    expect(counts).toEqual([1, 2, 1])
  })

  it('may greet: the newcomer has CONNECTED first, the others JOINED first [LI-5, EM-9]', async () => {
    const world = createWorld({
      onJoin: ({ channel, member }) => void world.server.channel(channel).emit(`hello ${member.clientID}`),
    })
    const first = await world.connect('room')
    const second = await world.connect('room')
    expect(first.types()).toEqual(['CONNECTED', 'DATA', 'PRESENCE:JOINED', 'DATA'])
    expect(second.types()).toEqual(['CONNECTED', 'DATA'])
  })

  it('may say goodbye: those who stay hear it after LEFT [MS-4, EM-9]', async () => {
    const world = createWorld({
      onLeave: ({ channel, member }) => void world.server.channel(channel).emit(`bye ${member.clientID}`),
    })
    const [stays, goes] = [await world.connect('room'), await world.connect('room')]
    goes.close()
    await world.settled()
    expect(stays.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'PRESENCE:LEFT', 'DATA'])
  })

  it('may throw somebody out, who is then no recipient of what the hook emits next [MS-4, I9]', async () => {
    const results: unknown[] = []
    const world = createWorld({
      onJoin: ({ channel, member }) => {
        if (member.presence['banned'] !== true) return
        world.server.channel(channel).disconnect(member.clientID)
        void world.server
          .channel(channel)
          .emit('somebody was thrown out', { requireAck: true })
          .then((result) => results.push(result))
      },
    })
    const stays = await world.connect('room', { autoAck: true })
    const banned = await world.connect('room', { query: '?presence={"banned":true}' })
    await world.settled()
    expect(banned.types()).toEqual(['CONNECTED', 'ERROR'])
    expect(banned.closed?.code).toBe(4403)
    expect(stays.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'PRESENCE:LEFT', 'DATA'])
    expect(results).toMatchObject([{ success: true, recipients: 1, acked: [stays.clientID] }])
  })

  it.each([
    ['throw', throwing],
    ['reject', rejecting],
  ])('that %s are told to onError, and everything goes on [ER-1, I15]', async (_, hook) => {
    const world = createWorld({ onJoin: hook, onLeave: hook })
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    member.close()
    await world.settled()
    await world.request('/room/emit', post(1))
    await world.settled()
    expect(other.types()).toEqual(['CONNECTED', 'PRESENCE:LEFT', 'DATA'])
    expect(world.errors.map(({ context }) => context)).toEqual(['onJoin', 'onJoin', 'onLeave'])
    expect(other.texts.join('\n')).not.toContain('broken')
  })

  it('may be called inside of each other: a hook that throws out the next one, and so on [EM-9, I7]', async () => {
    const world = createWorld({
      onLeave: ({ channel }) => {
        const [next] = world.server.channel(channel).members()
        if (next) world.server.channel(channel).disconnect(next.clientID)
      },
    })
    const members = [await world.connect('room'), await world.connect('room'), await world.connect('room')]
    members[0]!.close()
    await world.settled()
    expect(members.map(({ closed }) => closed?.code)).toEqual([1005, 4403, 4403])
    expect(members[2]!.of('PRESENCE:LEFT')).toHaveLength(2)
    expect(world.clock.pending).toBe(0)
  })
})

describe('an onEmit that never answers', () => {
  it('is waited for no longer than 10 s: the emitter is told INTERNAL, and its next events are published [EM-9, I13]', async () => {
    const world = createWorld({
      onEmit: ({ payload }) => (payload === 'stuck' ? new Promise<undefined>(() => {}) : undefined),
    })
    const member = await world.connect('room')
    const http = world.pending('/room/emit', { method: 'POST', body: '"stuck"' })
    member.send({ type: 'EMIT', payload: 'stuck', ref: '1' })
    member.send({ type: 'EMIT', payload: 'next', ref: '2' })
    await world.advance(9_999)
    expect([http.answer, member.of('EMITTED')]).toEqual([undefined, []])
    await world.advance(1)
    expect(http.answer).toMatchObject({ status: 500, body: { error: { code: 'INTERNAL' } } })
    expect(member.of('EMITTED').map(({ payload }) => [payload.ref, payload.success])).toEqual([
      ['1', false],
      ['2', true],
    ])
    expect(member.data).toEqual(['next'])
  })
})
