// Members over server-sent events: they hear by a stream, and speak by POST.
import { describe, expect, it } from 'vitest'
import { observe, type ObserveOptions } from '../support/event-stream'
import { ask, post } from '../support/requests'
import { cutOff, joinWithSession, resume, tokenOf } from '../support/session'
import { createWorld, type World } from '../support/world'

/** A member by a stream, and its session. */
async function streamMember(world: World, query = 'session=new', options: ObserveOptions = {}) {
  const stream = await observe(world, 'room', { query: `?member=true&${query}`, ...options })
  const session: string = stream.of('CONNECTED')[0]?.data.payload.session ?? ''
  const send = async (messages: unknown) => {
    const answer = await world.request('/room/send', post(messages, { session }))
    await world.settled()
    return answer
  }
  return { stream, session, clientID: stream.clientID, send }
}

const accepted = { status: 202, body: { success: true } }

describe('a member over server-sent events', () => {
  it('is a member like any other: it joins, hears, acknowledges, emits and leaves [LI-3]', async () => {
    const world = createWorld()
    const watcher = await world.connect('room')
    const { stream, clientID, send } = await streamMember(world, 'session=new&presence={"n":1}')
    expect(watcher.last('PRESENCE:JOINED')!.payload).toEqual({ clientID, presence: { n: 1 } })
    expect(stream.of('CONNECTED')[0]!.data.payload).toMatchObject({
      ...{ resumed: false, recovered: true, presence: { n: 1 } },
      members: [{ clientID: watcher.clientID, presence: {} }],
    })
    const emit = world.pending(`/room/emit?require-ack=true&clients=${clientID}`, post('for you'))
    await world.settled()
    const { data } = stream.of('DATA')[0]!
    expect(data).toMatchObject({ payload: 'for you', requires_ack: true, clientID })
    expect(await send({ type: 'ACK', payload: { eventID: data.eventID, answer: 42 } })).toMatchObject(accepted)
    expect(emit.answer).toMatchObject({
      status: 200,
      body: { acked: [clientID], replies: { [clientID]: { answer: 42 } } },
    })
    expect(
      await send([
        { type: 'PRESENCE', payload: { n: 2 } },
        { type: 'EMIT', payload: 'hi', ref: '1' },
      ]),
    ).toMatchObject(accepted)
    expect(stream.of('EMITTED')[0]!.data.payload).toMatchObject({ success: true, ref: '1', recipients: 2 })
    expect(watcher.last('DATA')).toMatchObject({ payload: 'hi', from: clientID })
    expect(watcher.last('PRESENCE:UPDATED')!.payload).toEqual({ clientID, presence: { n: 2 } })
    expect(await send({ type: 'CLOSE' })).toMatchObject(accepted)
    expect(watcher.of('PRESENCE:LEFT')).toHaveLength(1)
    expect(stream.ended).toBe('closed')
  })

  it('is not heard by a request of an older connection, which comes too late, as on a socket [LI-3, RS-6]', async () => {
    const world = createWorld()
    const watcher = await world.connect('room')
    const { session, clientID } = await streamMember(world, 'session=new&attempt=1')
    await observe(world, 'room', { query: `?member=true&session=${session}&attempt=2` })
    const send = (attempt: number) =>
      world.request(`/room/send?attempt=${attempt}`, post({ type: 'PRESENCE', payload: { attempt } }, { session }))
    expect(await send(2)).toMatchObject(accepted)
    expect(await send(1)).toMatchObject({ status: 409, body: { error: { code: 'REPLACED' } } })
    await world.settled()
    expect(watcher.of('PRESENCE:UPDATED').map(({ payload }) => payload)).toEqual([
      { clientID, presence: { attempt: 2 } },
    ])
  })

  it('hears frame by frame what a WebSocket hears [LI-3]', async () => {
    const world = createWorld()
    const [member, other] = [await joinWithSession(world), await world.connect('room')]
    const { stream, clientID } = await streamMember(world)
    other.setPresence({ n: 1 })
    await world.request('/room/emit', post('all'))
    await world.request(`/room/emit?clients=${member.clientID},${clientID}`, post('you two'))
    other.close()
    await world.settled()
    const shapes = (frames: readonly { type: string; payload: unknown; seq?: number }[]) =>
      frames.slice(1).map(({ type, payload, seq }) => ({ type, payload, seq }))
    const streamed = shapes(stream.events.map(({ data }) => data))
    expect(streamed.map(({ type }) => type)).toEqual(['PRESENCE:UPDATED', 'DATA', 'DATA', 'PRESENCE:LEFT'])
    expect(shapes(member.received as any).slice(2)).toEqual(streamed)
  })

  it('is pinged by an event, since it has to answer, and dropped when it does not [LI-3, CL-5]', async () => {
    const world = createWorld()
    const [{ stream, send }, silent] = [await streamMember(world), await streamMember(world)]
    await world.advance('21s')
    expect(stream.of('PING')).toHaveLength(1)
    expect(stream.comments).toEqual([])
    expect(await send({ type: 'pong' })).toMatchObject(accepted)
    await world.advance('16s')
    expect(silent.stream.of('ERROR')[0]!.data.payload.code).toBe('PING_TIMEOUT')
    expect(silent.stream.ended).toBe('closed')
    expect(stream.of('ERROR')).toEqual([])
    expect(world.members('room')).toHaveLength(2)
    await world.advance('10s')
    expect(stream.of('PING')).toHaveLength(2)
  })

  it('that stops reading has its grace: the end of a stream says nothing [LI-3, RS-5]', async () => {
    const left: unknown[] = []
    const world = createWorld({ onLeave: ({ code }) => left.push(code) })
    const watcher = await world.connect('room')
    const { stream, session, clientID } = await streamMember(world)
    await stream.close()
    await world.emit('room', 'missed')
    await world.advance('10s')
    expect(watcher.of('PRESENCE:LEFT')).toEqual([])
    const { epoch } = stream.of('CONNECTED')[0]!.data.payload
    const back = await streamMember(world, `session=${session}`, { headers: { 'last-event-id': `${epoch}:0` } })
    expect([back.clientID, back.stream.data]).toEqual([clientID, ['missed']])
    expect(back.stream.of('CONNECTED')[0]!.data.payload).toMatchObject({ resumed: true, recovered: true })
    await back.stream.close()
    await world.advance('31s')
    expect(left).toEqual([1006])
  })

  it('goes on over a WebSocket, and back, by one and the same session [LI-3, RS-3]', async () => {
    const world = createWorld()
    const { stream, session, clientID, send } = await streamMember(world)
    const member = await world.connect('room', { query: `session=${session}` })
    expect(member.clientID).toBe(clientID)
    expect(stream.of('ERROR')[0]!.data.payload.code).toBe('REPLACED')
    expect(stream.ended).toBe('closed')
    await send({ type: 'EMIT', payload: 1, ref: 'posted' })
    expect(member.last('EMITTED')!.payload.ref).toBe('posted')
    const back = await streamMember(world, `session=${session}&attempt=9`)
    expect([back.clientID, member.closed?.code]).toEqual([clientID, 4409])
    await world.advance('60s')
  })

  it('is refused by an HTTP status: with an attempt that is not newer by 409 [LI-3, RS-6]', async () => {
    const world = createWorld({ limits: { maxMembers: 1 } })
    const headers = { accept: 'text/event-stream' }
    const status = async (query: string) => {
      const { status: code, body } = await world.request(`/room/listen?member=true&${query}`, { headers })
      return [code, body.error.code]
    }
    expect(await status('')).toEqual([400, 'BAD_PARAMETER'])
    expect(await status('session=new&attempt=x')).toEqual([400, 'BAD_PARAMETER'])
    const { session } = await streamMember(world, 'session=new&attempt=3')
    expect(await status(`session=${session}&attempt=3`)).toEqual([409, 'REPLACED'])
    expect(await status('session=new')).toEqual([503, 'CHANNEL_FULL'])
    expect(world.members('room')).toHaveLength(1)
  })
})

describe('POST /:channel/send', () => {
  it('does what is in a list in its order, as on a socket, however long each takes [LI-3, EM-9]', async () => {
    const world = createWorld({
      onEmit: async ({ payload }) => {
        if (payload === 'slow') await new Promise((resolve) => setTimeout(resolve, 0))
      },
    })
    const watcher = await world.connect('room')
    const { send } = await streamMember(world)
    await send([
      { type: 'EMIT', payload: 'slow' },
      { type: 'PRESENCE', payload: { n: 1 } },
      { type: 'EMIT', payload: 'quick' },
    ])
    await send({ type: 'EMIT', payload: 'later' })
    await world.settled()
    await new Promise((resolve) => setTimeout(resolve, 5))
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
