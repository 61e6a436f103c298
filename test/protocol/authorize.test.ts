// `authorize`: what it is asked, what it may answer, and that nothing gets past it.
import { describe, expect, it } from 'vitest'
import { observe } from '../support/event-stream'
import { post, upgrade } from '../support/requests'
import { createWorld } from '../support/world'

const never = () => new Promise<boolean>(() => {})

describe('what authorize is asked', () => {
  it('names the channel, the action and the token of each request [OR-3, OR-2]', async () => {
    const asked: unknown[] = []
    const world = createWorld({
      authorize: ({ channel, action, token, request }) => {
        asked.push([channel, action, token, request instanceof Request])
        return true
      },
    })
    const bearer = { headers: { authorization: 'Bearer by-header' } }
    await world.request('/a%2Fb/emit?_token=by-query', post(1))
    await world.request('/room/emit', post(1, bearer.headers))
    await world.request('/room/history', bearer)
    await world.request('/room/members', bearer)
    await world.connect('room', { query: '?token=by-parameter' })
    await world.connect('room', { protocols: ['websockets.do', 'bearer.by-protocol'] })
    await observe(world, 'room', { headers: { authorization: 'bearer by-stream' } })
    await upgrade(world, '/room/listen')
    expect(asked).toEqual([
      ['a/b', 'emit', 'by-query', true],
      ['room', 'emit', 'by-header', true],
      ['room', 'history', 'by-header', true],
      ['room', 'members', 'by-header', true],
      ['room', 'listen', 'by-parameter', true],
      ['room', 'listen', 'by-protocol', true],
      ['room', 'listen', 'by-stream', true],
      ['room', 'listen', undefined, true],
    ])
  })

  it('is each EMIT of a member, with the token of its connection [OR-3, CL-4]', async () => {
    const asked: unknown[] = []
    const world = createWorld({
      authorize: ({ action, token, request }) => {
        asked.push([action, token, new URL(request.url).pathname])
        return action === 'listen'
      },
    })
    const member = await world.connect('room', { query: '?token=mine' })
    member.send({ type: 'EMIT', payload: 1, ref: 'x' })
    await world.settled()
    expect(asked).toEqual([
      ['listen', 'mine', '/room/listen'],
      ['emit', 'mine', '/room/listen'],
    ])
    expect(member.last('EMITTED')!.payload).toMatchObject({ success: false, ref: 'x', error: { code: 'FORBIDDEN' } })
    expect(member.of('ERROR')).toEqual([])
    expect(member.closed).toBeUndefined()
  })

  it('wants `history` for a rewind too [OR-3, RS-8]', async () => {
    const world = createWorld({ authorize: ({ action }) => action !== 'history' })
    expect(await upgrade(world, '/room/listen?rewind=5')).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN' } },
    })
    expect(await upgrade(world, '/room/listen?rewind=0')).toMatchObject({ status: 101 })
    expect((await world.request('/room/listen?rewind=1', { headers: { accept: 'text/event-stream' } })).status).toBe(
      403,
    )
    expect((await world.request('/room/history')).status).toBe(403)
  })

  it('is not the program’s own emits [OR-3]', async () => {
    const world = createWorld({ authorize: ({ action }) => action === 'listen' })
    const member = await world.connect('room')
    await world.server.channel('room').emit('mine')
    await world.settled()
    expect(member.data).toEqual(['mine'])
  })
})

