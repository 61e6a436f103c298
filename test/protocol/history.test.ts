// GET /:channel/history: the retained public events, page by page.
import { describe, expect, it } from 'vitest'
import { post } from '../support/requests'
import { joinWithSession, resume } from '../support/session'
import { createWorld, type World } from '../support/world'

const readable = { history: { readable: true } }

async function emitted(count: number): Promise<World> {
  const world = createWorld(readable)
  for (let n = 1; n <= count; n++) await world.server.channel('room').emit(n)
  return world
}

const payloads = (body: { history: { payload: unknown }[] }) => body.history.map(({ payload }) => payload)

describe('GET /:channel/history', () => {
  it('gives each event as it was, oldest first, under its epoch [HI-1]', async () => {
    const world = createWorld(readable)
    const member = await world.connect('room')
    const first = await world.request('/room/emit', post({ é: '🎉' }))
    await world.advance(1_500)
    member.send({ type: 'EMIT', payload: null })
    await world.settled()
    const { status, headers, body } = await world.request('/room/history')
    const start = world.clock.unixNow() - 1_500
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toEqual({
      epoch: member.last('CONNECTED')!.payload.epoch,
      seq: 2,
      history: [
        { eventID: first.body.eventID, seq: 1, timestamp: start, payload: { é: '🎉' } },
        {
          eventID: member.last('EMITTED')!.payload.eventID,
          seq: 2,
          timestamp: start + 1_500,
          payload: null,
          from: member.clientID,
        },
      ],
    })
  })

  it('gives the newest 100, or as many as `limit` says [HI-1]', async () => {
    const world = await emitted(150)
    expect(payloads((await world.request('/room/history')).body)).toEqual(
      Array.from({ length: 100 }, (_, at) => at + 51),
    )
    expect(payloads((await world.request('/room/history?limit=2')).body)).toEqual([149, 150])
    expect(payloads((await world.request('/room/history?limit=1')).body)).toEqual([150])
    expect(payloads((await world.request('/room/history?limit=1000')).body)).toHaveLength(150)
  })

  it('goes back page by page: `before` is exclusive [HI-1]', async () => {
    const world = await emitted(7)
    const pages: unknown[] = []
    let before = ''
    for (;;) {
      const { body } = await world.request(`/room/history?limit=3${before}`)
      if (body.history.length === 0) break
      pages.push(payloads(body))
      before = `&before=${body.epoch}:${body.history[0].seq}`
    }
    expect(pages).toEqual([[5, 6, 7], [2, 3, 4], [1]])
  })

  it.each([
    'limit=0',
    'limit=1001',
    'limit=-1',
    'limit=1.5',
    'limit=',
    'limit=all',
    'limit=99999',
    'limit=%2B5',
    'before=',
    'before=5',
    'before=epoch',
    'before=epoch:',
    'before=epoch:-1',
    'before=epoch:x',
    'before=:5',
    'before=a:1:2',
  ])('answers 400 to ?%s [HI-1]', async (query) => {
    const world = await emitted(3)
    expect(await world.request(`/room/history?${query}`)).toMatchObject({
      status: 400,
      body: { success: false, error: { code: 'BAD_PARAMETER' } },
    })
  })

  it('has nothing before another epoch, and everything before a position that is still to come [HI-1]', async () => {
    const world = await emitted(3)
    const { epoch } = (await world.request('/room/history')).body
    expect((await world.request('/room/history?before=epoch_other:3')).body.history).toEqual([])
    expect(payloads((await world.request(`/room/history?before=${epoch}:999`)).body)).toEqual([1, 2, 3])
    expect((await world.request(`/room/history?before=${epoch}:1`)).body.history).toEqual([])
  })

  it('is empty where nothing happened, and asking makes no channel [HI-1, CH-4]', async () => {
    const world = createWorld(readable)
    for (const channel of ['room', '__proto__', 'constructor']) {
      expect(await world.request(`/${channel}/history`)).toMatchObject({ status: 200, body: { history: [] } })
    }
    expect(world.clock.pending).toBe(0)
  })

  it.each(['limit=1', 'limit=100', 'before=epoch_other:1'])(
    'with ?%s tells the position of the newest event, shown or not: from there one misses nothing [HI-1, RS-2]',
    async (query) => {
      const world = await emitted(2)
      const [member] = [await world.connect('room'), await world.connect('room')]
      await world.request(`/room/emit?clients=${member.clientID}`, post('private'))
      const { epoch, seq } = (await world.request(`/room/history?${query}`)).body
      await world.request('/room/emit', post('next'))
      const late = await world.connect('room', { query: `since=${epoch}:${seq}` })
      expect(late.last('CONNECTED')!.payload).toMatchObject({ recovered: true, seq: 3 })
      expect(late.data).toEqual(['next'])
    },
  )

  it('tells a position where nothing was published yet, and where nothing is left [HI-1, RS-1, RS-2]', async () => {
    const world = createWorld(readable)
    const member = await world.connect('room')
    const { epoch } = member.last('CONNECTED')!.payload
    expect((await world.request('/room/history')).body).toEqual({ epoch, seq: 0, history: [] })
    await world.request('/room/emit', post(1))
    await world.advance('130s')
    expect((await world.request('/room/history')).body).toEqual({ epoch, seq: 1, history: [] })
    const late = await world.connect('room', { query: `since=${epoch}:1` })
    expect(late.last('CONNECTED')!.payload.recovered).toBe(true)
  })

  it('never shows what was addressed to some, however that was said [RS-9]', async () => {
    const world = createWorld(readable)
    const [member] = [await world.connect('room'), await world.connect('room')]
    await world.request(`/room/emit?clients=${member.clientID}`, post('by id'))
    await world.request('/room/emit?clients=2', post('by number'))
    await world.request('/room/emit?clients=0', post('to nobody'))
    await world.request('/room/emit?clients=client_x', post('to an unknown'))
    await world.server.channel('room').emit('by the program', { clients: 1 })
    member.send({ type: 'EMIT', payload: 'by a member', clients: [member.clientID] })
    await world.request('/room/emit', post('public'))
    await world.settled()
    expect(payloads((await world.request('/room/history')).body)).toEqual(['public'])
    expect(
      world.server
        .channel('room')
        .history()
        .map(({ payload }) => payload),
    ).toEqual(['public'])
  })

  it('counts its limit in public events, past those for others [HI-1, RS-9]', async () => {
    const world = createWorld(readable)
    await world.connect('room')
    for (let n = 1; n <= 5; n++) {
      await world.request('/room/emit', post(n))
      await world.request('/room/emit?clients=1', post(`private ${n}`))
    }
    expect(payloads((await world.request('/room/history?limit=3')).body)).toEqual([3, 4, 5])
  })

  it('is no secret door: 403 without permission, and the program reads it all the same [OR-3, HI-1]', async () => {
    const world = createWorld()
    await world.request('/room/emit', post('hi'))
    expect(await world.request('/room/history')).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } })
    expect(world.server.channel('room').history()).toMatchObject([{ payload: 'hi', seq: 1 }])
  })
})

