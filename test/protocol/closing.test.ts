// How a server goes down: it takes nobody new, lets awaited emits finish, and tells everybody.
import { describe, expect, it } from 'vitest'
import { observe } from '../support/event-stream'
import { post, upgrade } from '../support/requests'
import { createWorld } from '../support/world'

describe('server.close', () => {
  it('tells every listener DRAINING, closes with 1012 and says when to come back [HL-1, LM-1]', async () => {
    const world = createWorld()
    const members = [await world.connect('room'), await world.connect('room'), await world.connect('other')]
    const stream = await observe(world, 'room')
    await world.server.close({ drainMs: 0 })
    await world.settled()
    for (const member of members) {
      expect(member.last('ERROR')!.payload).toMatchObject({ code: 'DRAINING', retryAfterMs: expect.any(Number) })
      expect(member.closed).toEqual({ code: 1012, reason: expect.stringMatching(/^retry-after=\d+$/) })
    }
    expect(stream.of('ERROR')[0]).toMatchObject({
      data: { payload: { code: 'DRAINING' } },
      retry: expect.stringMatching(/^\d+$/),
    })
    expect(stream.ended).toBe('closed')
    expect(world.clock.pending).toBe(0)
  })

  it('answers its health with 503 from then on [HL-1]', async () => {
    const world = createWorld()
    await world.connect('room')
    expect((await world.request('/_/health')).status).toBe(200)
    const closing = world.server.close({ drainMs: 0 })
    expect((await world.request('/_/health')).status).toBe(503)
    await closing
    expect((await world.request('/_/health')).status).toBe(503)
  })

  it('takes no new listeners: 503 DRAINING, in band 1012 [HL-1, LI-6]', async () => {
    const world = createWorld()
    await world.server.close({ drainMs: 0 })
    const draining = { status: 503, body: { success: false, error: { code: 'DRAINING' } } }
    expect(await upgrade(world, '/room/listen')).toMatchObject(draining)
    expect(await world.request('/room/listen', { headers: { accept: 'text/event-stream' } })).toMatchObject(draining)
    const inBand = await world.connect('room', { query: '?session=new' })
    expect(inBand.last('ERROR')!.payload.code).toBe('DRAINING')
    expect(inBand.closed?.code).toBe(1012)
    expect(world.clock.pending).toBe(0)
  })

  it('takes none whose authorisation was still under way either [HL-1, I7]', async () => {
    const waiting: (() => void)[] = []
    const world = createWorld({ authorize: () => new Promise<boolean>((resolve) => waiting.push(() => resolve(true))) })
    const member = world.connect('room')
    const stream = world.pending('/room/listen', { headers: { accept: 'text/event-stream' } })
    await world.settled()
    await world.server.close({ drainMs: 0 })
    for (const allow of waiting) allow()
    await world.settled()
    const late = await member
    expect(late.of('CONNECTED')).toEqual([])
    expect(late.closed).toBeDefined()
    expect(stream.answer?.status).toBe(503)
    expect(world.server.channel('room').members()).toEqual([])
    expect(world.clock.pending).toBe(0)
  })

  it('refuses to emit once it is closed, and only then: nobody could hear it [HL-1, CH-4]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const awaited = world.pending('/room/emit?require-ack=true', post('hold the door'))
    await world.settled()
    const closing = world.server.close({ drainMs: 1_000 })
    expect((await world.request('/room/emit', post('while draining'))).status).toBe(200)
    await world.advance(1_000)
    await closing
    expect(awaited.answer?.status).toBe(408)
    expect(member.data).toEqual(['hold the door', 'while draining'])
    expect(await world.request('/room/emit', post('too late'))).toMatchObject({
      status: 503,
      body: { success: false, error: { code: 'DRAINING' } },
    })
    expect(world.clock.pending).toBe(0)
  })

  it('takes none whose upgrade was granted, and whose socket opens only now [HL-1, LI-6]', async () => {
    const world = createWorld()
    const accept = await world.server.upgrade(new Request(`${world.url}/room/listen`))
    await world.server.close({ drainMs: 0 })
    const sent: any[] = []
    const closes: (number | undefined)[] = []
    if (accept instanceof Response) throw new Error('expected the upgrade to be granted')
    accept({ send: (text) => void sent.push(JSON.parse(text)), close: (code) => void closes.push(code) })
    expect(sent).toMatchObject([{ type: 'ERROR', payload: { code: 'DRAINING' } }])
    expect(closes).toEqual([1012])
    expect(world.server.channel('room').members()).toEqual([])
  })

  it('waits for awaited emits, and is over as soon as they are answered [LM-1, ACK-3]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const emit = world.pending('/room/emit?require-ack=true&_timeout=60000', post('hi'))
    await world.settled()
    let closed = false
    void world.server.close().then(() => (closed = true))
    await world.advance(3_000)
    expect([closed, member.closed]).toEqual([false, undefined])
    member.ack(member.last('DATA')!['eventID'])
    await world.advance(100)
    expect(emit.answer!.status).toBe(200)
    expect(closed).toBe(true)
    expect(member.closed?.code).toBe(1012)
  })

  it.each([
    ['10 seconds', undefined, 10_000],
    ['drainMs', { drainMs: 500 }, 500],
  ])('waits no longer than %s, and then every emit has its answer [LM-1, ACK-4]', async (_, options, drainMs) => {
    const world = createWorld()
    const member = await world.connect('room')
    const emit = world.pending('/room/emit?require-ack=true&_timeout=60000', post('hi'))
    await world.settled()
    let closed = false
    void world.server.close(options).then(() => (closed = true))
    await world.advance(drainMs - 1)
    expect([closed, emit.answer]).toEqual([false, undefined])
    await world.advance(1)
    expect(closed).toBe(true)
    expect(emit.answer).toMatchObject({
      status: 408,
      body: { left: [member.clientID], error: { code: 'ACK_INCOMPLETE' } },
    })
  })

  it('leaves no timer behind, though events were retained [I10, CH-4]', async () => {
    const world = createWorld()
    await world.connect('room')
    await world.request('/room/emit', post('retained'))
    await world.server.close({ drainMs: 0 })
    await world.settled()
    expect(world.clock.pending).toBe(0)
  })

  it('tells onLeave of each member, with the code [HL-1]', async () => {
    const left: unknown[] = []
    const world = createWorld({ onLeave: ({ channel, member, code }) => left.push([channel, member.clientID, code]) })
    const member = await world.connect('room')
    await world.server.close({ drainMs: 0 })
    await world.settled()
    expect(left).toEqual([['room', member.clientID, 1012]])
  })

  it('may be asked twice [HL-1]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    await Promise.all([world.server.close({ drainMs: 0 }), world.server.close({ drainMs: 0 })])
    await world.server.close()
    await world.settled()
    expect(member.of('ERROR')).toHaveLength(1)
    expect(member.closed?.code).toBe(1012)
  })

  it('goes through, though a hook throws for every member [ER-1, I15]', async () => {
    const world = createWorld({
      onLeave: () => {
        throw new Error('onLeave')
      },
    })
    const members = [await world.connect('room'), await world.connect('room')]
    await world.server.close({ drainMs: 0 })
    await world.settled()
    expect(members.map(({ closed }) => closed?.code)).toEqual([1012, 1012])
    expect(world.errors).toHaveLength(2)
  })
})
