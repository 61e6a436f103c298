// The bounds on frames, buffers and payloads, each at its edge; those of bodies, rates, members and so on are beside their behaviour.
import { describe, expect, it } from 'vitest'
import { listenWith } from '../support/bare-socket'
import { post } from '../support/requests'
import { createWorld } from '../support/world'

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
    await world.settled()
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
    await world.settled()
    expect(member.last('ERROR')!.payload.code).toBe('PAYLOAD_TOO_LARGE')
    expect(member.closed?.code).toBe(1009)
    expect(other.types()).toEqual(['CONNECTED', 'PRESENCE:LEFT'])
  })

  it('is held to the limit before anything else is looked at [LM-1, CL-7]', async () => {
    const world = createWorld({ limits: { maxMessageBytes: 100 } })
    const member = await world.connect('room')
    member.sendText('['.repeat(101))
    await world.settled()
    expect(member.closed?.code).toBe(1009)
  })

  it('may be larger where the options say so, and CONNECTED tells [LM-1, MS-6]', async () => {
    const world = createWorld({ limits: { maxMessageBytes: 200_000 } })
    const member = await world.connect('room')
    member.sendText(emitOf(200_000))
    await world.settled()
    expect(member.last('CONNECTED')!.payload.limits.maxMessageBytes).toBe(200_000)
    expect(member.last('EMITTED')!.payload.success).toBe(true)
  })

  it('of 64 KiB on its way in is no reason to be refused on its way out [LM-1]', async () => {
    const world = createWorld()
    const members = [await world.connect('room'), await world.connect('room')]
    members[0]!.sendText(emitOf(65_536))
    await world.settled()
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
    world.network.hold()
    for (let n = 0; n < events; n++)
      void world.server.channel('room').emit('x'.repeat(1_000), { clients: [slow.clientID] })
    const membersMeanwhile = world.server.channel('room').members().length
    world.network.release()
    await world.settled()
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
    await world.settled()
    expect(closedWith).toBe(4413)
    expect(buffered).toBeLessThanOrEqual(1024 * 1024)
    expect(healthy.data).toHaveLength(20)
    expect(healthy.of('PRESENCE:LEFT')).toHaveLength(1)
  })

  it('is measured in bytes: two thousand characters of two bytes each are four thousand [LM-1]', async () => {
    const world = createWorld({ limits: { maxBufferedBytes: 3_000 } })
    const closes: (number | undefined)[] = []
    await listenWith(world, 'room', { bufferedAmount: 0, close: (code) => void closes.push(code) })
    await world.server.channel('room').emit('x'.repeat(2_000))
    expect(closes).toEqual([])
    await world.server.channel('room').emit('é'.repeat(2_000))
    expect(closes).toEqual([4413])
  })

  it('is no recipient any more: an emit that waits for it is answered at once [ACK-4, LM-1]', async () => {
    const world = createWorld({ limits: { maxBufferedBytes: 3_500 } })
    const [slow, quick] = [await world.connect('room'), await world.connect('room')]
    world.network.hold()
    const emission = world.server.channel('room').emit('x'.repeat(2_900), { requireAck: true })
    void world.server.channel('room').emit('x'.repeat(1_000), { clients: [slow.clientID] })
    world.network.release()
    await world.settled()
    expect(slow.closed?.code).toBe(4413)
    quick.ack(quick.last('DATA')!['eventID'])
    await world.settled()
    expect(await emission).toMatchObject({
      success: false,
      acked: [quick.clientID],
      left: [slow.clientID],
      error: { code: 'ACK_INCOMPLETE' },
    })
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
      await world.settled()
    }
    const joiner = await world.connect('room')
    expect(joiner.last('CONNECTED')!.payload.members).toHaveLength(5)
    await world.request('/room/emit', post(1))
    await world.settled()
    expect(joiner.data).toEqual([1])
  })
})

describe('what waits behind a slow authorisation', () => {
  it('is bounded by 1 MiB for each connection: EMITs beyond are told to come back, and all are told once [LM-1, CL-4, EM-9]', async () => {
    let allow: () => void = () => {}
    const gate = new Promise<void>((resolve) => (allow = resolve))
    const world = createWorld({ onEmit: () => gate })
    const [sender, reader] = [await world.connect('room'), await world.connect('room')]
    for (let n = 0; n < 24; n++) sender.send({ type: 'EMIT', payload: `${n} ${'x'.repeat(60_000)}`, ref: String(n) })
    await world.settled()
    const refused = sender.of('EMITTED').map(({ payload }) => payload)
    expect(refused.length).toBeGreaterThan(4)
    for (const payload of refused)
      expect(payload).toMatchObject({
        success: false,
        error: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) },
      })
    allow()
    await world.settled()
    expect(reader.data).toHaveLength(24 - refused.length)
    expect(new Set(sender.of('EMITTED').map(({ payload }) => payload.ref)).size).toBe(24)
    expect(sender.closed).toBeUndefined()
  })
})
