// Which paths are channels, and when a channel exists.
import { describe, expect, it } from 'vitest'
import { observe } from '../support/event-stream'
import { post, upgrade } from '../support/requests'
import { createWorld } from '../support/world'

describe('the name of a channel', () => {
  it.each([
    '__proto__',
    'constructor',
    'toString',
    'listen-party',
    'emit',
    'listen',
    'a/b',
    'a b',
    'déjà-vu',
    '🎉',
    '%',
    '?x=1#y',
    '_x',
    'hasOwnProperty',
  ])('takes %j as an ordinary name [CH-1]', async (name) => {
    const world = createWorld()
    const member = await world.connect(name)
    const other = await world.connect('room')
    const { status, body } = await world.request(`/${encodeURIComponent(name)}/emit`, post({ in: name }))
    await world.settled()
    expect({ status, recipients: body.recipients }).toEqual({ status: 200, recipients: 1 })
    expect(member.data).toEqual([{ in: name }])
    expect(other.data).toEqual([])
  })

  it.each([
    ['200 bytes of ASCII', 'x'.repeat(200), 200],
    ['201 bytes of ASCII', 'x'.repeat(201), 400],
    ['200 bytes in 100 characters', 'é'.repeat(100), 200],
    ['202 bytes in 101 characters', 'é'.repeat(101), 400],
    ['200 bytes in 50 emoji', '🎉'.repeat(50), 200],
    ['201 bytes in 50 emoji and a letter', `${'🎉'.repeat(50)}x`, 400],
  ])('measures a name in bytes of UTF-8: %s [CH-1, LM-1]', async (_, name, expected) => {
    const world = createWorld()
    const { status, body } = await world.request(`/${encodeURIComponent(name)}/emit`, post(1))
    expect(status).toBe(expected)
    if (expected === 400) expect(body.error.code).toBe('BAD_CHANNEL')
  })

  it.each(['%00', 'a%0Ab', 'a%0d%0aX-Injected:1', '%7f', '%C2%80', '%ff', '%C3', '%', '%zz', '_', '%5f', ''])(
    'refuses "/%s/…" on every route and before the upgrade [CH-1, CH-3]',
    async (segment) => {
      const world = createWorld({ history: { readable: true } })
      for (const route of ['emit?x=1', 'listen', 'history', 'members']) {
        const { status, body } = await world.request(`/${segment}/${route}`)
        expect({ route, status, code: body.error.code }).toEqual({ route, status: 400, code: 'BAD_CHANNEL' })
      }
      expect(await upgrade(world, `/${segment}/listen?session=new`)).toMatchObject({
        status: 400,
        body: { error: { code: 'BAD_CHANNEL' } },
      })
    },
  )

  it('keeps names apart that only look alike [CH-1]', async () => {
    const world = createWorld()
    const composed = await world.connect('caf\u00e9')
    const decomposed = await world.connect('cafe\u0301')
    await world.request(`/${encodeURIComponent('caf\u00e9')}/emit`, post('composed'))
    await world.settled()
    expect(composed.data).toEqual(['composed'])
    expect(decomposed.data).toEqual([])
  })

  it('refuses the program the names that no URL can carry [CH-1, CH-3]', () => {
    const { server } = createWorld()
    for (const name of ['', '_', '.', '..', 'a\nb', 'x'.repeat(201)]) {
      expect(() => server.channel(name), JSON.stringify(name)).toThrow(
        expect.objectContaining({ code: 'BAD_CHANNEL', status: 400 }),
      )
    }
    expect(server.channel('x'.repeat(200)).name).toBe('x'.repeat(200))
  })
})

describe('routes', () => {
  it.each([
    '/',
    '/room',
    '/room/',
    '/emit',
    '/room/emits',
    '/room/emit/',
    '/room/emit/x',
    '/room-emit',
    '/room%2Femit',
    '/room/EMIT',
    '/room/send/x',
    '/./emit',
    '/../emit',
    '/_/nothing',
    '/%5f/health',
  ])('answers 404 to %s [CH-1, CH-2]', async (path) => {
    const world = createWorld()
    const { status, body } = await world.request(path)
    expect(status).toBe(404)
    expect(body).toMatchObject({ success: false, error: { code: 'NOT_FOUND' } })
  })

  it.each([
    ['PUT', '/room/emit', 'GET, POST'],
    ['DELETE', '/room/emit', 'GET, POST'],
    ['PATCH', '/room/emit', 'GET, POST'],
    ['POST', '/room/listen', 'GET'],
    ['POST', '/room/history', 'GET'],
    ['DELETE', '/room/members', 'GET'],
    ['POST', '/_/health', 'GET'],
  ])('answers 405 to %s %s and names what is allowed [CH-2]', async (method, path, allow) => {
    const world = createWorld()
    const member = await world.connect('room')
    const { status, headers, body } = await world.request(path, { method, body: '{"x":1}' })
    await world.settled()
    expect(status).toBe(405)
    expect(headers.get('allow')).toBe(allow)
    expect(body.success).toBe(false)
    expect(member.data).toEqual([])
  })

  it.each(['/room/emit?x=1', '/room/listen', '/room/history', '/room/members', '/_/health'])(
    'answers 405 to HEAD %s and emits nothing [CH-2, EM-3]',
    async (path) => {
      const world = createWorld()
      const member = await world.connect('room')
      const response = await world.fetch(world.url + path, { method: 'HEAD' })
      await world.settled()
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toContain('GET')
      expect(member.data).toEqual([])
    },
  )

  it.each(['/room/emit', '/room/listener', '/room', '/_/health', '/room/listen/x'])(
    'opens no WebSocket at %s [CH-2]',
    async (path) => {
      const world = createWorld()
      expect(await upgrade(world, path)).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } })
    },
  )

  it('answers its health while it serves [HL-1]', async () => {
    const world = createWorld()
    expect((await world.request('/_/health')).status).toBe(200)
  })
})

