// The bounds on frames, buffers and payloads, each at its edge; those of bodies, rates, members and so on are beside their behaviour.
import { describe, expect, it } from 'vitest'
import { listenWith } from '../support/bare-socket'
import { post } from '../support/requests'
import { createWorld, type WorldOptions } from '../support/world'

/** An EMIT frame of exactly so many bytes. */
function emitOf(bytes: number, filler = 'x'): string {
  const empty = '{"type":"EMIT","payload":""}'
  const unit = new TextEncoder().encode(filler).length
  const room = bytes - empty.length
  return empty.replace('""', `"${filler.repeat(Math.floor(room / unit))}${'x'.repeat(room % unit)}"`)
}

describe('a frame', () => {
  it.each([
    ['ASCII', 'x'],
    ['two bytes each', 'é'],
    ['four bytes each', '🎉'],
  ])('may have 65,536 bytes, of %s [LM-1]', async (_, filler) => {
    const world = createWorld()
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    member.sendText(emitOf(65_536, filler))
    await world.settle()
    expect(other.data).toHaveLength(1)
    expect(member.closed).toBeUndefined()
  })

  it.each([
    ['ASCII', 'x'],
    ['two bytes each', 'é'],
    ['four bytes each', '🎉'],
  ])('of one byte more ends its connection: ERROR PAYLOAD_TOO_LARGE, then 1009, of %s [LM-1]', async (_, filler) => {
    const world = createWorld()
    const [member, other] = [await world.connect('room'), await world.connect('room')]
    member.sendText(emitOf(65_537, filler))
    await world.settle()
    expect(member.last('ERROR')!.payload.code).toBe('PAYLOAD_TOO_LARGE')
    expect(member.closed?.code).toBe(1009)
    expect(other.types()).toEqual(['CONNECTED', 'PRESENCE:LEFT'])
  })

  it('is held to the limit before anything else is looked at [LM-1, CL-7]', async () => {
    const world = createWorld({ limits: { maxMessageBytes: 100 } })
    const member = await world.connect('room')
    member.sendText('['.repeat(101))
    await world.settle()
    expect(member.closed?.code).toBe(1009)
  })

  it('may be larger where the options say so, and CONNECTED tells [LM-1, MS-6]', async () => {
    const world = createWorld({ limits: { maxMessageBytes: 200_000 } })
    const member = await world.connect('room')
    member.sendText(emitOf(200_000))
    await world.settle()
    expect(member.last('CONNECTED')!.payload.limits.maxMessageBytes).toBe(200_000)
    expect(member.last('EMITTED')!.payload.success).toBe(true)
  })

  it('of 64 KiB on its way in is no reason to be refused on its way out [LM-1]', async () => {
    const world = createWorld()
    const members = [await world.connect('room'), await world.connect('room')]
    members[0]!.sendText(emitOf(65_536))
    await world.settle()
    expect(members.map(({ closed }) => closed)).toEqual([undefined, undefined])
    expect(members[0]!.last('EMITTED')!.payload).toMatchObject({ success: true, recipients: 2 })
  })
})

