// Listening over server-sent events: the same messages, seen by somebody who is no member.
import { describe, expect, it } from 'vitest'
import { observe } from '../support/event-stream'
import { post } from '../support/requests'
import { createWorld } from '../support/world'

describe('an observer', () => {
  it('gets CONNECTED with an id of its own that is in no member list, and nobody hears of it [LI-2]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { query: '?presence={"n":1}' })
    const stream = await observe(world, 'room', { query: '?presence={"hidden":true}' })
    expect(stream.response.status).toBe(200)
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream')
    expect(stream.response.headers.get('cache-control')).toBe('no-store')
    expect(stream.types()).toEqual(['CONNECTED'])
    const { data } = stream.events[0]!
    expect(data).toMatchObject({
      type: 'CONNECTED',
      latency: 0,
      payload: { members: [{ clientID: member.clientID, presence: { n: 1 } }] },
    })
    expect(stream.clientID).toMatch(/^client_/)
    expect(world.server.channel('room').members()).toHaveLength(1)
    expect(member.types()).toEqual(['CONNECTED'])
    const late = await world.connect('room')
    expect(late.last('CONNECTED')!.payload.members).toHaveLength(1)
  })

  it('sees presence come and go [LI-2, MS-4]', async () => {
    const world = createWorld()
    const stream = await observe(world, 'room')
    const member = await world.connect('room')
    member.send({ type: 'PRESENCE', payload: { n: 1 } })
    member.close()
    await world.settled()
    expect(stream.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'PRESENCE:UPDATED', 'PRESENCE:LEFT'])
    for (const { event, data } of stream.events)
      expect(data).toMatchObject({ type: event, clientID: stream.clientID, latency: 0, eventID: expect.any(String) })
  })

  it('gets public DATA with its position as id, and no other event has one [LI-2, MS-5]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const stream = await observe(world, 'room')
    await world.request('/room/emit', post('line\nbreak\r\n\ud83c\udf89'))
    member.send({ type: 'EMIT', payload: 2 })
    member.send({ type: 'PRESENCE', payload: {} })
    await world.settled()
    const { epoch } = stream.events[0]!.data.payload
    expect(stream.data).toEqual(['line\nbreak\r\n\ud83c\udf89', 2])
    expect(stream.events.map(({ event, id }) => [event, id])).toEqual([
      ['CONNECTED', undefined],
      ['DATA', `${epoch}:1`],
      ['DATA', `${epoch}:2`],
      ['PRESENCE:UPDATED', undefined],
    ])
    expect(stream.of('DATA')[1]!.data).toMatchObject({ from: member.clientID, requires_ack: false, seq: 2 })
  })

  it('is in nobody’s recipients: never waited for, never chosen, no target [LI-2, ACK-7, EM-4]', async () => {
    const world = createWorld()
    const stream = await observe(world, 'room')
    expect(await world.request('/room/emit?require-ack=true', post('public'))).toMatchObject({
      status: 200,
      body: { recipients: 0 },
    })
    expect((await world.request('/room/emit?clients=1', post('any'))).body.error).toMatchObject({
      code: 'NOT_ENOUGH_CLIENTS',
      available: 0,
    })
    expect((await world.request(`/room/emit?clients=${stream.clientID}`, post('you'))).body).toMatchObject({
      recipients: 0,
      unknown: [stream.clientID],
    })
    await world.settled()
    expect(stream.data).toEqual(['public'])
    expect(stream.of('DATA')[0]!.data.requires_ack).toBe(false)
    expect(world.server.channel('room').disconnect(stream.clientID)).toBe(false)
  })

  it('gets nothing that was addressed to some [LI-2, RS-9]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const stream = await observe(world, 'room')
    await world.request(`/room/emit?clients=${member.clientID}`, post('private'))
    await world.request('/room/emit?clients=1', post('for one'))
    await world.settled()
    expect(member.data).toEqual(['private', 'for one'])
    expect(stream.data).toEqual([])
  })

  it('is kept alive by comments instead of PING, needs no PONG, and is not dropped for silence [LI-2, CL-5]', async () => {
    const world = createWorld()
    const stream = await observe(world, 'room')
    await world.advance(20_000)
    expect(stream.comments).toHaveLength(1)
    await world.advance(100_000)
    expect(stream.comments.length).toBeGreaterThanOrEqual(5)
    expect(stream.types()).toEqual(['CONNECTED'])
    expect(stream.ended).toBeUndefined()
  })

  it('is kept alive every 20 seconds where members are pinged less often: proxies cut what is silent [LI-2]', async () => {
    const world = createWorld({ heartbeat: { intervalMs: 300_000 } })
    const member = await world.connect('room')
    const stream = await observe(world, 'room')
    await world.advance(299_000)
    expect(stream.comments.length).toBeGreaterThanOrEqual(13)
    expect(member.types()).toEqual(['CONNECTED'])
  })

  it('leaves when it stops reading, without a LEFT [LI-2, I7]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const stream = await observe(world, 'room')
    await stream.close()
    await world.request('/room/emit', post(1))
    await world.settled()
    expect(member.types()).toEqual(['CONNECTED', 'DATA'])
    member.close()
    await world.advance(125_000)
    expect(world.clock.pending).toBe(0)
  })

  it.each(['text/event-stream', 'Text/Event-Stream', 'text/html, text/event-stream;q=0.9, */*'])(
    'asks by Accept: %s [LI-2]',
    async (accept) => {
      const world = createWorld()
      const { status, body } = await world.fetch(`${world.url}/room/listen`, { headers: { accept } })
      await body?.cancel()
      expect(status).toBe(200)
    },
  )

  it('may be one of 1,000, and the next is refused with 503; members are counted apart [LM-1]', async () => {
    const world = createWorld({ limits: { maxMembers: 3 } })
    for (let n = 0; n < 3; n++) await observe(world, 'room')
    expect(await world.request('/room/listen', { headers: { accept: 'text/event-stream' } })).toMatchObject({
      status: 503,
      body: { error: { code: 'CHANNEL_FULL' } },
    })
    for (let n = 0; n < 3; n++) await world.connect('room')
    expect(world.server.channel('room').members()).toHaveLength(3)
  })

  it('that does not read is cut off, and nobody else notices [LM-1, ER-1]', async () => {
    const world = createWorld({ limits: { maxBufferedBytes: 10_000 } })
    const member = await world.connect('room')
    const reader = await observe(world, 'room')
    const { body } = await world.fetch(`${world.url}/room/listen`, { headers: { accept: 'text/event-stream' } })
    for (let n = 0; n < 30; n++) {
      await world.request('/room/emit', post('x'.repeat(1_000)))
      await world.settled()
    }
    expect(member.data).toHaveLength(30)
    expect(reader.data).toHaveLength(30)
    const drain = async () => {
      for await (const chunk of body!) expect(chunk.byteLength).toBeGreaterThan(0)
    }
    await expect(drain()).rejects.toThrow()
  })
})