describe('the life of a channel', () => {
  it('is freed when the last member leaves, and with the last channel the timer goes [CH-4, I10]', async () => {
    const world = createWorld()
    const one = await world.connect('one')
    const two = await world.connect('two')
    expect(world.clock.pending).toBe(1)
    one.close()
    await world.settled()
    expect(world.clock.pending).toBe(1)
    two.close()
    await world.settled()
    expect(world.clock.pending).toBe(0)
  })

  it('is freed when the last observer leaves [CH-4, I10]', async () => {
    const world = createWorld()
    const stream = await observe(world, 'room')
    expect(world.clock.pending).toBe(1)
    await stream.close()
    await world.settled()
    expect(world.clock.pending).toBe(0)
  })

  it('is freed once its last event is no longer retained, whoever emitted it [CH-4, RS-1, I10]', async () => {
    const world = createWorld()
    await world.request('/room/emit', post(1))
    void world.server.channel('other').emit(2)
    expect(world.clock.pending).toBe(1)
    await world.advance(119_000)
    expect(world.clock.pending).toBe(1)
    await world.advance(3_000)
    expect(world.clock.pending).toBe(0)
  })

  it('has no timers left after an awaited emit, however it ended [CH-4, I10]', async () => {
    const world = createWorld({ history: { maxEvents: 0 } })
    const member = await world.connect('room')
    const acked = world.pending('/room/emit?require-ack=true', post('to be acknowledged'))
    await world.settled()
    expect(world.clock.pending).toBe(2)
    member.ack(member.last('DATA')!['eventID'])
    await world.settled()
    expect(acked.answer?.status).toBe(200)
    expect(world.clock.pending).toBe(1)
    const silent = world.pending('/room/emit?require-ack=true', post('to time out'))
    await world.advance(5_000)
    expect(silent.answer?.status).toBe(408)
    expect(world.clock.pending).toBe(1)
    const left = world.pending('/room/emit?require-ack=true', post('to be left'))
    await world.settled()
    member.close()
    await world.settled()
    expect(left.answer?.status).toBe(408)
    expect(world.clock.pending).toBe(0)
  })

  it('leaves nothing behind when an emit was refused or reached nobody without a history [CH-4, I10]', async () => {
    const world = createWorld({ history: { maxEvents: 0 } })
    expect((await world.request('/room/emit?clients=1', post(1))).status).toBe(400)
    expect((await world.request('/room/emit', post(1))).status).toBe(200)
    expect((await world.request('/room/emit?require-ack=true', post(1))).status).toBe(200)
    expect((await world.request('/room/members')).status).toBe(200)
    expect(world.server.channel('room').members()).toEqual([])
    expect(world.clock.pending).toBe(0)
  })

  it('starts a new stream after it was freed: another epoch, and seq from the start [CH-4, RS-1]', async () => {
    const world = createWorld({ history: { maxEvents: 0 } })
    const before = await world.connect('room')
    await world.request('/room/emit', post(1))
    before.close()
    await world.settled()
    const after = await world.connect('room')
    expect(after.last('CONNECTED')!.payload.epoch).not.toBe(before.last('CONNECTED')!.payload.epoch)
    expect(after.last('CONNECTED')!.payload.seq).toBe(0)
  })

  it('is not lost to newcomers when the socket of an earlier, cut member reports its end late [CH-4, I7]', async () => {
    const world = createWorld({ history: { maxEvents: 0 } })
    const first = await world.connect('room')
    world.network.hold()
    world.server.channel('room').disconnect(first.clientID)
    const second = await world.connect('room')
    world.network.release()
    await world.settled()
    expect(first.closed?.code).toBe(4403)
    const third = await world.connect('room')
    expect(third.last('CONNECTED')!.payload.members).toEqual([{ clientID: second.clientID, presence: {} }])
    expect(second.of('PRESENCE:JOINED')).toHaveLength(1)
    expect(world.server.channel('room').members()).toHaveLength(2)
  })

  it('goes on pinging newcomers when the socket of an earlier, cut member reports its end late [CL-5, I10]', async () => {
    const world = createWorld({ history: { maxEvents: 0 } })
    const first = await world.connect('room')
    world.network.hold()
    world.server.channel('room').disconnect(first.clientID)
    const second = await world.connect('room', { autoPong: false })
    world.network.release()
    await world.advance(36_000)
    expect(second.closed?.code).toBe(4408)
    expect(world.clock.pending).toBe(0)
  })
})