describe('the position null:0, of a channel that did not exist', () => {
  const welcomeOf = (member: { last(type: string): { payload: any } | undefined }) => member.last('CONNECTED')!.payload

  it('is before everything that was published since [HI-1, RS-2]', async () => {
    const world = createWorld(readable)
    const { epoch, seq } = (await world.request('/room/history')).body
    const first = await world.connect('room', { query: `since=${epoch}:${seq}` })
    expect(welcomeOf(first)).toMatchObject({ recovered: true, seq: 0 })
    for (const n of [1, 2]) await world.request('/room/emit', post(n))
    await world.request(`/room/emit?clients=${first.clientID}`, post('private'))
    const second = await world.connect('room', { query: 'since=null:0' })
    expect(welcomeOf(second)).toMatchObject({ recovered: true, seq: 0 })
    expect(second.data).toEqual([1, 2])
  })

  it('recovers nothing where any of that is gone, or where it is another number [RS-2, I5]', async () => {
    const world = createWorld({ history: { maxEvents: 2, readable: true } })
    for (const n of [1, 2]) await world.request('/room/emit', post(n))
    expect((await world.connect('room', { query: 'since=null:0' })).data).toEqual([1, 2])
    await world.request('/room/emit', post(3))
    for (const since of ['null:0', 'null:2', 'null:3']) {
      const member = await world.connect('room', { query: `since=${since}` })
      expect([welcomeOf(member).recovered, member.data]).toEqual([false, []])
    }
  })

  it('is no way round a history that one may not read [RS-2, RS-7]', async () => {
    const world = createWorld({ authorize: ({ action }) => action !== 'history' })
    await world.server.channel('room').emit('before')
    const stranger = await world.connect('room', { query: 'since=null:0' })
    expect([welcomeOf(stranger).recovered, stranger.data]).toEqual([false, []])
    const member = await joinWithSession(world)
    const back = await resume(world, member, { since: 'null:0' })
    expect([welcomeOf(back).resumed, welcomeOf(back).recovered, back.data]).toEqual([true, false, []])
  })
})