describe('a payload of the program’s', () => {
  it('may have 65,536 bytes, and is refused with one more [LM-1]', async () => {
    const { server } = createWorld()
    const room = server.channel('room')
    expect(await room.emit('x'.repeat(65_534))).toMatchObject({ success: true })
    expect(await room.emit('é'.repeat(32_767))).toMatchObject({ success: true })
    await expect(room.emit('x'.repeat(65_535))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', status: 413 })
    await expect(room.emit(`${'é'.repeat(32_767)}x`)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
  })

  it('may be nested 64 deep, and is refused with one more [LM-1]', async () => {
    const { server } = createWorld()
    const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown
    expect(await server.channel('room').emit(nested(64))).toMatchObject({ success: true })
    await expect(server.channel('room').emit(nested(65))).rejects.toMatchObject({ code: 'BAD_PAYLOAD' })
  })
})

describe('a slow consumer', () => {
  /** What becomes of a member whose buffer may hold so much while so many events wait; up to 9, all frames are equally long. */
  async function fill(maxBufferedBytes: number, events: number) {
    const world = createWorld({ limits: { maxBufferedBytes } })
    const [slow, quick] = [await world.connect('room'), await world.connect('room')]
    world.wire.hold()
    for (let n = 0; n < events; n++) void world.server.channel('room').emit('x'.repeat(1_000), { clients: [slow.clientID] })
    const membersMeanwhile = world.server.channel('room').members().length
    world.wire.release()
    await world.settle()
    return { slow, quick, membersMeanwhile }
  }

  it('may have exactly the limit waiting, and is cut off with 4413 beyond it [LM-1, ER-1]', async () => {
    const frame = (await fill(1_000_000, 1)).slow.texts.at(-1)!.length
    const within = await fill(9 * frame, 9)
    expect(within.slow.data).toHaveLength(9)
    expect(within.slow.closed).toBeUndefined()
    const beyond = await fill(9 * frame - 1, 9)
    expect(beyond.slow.closed?.code).toBe(4413)
    expect(beyond.membersMeanwhile).toBe(1)
    expect(beyond.slow.data).toHaveLength(8)
    expect(beyond.quick.of('PRESENCE:LEFT')).toHaveLength(1)
    expect(beyond.quick.closed).toBeUndefined()
  })

  it('is cut off at 1 MiB by default; everybody else gets every event [LM-1, ER-1]', async () => {
    const world = createWorld()
    let buffered = 0
    let closedWith: number | undefined
    await listenWith(world, 'room', {
      get bufferedAmount() {
        return buffered
      },
      send: (text) => void (buffered += text.length),
      close: (code) => void (closedWith = code),
    })
    const healthy = await world.connect('room')
    for (let n = 0; n < 15; n++) await world.server.channel('room').emit('x'.repeat(65_000))
    expect(closedWith).toBeUndefined()
    for (let n = 0; n < 5; n++) await world.server.channel('room').emit('x'.repeat(65_000))
    await world.settle()
    expect(closedWith).toBe(4413)
    expect(buffered).toBeLessThanOrEqual(1024 * 1024)
    expect(healthy.data).toHaveLength(20)
    expect(healthy.of('PRESENCE:LEFT')).toHaveLength(1)
  })

  it('is no recipient any more: an emit that waits for it is answered at once [ACK-4, LM-1]', async () => {
    const world = createWorld({ limits: { maxBufferedBytes: 3_500 } })
    const [slow, quick] = [await world.connect('room'), await world.connect('room')]
    world.wire.hold()
    const emission = world.server.channel('room').emit('x'.repeat(2_900), { requireAck: true })
    void world.server.channel('room').emit('x'.repeat(1_000), { clients: [slow.clientID] })
    world.wire.release()
    await world.settle()
    expect(slow.closed?.code).toBe(4413)
    quick.ack(quick.last('DATA')!['eventID'])
    await world.settle()
    expect(await emission).toMatchObject({ success: false, acked: [quick.clientID], left: [slow.clientID], error: { code: 'ACK_INCOMPLETE' } })
  })

  it('may read a replay that is larger than the limit: it asked for it [RS-8, LM-1]', async () => {
    const world = createWorld({ history: { readable: true }, limits: { maxBufferedBytes: 5_000 } })
    for (let n = 0; n < 20; n++) await world.request('/room/emit', post('x'.repeat(1_000)))
    const member = await world.connect('room', { query: '?rewind=20' })
    expect(member.data).toHaveLength(20)
    expect(member.closed).toBeUndefined()
  })

  it('may join a channel whose member list alone is larger than the limit [LI-5, LM-1]', async () => {
    const world = createWorld({ limits: { maxBufferedBytes: 20_000 } })
    for (let n = 0; n < 5; n++) {
      const member = await world.connect('room')
      member.send({ type: 'PRESENCE', payload: { text: 'x'.repeat(8_000) } })
      await world.settle()
    }
    const joiner = await world.connect('room')
    expect(joiner.last('CONNECTED')!.payload.members).toHaveLength(5)
    await world.request('/room/emit', post(1))
    await world.settle()
    expect(joiner.data).toEqual([1])
  })
})

describe('a transport that misbehaves', () => {
  const broken: [string, Parameters<typeof listenWith>[2]][] = [
    ['throws when it is sent to', { send: () => { throw new Error('send') } }],
    ['throws when it is closed', { close: () => { throw new Error('close') } }],
    ['throws on both', { send: () => { throw new Error('send') }, close: () => { throw new Error('close') } }],
  ]

  it.each(broken)('and %s is no one else’s trouble [ER-1, I15]', async (_, socket) => {
    const world = createWorld()
    const healthy = await world.connect('room')
    const connection = await listenWith(world, 'room', socket)
    world.server.channel('room').disconnect(connection.clientID)
    const emit = world.pending('/room/emit?require-ack=true', post('hi'))
    await world.settle()
    healthy.ack(healthy.last('DATA')!['eventID'])
    await world.settle()
    expect(emit.answer!.status).toBe(200)
    expect(healthy.of('PRESENCE:LEFT').map(({ payload }) => payload)).toEqual([{ clientID: connection.clientID }])
    expect(world.server.channel('room').members()).toHaveLength(1)
    expect(world.errors).not.toEqual([])
  })

  it('and throws while an event goes out is left out, named in `left`, and the rest get theirs [ER-1, ACK-4]', async () => {
    const world = createWorld()
    const first = await world.connect('room', { autoAck: true })
    let armed = false
    const connection = await listenWith(world, 'room', {
      send() {
        if (armed) throw new Error('send')
      },
    })
    const last = await world.connect('room', { autoAck: true })
    armed = true
    const result = await world.server.channel('room').emit('hi', { requireAck: true })
    expect(result).toMatchObject({ success: false, recipients: 3, left: [connection.clientID], error: { code: 'ACK_INCOMPLETE' } })
    expect([first.data, last.data]).toEqual([['hi'], ['hi']])
  })

  it('and reports its end many times, or sends after it, changes nothing [I7, ER-1]', async () => {
    const world = createWorld()
    const watcher = await world.connect('room')
    const connection = await listenWith(world, 'room')
    connection.closed(1000)
    connection.closed(1006)
    connection.receive('{"type":"EMIT","payload":1}')
    connection.receive('x')
    connection.closed()
    await world.settle()
    expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'PRESENCE:LEFT'])
  })
})

