// Members over server-sent events: what they hear is what a WebSocket hears.
import { describe, expect, it } from 'vitest'
import { EventStream } from '../support/event-stream'
import { post } from '../support/requests'
import { joinWithSession, streamMember } from '../support/session'
import { createWorld } from '../support/world'

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
    await streamMember(world, `session=${session}&attempt=2`)
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

  it.each([
    ['4s', 'closed'],
    ['6s', 'failed'],
  ])('whose stream is over has 5 s to read the rest of it: after %s that is %s [LI-3, RS-6, I11]', async (ms, how) => {
    const world = createWorld()
    const response = await world.server.fetch(
      new Request(`${world.url}/room/listen?member=true&session=new`, { headers: { accept: 'text/event-stream' } }),
    )
    const unread = response.body!.getReader()
    const decoder = new TextDecoder()
    const session = /"session":"([^"]+)"/.exec(decoder.decode((await unread.read()).value))![1]
    for (let n = 0; n < 10; n++) await world.emit('room', n)
    await streamMember(world, `session=${session}`)
    await world.advance(ms)
    unread.releaseLock()
    const stream = new EventStream(response)
    await world.settled()
    expect([stream.ended, stream.data.length, stream.types().at(-1)]).toEqual(
      how === 'closed' ? ['closed', 10, 'ERROR'] : ['failed', 0, undefined],
    )
    expect(world.clock.pending).toBe(1)
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
