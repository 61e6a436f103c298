import { describe, expect, it, vi } from 'vitest'
import { createWorld } from '../support/world'
import { opened, outcome, scripted } from './support/scripted-server'

const limits = { maxMessageBytes: 1_000, maxPresenceBytes: 500, messagesPerSecond: 50, messageBurst: 200 }

describe('emit', () => {
  it('publishes a named event or a payload as it is, and tells what became of it [CL-4]', async () => {
    const world = createWorld()
    const channel = world.client().channel('room')
    const member = await world.connect('room')
    const first = await channel.emit('move', { x: 1 })
    await channel.emit('ping')
    await channel.emit({ any: 'thing' })
    await channel.emit(null)
    await world.settled()
    expect(first).toMatchObject({ success: true, recipients: 2 })
    expect(member.data).toEqual([
      { event: 'move', data: { x: 1 } },
      { event: 'ping', data: null },
      { any: 'thing' },
      null,
    ])
  })

  it('leaves oneself out, or picks recipients, where told to [CL-4]', async () => {
    const world = createWorld()
    const channel = world.client().channel('room')
    const member = await world.connect('room')
    expect(await channel.emit({ n: 1 }, { echo: false })).toMatchObject({ recipients: 1 })
    expect(await channel.emit({ n: 2 }, { clients: [channel.self!.clientID] })).toMatchObject({ recipients: 1 })
    expect(await channel.emit('x', 3, { clients: 0 })).toMatchObject({ recipients: 0 })
    expect(member.data).toEqual([{ n: 1 }])
  })

  it('gives the acknowledgements as they arrive [ACK-8]', async () => {
    const world = createWorld()
    const channel = world.client().channel('room')
    const member = await world.connect('room')
    const emission = channel.emit({ n: 1 }, { requireAck: true, echo: false })
    const live = collect(emission)
    await world.settled()
    expect(live.values).toEqual([])
    member.ack(member.last('DATA')!['eventID'] as string, { answer: 42 })
    const result = await emission
    await world.settled()
    const ack = { eventID: result.eventID, clientID: member.clientID, reply: { answer: 42 } }
    expect(live).toEqual({ values: [ack], done: true })
  })

  it('keeps the acknowledgements for whoever comes late, and may be read in part [ACK-8]', async () => {
    const { channel, socket, settled } = await opened()
    const emission = channel.emit({ n: 1 }, { requireAck: true })
    const ref = socket.of('EMIT')[0]!['ref'] as string
    const part = emission[Symbol.asyncIterator]()
    const acked = (clientID: string): void =>
      socket.deliver({ type: 'ACKED', payload: { eventID: 'evt_1', clientID, ref }, latency: 0 })
    acked('client_a')
    expect(await part.next()).toMatchObject({ value: { clientID: 'client_a' } })
    await part.return?.()
    acked('client_b')
    socket.emitted({ success: true })
    acked('client_late')
    const rest = collect(emission)
    await settled()
    expect(rest.values.map(({ clientID }) => clientID)).toEqual(['client_b'])
    expect(rest.done).toBe(true)
  })

  it('resolves with those that did not acknowledge: a timeout is a result [ACK-3]', async () => {
    const world = createWorld()
    const channel = world.client().channel('room')
    const member = await world.connect('room')
    const seen = outcome(channel.emit({ n: 1 }, { requireAck: true, timeoutMs: 1_000 }))
    await world.advance(1_000)
    expect(seen.value).toMatchObject({ success: false, error: { code: 'ACK_TIMEOUT' }, pending: [member.clientID] })
  })

  it('rejects with the code of a refusal, and its advice [CL-4]', async () => {
    const { channel, socket } = await opened()
    const emission = channel.emit({ n: 1 })
    socket.emitted({ success: false, error: { code: 'RATE_LIMITED', message: 'slow down', retryAfterMs: 70 } })
    await expect(emission).rejects.toMatchObject({ code: 'RATE_LIMITED', message: 'slow down', retryAfterMs: 70 })
  })

  it("carries an id on every emit, the caller's own where one is given [EM-8]", async () => {
    const { channel, socket } = await opened()
    void channel.emit({ n: 1 })
    void channel.emit({ n: 2 }, { eventID: 'evt_mine0000000000000' })
    const [first, second] = socket.of('EMIT')
    expect(first!['eventID']).toMatch(/^evt_[\w-]{16,64}$/)
    expect(second).toMatchObject({ eventID: 'evt_mine0000000000000' })
    expect(first!['ref']).not.toBe(second!['ref'])
  })

  it("refuses by itself what JSON can not carry, and the names of the channel's own events", async () => {
    const { channel, socket } = await opened()
    const cyclic: { self?: unknown } = {}
    cyclic.self = cyclic
    for (const payload of [undefined, 1n, () => 1, cyclic]) {
      await expect(channel.emit(payload as never)).rejects.toMatchObject({ code: 'BAD_PAYLOAD' })
      if (payload !== undefined)
        await expect(channel.emit('x', payload as never)).rejects.toMatchObject({ code: 'BAD_PAYLOAD' })
    }
    await expect(channel.emit('join', {})).rejects.toMatchObject({ code: 'BAD_PARAMETER' })
    await expect(channel.emit({ event: 'status', data: 1 })).rejects.toMatchObject({ code: 'BAD_PARAMETER' })
    expect(socket.received).toEqual([])
  })

  it('refuses by itself what is larger than the server takes', async () => {
    const { channel, socket } = await opened({ limits })
    await expect(channel.emit({ text: 'x'.repeat(1_000) })).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    await expect(channel.emit({ text: 'ü'.repeat(480) })).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    void channel.emit({ text: 'x'.repeat(450) })
    expect(socket.of('EMIT')).toHaveLength(1)
  })

  it('may be left alone when it fails [I15]', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const { channel, socket, settled } = await opened()
    void channel.emit({ n: 1 })
    collect(channel.emit({ n: 2 }))
    void channel.emit('join')
    socket.end()
    await settled()
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})

describe('the outbox', () => {
  it('keeps the order of what waits for the connection and of what comes later [EM-9]', async () => {
    const { client, dialled } = scripted()
    const channel = client.channel('room')
    for (const n of [1, 2]) void channel.emit({ n })
    channel.on('status', ({ state }) => state === 'open' && void channel.emit({ n: 3 }))
    const socket = await dialled()
    expect(socket.received).toEqual([])
    socket.connected()
    void channel.emit({ n: 4 })
    expect(socket.of('EMIT').map(({ payload }) => payload.n)).toEqual([1, 2, 3, 4])
  })

  it('refuses the oldest once 1 MiB waits', async () => {
    const { client, settled } = scripted()
    const channel = client.channel('room')
    const seen = Array.from({ length: 3 }, () => outcome(channel.emit({ text: 'x'.repeat(400_000) })))
    await settled()
    expect(seen.map(({ error }) => error?.code)).toEqual(['OUTBOX_FULL', undefined, undefined])
  })

  it('refuses what is larger than all its room, and keeps what waits already', async () => {
    const { client, settled } = scripted()
    const channel = client.channel('room')
    const small = outcome(channel.emit({ n: 1 }))
    const large = outcome(channel.emit({ text: 'x'.repeat(1_100_000) }))
    await settled()
    expect([small.error, large.error?.code]).toEqual([undefined, 'PAYLOAD_TOO_LARGE'])
  })

  it('sends again what was under way when the connection was lost, before what came later [EM-8, EM-9]', async () => {
    const { client, dialled, settled, advance } = scripted()
    const channel = client.channel('room')
    const socket = await dialled()
    socket.connected()
    const sent = outcome(channel.emit({ n: 1 }))
    void channel.emit({ n: 2 })
    socket.end()
    void channel.emit({ n: 3 })
    await advance(250)
    const next = await dialled()
    next.connected()
    const [first] = socket.of('EMIT')
    expect(next.of('EMIT').map(({ payload }) => payload.n)).toEqual([1, 2, 3])
    expect(next.of('EMIT')[0]).toEqual(first)
    next.answer(first, { success: true, recipients: 1 })
    await settled()
    expect(sent.value).toEqual({ success: true, recipients: 1 })
  })

  it('is emptied at a pace that the real server never limits, in order [CL-8]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const channel = world.client().channel('room', { connect: false })
    const seen = Array.from({ length: 600 }, (_, n) => outcome(channel.emit({ n }, { echo: false })))
    channel.connect()
    await world.settled()
    expect(member.data.length).toBeGreaterThan(50)
    for (let n = 0; n < 40; n++) {
      channel.presence.set({ n })
      await world.advance(500)
    }
    expect(seen.every(({ value }) => value?.success)).toBe(true)
    expect(member.data).toEqual(seen.map((_, n) => ({ n })))
    expect(world.errors).toEqual([])
  })

  it('needs no timer once it is empty', async () => {
    const { channel, clock, socket } = await opened({ limits })
    void channel.emit({ n: 1 })
    socket.emitted({ success: true })
    expect(clock.pending).toBe(0)
  })
})

/** Reads in the background. */
function collect<T>(source: AsyncIterable<T>): { values: T[]; done: boolean } {
  const seen = { values: [] as T[], done: false }
  void (async () => {
    for await (const value of source) seen.values.push(value)
    seen.done = true
  })()
  return seen
}