describe('the retained events', () => {
  const readable = { readable: true }
  const historyOf = async (world: ReturnType<typeof createWorld>, channel = 'room') =>
    ((await world.request(`/${channel}/history?limit=1000`)).body.history as { payload: unknown }[]).map(({ payload }) => payload)

  it('of a channel are the newest 1,000 [RS-1, LM-1]', async () => {
    const world = createWorld({ history: readable })
    for (let n = 1; n <= 1_000; n++) await world.server.channel('room').emit(n)
    expect(await historyOf(world)).toHaveLength(1_000)
    await world.server.channel('room').emit(1_001)
    const kept = await historyOf(world)
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([1_000, 2, 1_001])
  })

  it('of a channel have 1 MiB at most, whatever their number [RS-1]', async () => {
    const world = createWorld({ history: readable })
    for (let n = 0; n < 40; n++) await world.server.channel('room').emit(`${n} ${'x'.repeat(60_000)}`)
    const kept = (await historyOf(world)) as string[]
    expect(kept.length).toBeGreaterThan(14)
    expect(kept.length * 60_000).toBeLessThanOrEqual(1024 * 1024)
    expect(kept.at(-1)).toMatch(/^39 /)
  })

  it('are kept for 120 seconds [RS-1]', async () => {
    const world = createWorld({ history: readable })
    await world.connect('room')
    await world.server.channel('room').emit('old')
    await world.advance(60_000)
    await world.server.channel('room').emit('newer')
    await world.advance(59_000)
    expect(await historyOf(world)).toEqual(['old', 'newer'])
    await world.advance(3_000)
    expect(await historyOf(world)).toEqual(['newer'])
    await world.advance(60_000)
    expect(await historyOf(world)).toEqual([])
  })

  const bounded: [string, WorldOptions['history']][] = [
    ['maxEvents', { maxEvents: 2 }],
    ['maxBytes', { maxBytes: 2_500 }],
    ['maxTotalBytes', { maxTotalBytes: 2_500 }],
  ]
  it.each(bounded)('are bounded by %s [RS-1, LM-1]', async (_, history) => {
    const world = createWorld({ history: { ...readable, ...history } })
    for (const n of [1, 2, 3, 4]) await world.server.channel('room').emit(`${n}${'x'.repeat(999)}`)
    expect(((await historyOf(world)) as string[]).map((payload) => payload[0])).toEqual(['3', '4'])
  })

  it('of the whole process are bounded: the oldest go first, in whichever channel they are [LM-1]', async () => {
    const world = createWorld({ history: { ...readable, maxTotalBytes: 10_000 } })
    await world.server.channel('a').emit(`first ${'x'.repeat(3_000)}`)
    await world.server.channel('b').emit(`second ${'x'.repeat(3_000)}`)
    await world.server.channel('a').emit(`third ${'x'.repeat(3_000)}`)
    const [a, b] = [await historyOf(world, 'a'), await historyOf(world, 'b')]
    expect([a.length, b.length]).toEqual([2, 1])
    await world.server.channel('c').emit(`fourth ${'x'.repeat(3_000)}`)
    expect((await historyOf(world, 'a')).map((payload) => String(payload).split(' ')[0])).toEqual(['third'])
    expect(await historyOf(world, 'b')).toHaveLength(1)
    await world.server.channel('c').emit(`fifth ${'x'.repeat(9_000)}`)
    expect([await historyOf(world, 'a'), await historyOf(world, 'b')]).toEqual([[], []])
    expect(await historyOf(world, 'c')).toHaveLength(1)
  })

  it('of 20,000 channels that nobody listens to are bounded and then gone, the channels with them [LM-1, CH-4, I10]', async () => {
    const world = createWorld({ history: { maxTotalBytes: 100_000 } })
    for (let n = 0; n < 20_000; n++) void world.server.channel(`room-${n}`).emit({ n })
    await world.settle()
    const kept = Array.from({ length: 20_000 }, (_, n) => world.server.channel(`room-${n}`).history().length).filter((count) => count > 0)
    expect(kept.length).toBeGreaterThan(10)
    expect(kept.length).toBeLessThan(2_000)
    await world.advance(122_000)
    expect(world.clock.pending).toBe(0)
  })

  it('survive no clock that is set: what is kept does not depend on the wall clock [RS-1, I17]', async () => {
    const world = createWorld({ history: readable })
    await world.connect('room')
    await world.server.channel('room').emit(1)
    world.clock.stepWallClock(86_400_000)
    await world.advance(2_000)
    expect(await historyOf(world)).toEqual([1])
  })
})