describe('what authorize answers', () => {
  const UNAUTHORIZED = { refuse: 'UNAUTHORIZED' } as const
  const answers = [
    ['false', () => false, 403, 'FORBIDDEN'],
    ['a promise of false', () => Promise.resolve(false), 403, 'FORBIDDEN'],
    ['UNAUTHORIZED', () => UNAUTHORIZED, 401, 'UNAUTHORIZED'],
    ['a promise of UNAUTHORIZED', () => Promise.resolve(UNAUTHORIZED), 401, 'UNAUTHORIZED'],
    ['FORBIDDEN', () => ({ refuse: 'FORBIDDEN' }) as const, 403, 'FORBIDDEN'],
    [
      'an exception',
      () => {
        throw new Error('secret detail')
      },
      500,
      'INTERNAL',
    ],
    ['a rejection', () => Promise.reject(new Error('secret detail')), 500, 'INTERNAL'],
    ['undefined', () => undefined as never, 403, 'FORBIDDEN'],
    ['null', () => null as never, 403, 'FORBIDDEN'],
    ['a promise of undefined', () => Promise.resolve(undefined as never), 403, 'FORBIDDEN'],
  ] as const

  it.each(answers)(
    '%s refuses every route with its status, and nothing happens [OR-3, I18]',
    async (_, authorize, status, code) => {
      const world = createWorld({ authorize })
      const refused = { status, body: { success: false, error: { code } } }
      expect(await upgrade(world, '/room/listen')).toMatchObject(refused)
      expect(await world.request('/room/listen', { headers: { accept: 'text/event-stream' } })).toMatchObject(refused)
      expect(await world.request('/room/emit', post(1))).toMatchObject(refused)
      expect(await world.request('/room/emit?x=1')).toMatchObject(refused)
      expect(await world.request('/room/history')).toMatchObject(refused)
      expect(await world.request('/room/members')).toMatchObject(refused)
      expect(world.server.channel('room').history()).toEqual([])
      expect(world.clock.pending).toBe(0)
      expect(world.errors).toHaveLength(code === 'INTERNAL' ? 6 : 0)
    },
  )

  it('that throws is told to onError, and to nobody else [ER-1, ER-2]', async () => {
    const secret = new Error('the database password is hunter2')
    const world = createWorld({
      authorize: () => {
        throw secret
      },
    })
    const { body } = await world.request('/room/emit', post(1))
    expect(JSON.stringify(body)).not.toContain('hunter2')
    expect(world.errors.map(({ error }) => error)).toEqual([secret])
  })

  it('may say why [OR-3]', async () => {
    const world = createWorld({ authorize: () => ({ refuse: 'UNAUTHORIZED', message: 'the token is too old' }) })
    expect((await world.request('/room/emit', post(1))).body.error).toEqual({
      code: 'UNAUTHORIZED',
      message: 'the token is too old',
    })
  })

  it.each(['Forbidden', 'NO', undefined, 42, '__proto__', 'constructor'])(
    'never passes for a success with an unheard-of refusal: %j [OR-3, I18]',
    async (refuse) => {
      const world = createWorld({ authorize: () => ({ refuse }) as never })
      const { status, body } = await world.request('/room/emit', post(1))
      expect(status).toBeGreaterThanOrEqual(400)
      expect(body.success).toBe(false)
      expect((await upgrade(world, '/room/listen')).status).toBeGreaterThanOrEqual(400)
    },
  )

  it('late, refuses after 10 seconds, and what it says then counts no more [LM-1, OR-3]', async () => {
    const world = createWorld({ authorize: never })
    const emit = world.pending('/room/emit', post(1))
    await world.advance(9_999)
    expect(emit.answer).toBeUndefined()
    await world.advance(1)
    expect(emit.answer).toMatchObject({ status: 500, body: { error: { code: 'INTERNAL' } } })
    expect(world.clock.pending).toBe(0)
  })

  it('late, leaves no timer when it is in time after all [I10]', async () => {
    let decide: (allowed: boolean) => void = () => {}
    const world = createWorld({ authorize: () => new Promise<boolean>((resolve) => (decide = resolve)) })
    const emit = world.pending('/room/members')
    await world.advance(9_000)
    decide(true)
    await world.settled()
    expect(emit.answer!.status).toBe(200)
    expect(world.clock.pending).toBe(0)
  })

  it('late and refused, does not let a rejection escape [I15]', async () => {
    let reject: (error: Error) => void = () => {}
    const world = createWorld({ authorize: () => new Promise<boolean>((_, fail) => (reject = fail)) })
    const emit = world.pending('/room/emit', post(1))
    await world.advance(10_000)
    reject(new Error('too late'))
    await world.settled()
    expect(emit.answer!.status).toBe(500)
    expect(world.errors).toHaveLength(1)
  })
})

