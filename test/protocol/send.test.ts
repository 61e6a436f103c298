// POST /:channel/send: what a member without a WebSocket says.
import { describe, expect, it } from 'vitest'
import { ask, post } from '../support/requests'
import { cutOff, joinWithSession, resume, streamMember, tokenOf } from '../support/session'
import { createWorld } from '../support/world'

const accepted = { status: 202, body: { success: true } }

describe('POST /:channel/send', () => {
  it('does what is in a list in its order, as on a socket, however long each takes [LI-3, EM-9]', async () => {
    let decide = (): void => {}
    const world = createWorld({
      onEmit: ({ payload }) => (payload === 'slow' ? new Promise<void>((resolve) => (decide = resolve)) : undefined),
    })
    const watcher = await world.connect('room')
    const { send } = await streamMember(world)
    await send([
      { type: 'EMIT', payload: 'slow' },
      { type: 'PRESENCE', payload: { n: 1 } },
      { type: 'EMIT', payload: 'quick' },
    ])
    await send({ type: 'EMIT', payload: 'later' })
    expect(watcher.data).toEqual([])
    decide()
    await world.settled()
    expect(watcher.types().slice(2)).toEqual(['DATA', 'PRESENCE:UPDATED', 'DATA', 'DATA'])
    expect(watcher.data).toEqual(['slow', 'quick', 'later'])
  })

  it('is for the newest connection’s session alone: 410 for an unknown one and for one of another channel [LI-3]', async () => {
    const world = createWorld()
    const { session, send } = await streamMember(world)
    const gone = { status: 410, body: { success: false, error: { code: 'SESSION_GONE' } } }
    expect(await world.request('/room/send', post({ type: 'PONG' }, { session: 'session_x' }))).toMatchObject(gone)
    expect(await world.request('/hall/send', post({ type: 'PONG' }, { session }))).toMatchObject(gone)
    expect(await send({ type: 'CLOSE' })).toMatchObject(accepted)
    expect(await send({ type: 'PONG' })).toMatchObject(gone)
  })

  it('takes what a member in grace says, without prolonging its grace [LI-3, RS-4, ACK-4]', async () => {
    const world = createWorld()
    const watcher = await world.connect('room')
    const { stream, session, clientID, send } = await streamMember(world)
    const emit = world.pending('/room/emit?require-ack=true&clients=' + clientID, post(1))
    await world.settled()
    await stream.close()
    expect(await send({ type: 'ACK', payload: { eventID: stream.of('DATA')[0]!.data.eventID } })).toMatchObject(
      accepted,
    )
    expect(emit.answer?.status).toBe(200)
    for (let n = 0; n < 3; n++) {
      expect(await send({ type: 'EMIT', payload: n })).toMatchObject(accepted)
      await world.advance('9s')
    }
    expect(watcher.data).toEqual([0, 1, 2])
    await world.advance('4s')
    expect(watcher.of('PRESENCE:LEFT')).toHaveLength(1)
    expect((await world.request('/room/send', post({ type: 'PONG' }, { session }))).status).toBe(410)
  })

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['no message', '5'],
    ['a list of none', '[]'],
    ['a list with something else in it', '[{"type":"EMIT","payload":1},5]'],
    ['a message without a type', '[{"type":"EMIT","payload":1},{"payload":1}]'],
    ['a list of lists', '[[{"type":"EMIT","payload":1}]]'],
    ['a close code that is none', '[{"type":"EMIT","payload":1},{"type":"CLOSE","code":1006}]'],
    ['more than 100', JSON.stringify(Array.from({ length: 101 }, () => ({ type: 'EMIT', payload: 1 })))],
    ['a number that no double holds', '{"type":"EMIT","payload":1e999}'],
  ])('refuses %s with 400 BAD_PAYLOAD, and does nothing of it [LI-3]', async (_, body) => {
    const world = createWorld()
    const { stream, session } = await streamMember(world)
    expect(await world.request('/room/send', { method: 'POST', body, headers: { session } })).toMatchObject({
      status: 400,
      body: { success: false, error: { code: 'BAD_PAYLOAD' } },
    })
    await world.settled()
    expect(stream.types()).toEqual(['CONNECTED'])
    expect(world.members('room')).toHaveLength(1)
  })

  it('takes 100 messages, each of 64 KiB and all of 1 MiB at most; beyond is 413, and nothing is done [LI-3, LM-1]', async () => {
    const world = createWorld({ limits: { maxMessageBytes: 1_000 } })
    const watcher = await world.connect('room')
    const { send } = await streamMember(world)
    const emit = (size: number) => ({ type: 'EMIT', payload: 'x'.repeat(size) })
    const frame = JSON.stringify(emit(0)).length
    expect((await send([emit(1), emit(1_001 - frame)])).status).toBe(413)
    expect((await send(Array.from({ length: 17 }, () => emit(950)))).status).toBe(413)
    expect(watcher.data).toEqual([])
    expect((await send(emit(1_000 - frame))).status).toBe(202)
    expect((await send(Array.from({ length: 100 }, () => emit(1)))).status).toBe(202)
    expect(watcher.data).toHaveLength(101)
  })

  it('holds its sender to the rates and rules of a socket [LI-3, CL-8, CL-7, CL-4]', async () => {
    const world = createWorld({ limits: { messagesPerSecond: 1, messageBurst: 3, maxBadMessages: 2 } })
    const { stream, send } = await streamMember(world)
    await send(Array.from({ length: 5 }, (_, n) => ({ type: 'EMIT', payload: n, ref: String(n) })))
    const codes = stream.of('EMITTED').map(({ data }) => data.payload.error?.code)
    expect(codes).toEqual([undefined, undefined, undefined, 'RATE_LIMITED', 'RATE_LIMITED'])
    await world.advance('5s')
    await send({ type: 'WHAT' })
    expect(stream.of('ERROR').at(-1)!.data.payload.code).toBe('UNKNOWN_TYPE')
    const deep = JSON.parse('['.repeat(63) + ']'.repeat(63)) as unknown
    await send({ type: 'EMIT', payload: [deep], ref: 'deep' })
    expect(stream.of('EMITTED').at(-1)!.data.payload).toMatchObject({ ref: 'deep', error: { code: 'BAD_PAYLOAD' } })
  })

  it('asks `authorize` for each EMIT, with the request and the token that the stream was opened by [LI-3, OR-3]', async () => {
    const asked: unknown[] = []
    const world = createWorld({
      authorize: ({ action, token, request }) => {
        asked.push([action, token, new URL(request.url).pathname])
        return true
      },
    })
    const { send } = await streamMember(world, 'session=new&token=mine')
    await send([{ type: 'EMIT', payload: 1 }, { type: 'PONG' }])
    expect(asked).toEqual([
      ['listen', 'mine', '/room/listen'],
      ['emit', 'mine', '/room/listen'],
    ])
  })

  it('says nothing by POST once its token has expired, though it is away: 401, and it may come back [OR-2, LI-3]', async () => {
    const world = createWorld({ authorize: ({ token }) => ({ user: 'ada', expiresAt: Number(token) }) })
    const start = world.clock.unixNow()
    const member = await joinWithSession(world, 'room', { query: `token=${start + 10_000}` })
    const watcher = await world.connect('room', { query: `token=${start + 10_000_000}` })
    const say = async (n: number) => {
      const headers = { session: tokenOf(member) }
      return await world.request('/room/send', post({ type: 'PRESENCE', payload: { n } }, headers))
    }
    await cutOff(world, member)
    expect((await say(1)).status).toBe(202)
    await world.advance('11s')
    expect(await say(2)).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHORIZED' } } })
    await resume(world, member, { query: `token=${start + 60_000}` })
    expect((await say(3)).status).toBe(202)
    await world.settled()
    expect(watcher.of('PRESENCE:UPDATED').map(({ payload }) => payload.presence)).toEqual([{ n: 1 }, { n: 3 }])
  })

  it('wants a Session header, POST, and a page that is welcome [LI-3, OR-1, CH-2]', async () => {
    const world = createWorld()
    const { session } = await streamMember(world)
    const code = async (init: RequestInit) => {
      const { status, body } = await world.request('/room/send', init)
      return [status, body.error.code]
    }
    expect(await code(post({ type: 'PONG' }))).toEqual([400, 'BAD_PARAMETER'])
    expect(await code({ method: 'GET', headers: { session } })).toEqual([405, 'METHOD_NOT_ALLOWED'])
    expect(await code(post({ type: 'PONG' }, { session, origin: 'https://evil.example' }))).toEqual([403, 'BAD_ORIGIN'])
  })

  it('may be sent by a page of another origin that is listed: a preflight allows the header [LI-3, OR-1]', async () => {
    const world = createWorld({ origins: ['https://app.example'] })
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'POST' }
    const answer = await ask(world, '/room/send', { method: 'OPTIONS', headers })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-headers')).toMatch(/\bsession\b/)
    expect(answer.headers.get('access-control-allow-methods')).toBe('POST')
  })

  it('may say CLOSE for a WebSocket too, which on that itself is no message [LI-3, CL-7]', async () => {
    const world = createWorld()
    const [member, watcher] = [await joinWithSession(world), await world.connect('room')]
    member.send({ type: 'CLOSE' })
    await world.settled()
    expect(member.last('ERROR')!.payload.code).toBe('UNKNOWN_TYPE')
    const session = tokenOf(member)
    await world.request(
      '/room/send',
      post(
        [
          { type: 'CLOSE', code: 4000 },
          { type: 'EMIT', payload: 1 },
        ],
        { session },
      ),
    )
    await world.settled()
    expect(member.closed?.code).toBe(4000)
    expect([watcher.data, watcher.of('PRESENCE:LEFT')]).toEqual([[], []])
    const back = await resume(world, member)
    await cutOff(world, back)
    await world.request('/room/send', post({ type: 'CLOSE' }, { session }))
    await world.settled()
    expect(watcher.of('PRESENCE:LEFT')).toHaveLength(1)
  })

  it('is refused by a server that is gone: 503 DRAINING [LI-3, HL-1]', async () => {
    const world = createWorld()
    const { session } = await streamMember(world)
    await world.server.close({ drainMs: 0 })
    expect(await world.request('/room/send', post({ type: 'PONG' }, { session }))).toMatchObject({
      status: 503,
      body: { error: { code: 'DRAINING' } },
    })
  })
})