describe('Last-Event-ID', () => {
  it('gives everything public that was missed, once, in order, before anything new [RS-2, LI-2]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const before = await observe(world, 'room')
    await world.request('/room/emit', post(1))
    await world.settled()
    const { id } = before.of('DATA')[0]!
    await before.close()
    await world.request('/room/emit', post(2))
    await world.request(`/room/emit?clients=${member.clientID}`, post('private'))
    await world.request('/room/emit', post(3))
    const after = await observe(world, 'room', { headers: { 'last-event-id': id! } })
    await world.request('/room/emit', post(4))
    await world.settled()
    expect(after.events[0]!.data.payload).toMatchObject({ recovered: true, seq: 1 })
    expect(after.data).toEqual([2, 3, 4])
    expect(after.of('DATA').map(({ data }) => data.seq)).toEqual([2, 4, 5])
  })

  it('of the newest event gives nothing, and is recovered [RS-2]', async () => {
    const world = createWorld()
    const first = await observe(world, 'room')
    await world.request('/room/emit', post(1))
    await world.settled()
    const again = await observe(world, 'room', { headers: { 'last-event-id': first.of('DATA')[0]!.id! } })
    expect(again.events.map(({ event, data }) => [event, data.payload.recovered])).toEqual([['CONNECTED', true]])
  })

  it.each([
    ['of another epoch', () => 'epoch_9999:1'],
    ['ahead of the stream', (epoch: string) => `${epoch}:99`],
    ['that cannot be read', () => 'nonsense'],
    ['that is empty', () => ''],
    ['with a negative seq', (epoch: string) => `${epoch}:-1`],
    ['of __proto__', () => '__proto__:1'],
  ])('%s is not recovered, and nothing is replayed [RS-2]', async (_, idOf) => {
    const world = createWorld()
    const first = await observe(world, 'room')
    await world.request('/room/emit', post(1))
    const again = await observe(world, 'room', {
      headers: { 'last-event-id': idOf(first.events[0]!.data.payload.epoch) },
    })
    expect(again.types()).toEqual(['CONNECTED'])
    expect(again.events[0]!.data.payload).toMatchObject({ recovered: false, seq: 1 })
  })

  it('is all or nothing: with one missed event gone, none is replayed [RS-2, I5]', async () => {
    const world = createWorld({ history: { maxEvents: 3 } })
    const stream = await observe(world, 'room')
    const { epoch } = stream.events[0]!.data.payload
    for (const n of [1, 2, 3, 4, 5]) await world.request('/room/emit', post(n))
    const lost = await observe(world, 'room', { headers: { 'last-event-id': `${epoch}:1` } })
    expect([lost.events[0]!.data.payload.recovered, lost.data]).toEqual([false, []])
    const kept = await observe(world, 'room', { headers: { 'last-event-id': `${epoch}:2` } })
    expect([kept.events[0]!.data.payload.recovered, kept.data]).toEqual([true, [3, 4, 5]])
  })

  it('does not reach into another life of the channel [RS-1, RS-2]', async () => {
    const world = createWorld({ history: { maxEvents: 0 } })
    const stream = await observe(world, 'room')
    await world.request('/room/emit', post(1))
    await world.settled()
    const { id } = stream.of('DATA')[0]!
    await stream.close()
    await world.settled()
    const again = await observe(world, 'room', { headers: { 'last-event-id': id! } })
    expect(again.events[0]!.data.payload.recovered).toBe(false)
  })
})

describe('a position that authorize keeps from the history', () => {
  it('recovers nothing, and is told so; where nobody decides, it recovers [LI-2, OR-3, RS-2]', async () => {
    for (const { options, recovered, data } of [
      { options: { authorize: ({ action }: { action: string }) => action === 'listen' }, recovered: false, data: [] },
      { options: {}, recovered: true, data: [1, 2] },
    ]) {
      const world = createWorld(options)
      const member = await world.connect('room')
      for (const n of [1, 2]) await world.server.channel('room').emit(n)
      const epoch = member.last('CONNECTED')?.payload.epoch
      const stream = await observe(world, 'room', { headers: { 'last-event-id': `${epoch}:0` } })
      expect(stream.of('CONNECTED')[0]?.data.payload.recovered).toBe(recovered)
      expect(stream.data).toEqual(data)
    }
  })
})