describe('what authorize grants', () => {
  it('a user, whom others see beside the clientID, never in place of presence [MS-11]', async () => {
    const world = createWorld({ authorize: ({ token }) => (token === undefined ? true : { user: { name: token } }) })
    const anonymous = await world.connect('room')
    const alice = await world.connect('room', {
      query: `?token=alice&presence=${encodeURIComponent('{"user":"root","clientID":"client_me"}')}`,
    })
    const presence = { user: 'root', clientID: 'client_me' }
    const entry = { clientID: alice.clientID, presence, user: { name: 'alice' } }
    expect(anonymous.last('PRESENCE:JOINED')!.payload).toEqual(entry)
    const { members } = (await world.request('/room/members')).body
    expect(members).toEqual([{ clientID: anonymous.clientID, presence: {} }, entry])
    const late = await world.connect('room')
    expect(late.last('CONNECTED')!.payload.members[1]).toEqual(entry)
    alice.send({ type: 'PRESENCE', payload: { user: 'changed' } })
    await world.settled()
    expect(anonymous.last('PRESENCE:UPDATED')!.payload).toEqual({ ...entry, presence: { user: 'changed' } })
    expect(world.server.channel('room').members()[1]).toEqual({ ...entry, presence: { user: 'changed' } })
  })

  it.each([null, 0, '', false, [], { __proto__: null, constructor: 1 }])(
    'any JSON as the user: %j [MS-11]',
    async (user) => {
      const world = createWorld({ authorize: () => ({ user: user as never }) })
      const watcher = await world.connect('room')
      const member = await world.connect('room')
      expect(watcher.last('PRESENCE:JOINED')!.payload).toEqual({ clientID: member.clientID, presence: {}, user })
    },
  )

  it('an end: the connection gets UNAUTHORIZED and 4401 within a heartbeat of it, not before [OR-2, I18]', async () => {
    const world = createWorld({ authorize: ({ token }) => (token === undefined ? true : { expiresAt: Number(token) }) })
    const end = world.clock.unixNow() + 30_000
    const watcher = await world.connect('room')
    const member = await world.connect('room', { query: `?token=${end}` })
    const stream = await observe(world, 'room', { query: `?token=${end}` })
    await world.advance(29_000)
    expect([member.closed, stream.ended]).toEqual([undefined, undefined])
    await world.advance(3_000)
    expect(member.last('ERROR')!.payload.code).toBe('UNAUTHORIZED')
    expect(member.closed?.code).toBe(4401)
    expect(stream.of('ERROR').map(({ data }) => data.payload.code)).toEqual(['UNAUTHORIZED'])
    expect(stream.ended).toBe('closed')
    expect(watcher.of('PRESENCE:LEFT').map(({ payload }) => payload)).toEqual([{ clientID: member.clientID }])
    expect(watcher.closed).toBeUndefined()
  })

  it.each([
    ['NaN', Number.NaN],
    ['a text', '2030-01-01'],
    ['null', null],
    ['an object', {}],
  ])(
    'no end that is none: %s as expiresAt is a fault of the program’s, and never a grant for ever [OR-2, I18]',
    async (_, expiresAt) => {
      const world = createWorld({ authorize: () => ({ expiresAt: expiresAt as never }) })
      expect((await upgrade(world, '/room/listen')).status).toBe(500)
      expect(world.errors).toHaveLength(1)
    },
  )

  it('that JSON cannot carry is a fault of the program’s: INTERNAL, and onError is told [ER-1, I15]', async () => {
    const world = createWorld({ authorize: () => ({ user: 1n as never }) })
    const member = await world.connect('room')
    expect(member.closed?.code).toBeDefined()
    expect(world.errors).not.toEqual([])
    expect(await world.request('/room/emit', post(1))).toMatchObject({
      status: 500,
      body: { error: { code: 'INTERNAL' } },
    })
    expect(world.server.channel('room').members()).toEqual([])
    expect(world.clock.pending).toBe(0)
  })
})

describe('a token', () => {
  it('is in no answer, no frame and no error [OR-2, ER-2]', async () => {
    const TOKEN = 's3cr3t-t0ken'
    const world = createWorld({
      authorize: ({ action, token }) =>
        action === 'listen' ? { user: 'alice' } : { refuse: token === TOKEN ? 'FORBIDDEN' : 'UNAUTHORIZED' },
    })
    const member = await world.connect('room', { query: `?token=${TOKEN}` })
    member.send({ type: 'EMIT', payload: 1 })
    await world.settled()
    const answers = await Promise.all([
      world.request(`/room/emit?x=1&_token=${TOKEN}`),
      world.request('/room/emit', post(1, { authorization: `Bearer ${TOKEN}` })),
      world.request(`/room/history?token=${TOKEN}&limit=x`),
    ])
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 400])
    expect(JSON.stringify([member.texts, answers.map(({ body }) => body), world.errors.map(String)])).not.toContain(
      TOKEN,
    )
  })

  it('in a subprotocol is not the protocol that is agreed on [OR-2]', async () => {
    const world = createWorld({ authorize: ({ token }) => token === 'x' })
    const member = await world.connect('room', { protocols: ['bearer.x', 'websockets.do'] })
    expect(member.socket.protocol).toBe('websockets.do')
    expect(member.clientID).not.toBe('')
  })
})

describe('without authorize', () => {
  it('all is open but the history, unless that was said to be readable [OR-3]', async () => {
    const world = createWorld()
    expect((await world.request('/room/emit', post(1))).status).toBe(200)
    expect((await world.request('/room/members')).status).toBe(200)
    expect(await upgrade(world, '/room/listen')).toMatchObject({ status: 101 })
    expect(await world.request('/room/history')).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } })
    expect((await upgrade(world, '/room/listen?rewind=1')).status).toBe(403)
    const readable = createWorld({ history: { readable: true } })
    expect((await readable.request('/room/history')).status).toBe(200)
    expect((await upgrade(readable, '/room/listen?rewind=1')).status).toBe(101)
  })
})
