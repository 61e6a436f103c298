import { describe, expect, it, vi } from 'vitest'
import { outcome, scripted, type ScriptedSocket } from './support/scripted-server'

const acks = (socket: ScriptedSocket): unknown[] => socket.of('ACK').map(({ payload }) => payload)

/** A channel that has been open once; `again` brings its next connection. */
async function lost(welcome: object, options: { readonly ack?: 'manual' } = {}) {
  const script = scripted()
  const channel = script.client.channel('room', options)
  const socket = await script.dialled()
  socket.connected(welcome, 'client_a')
  return {
    ...script,
    channel,
    socket,
    async again() {
      socket.end()
      await script.advance(250)
      return await script.dialled()
    },
  }
}

const first = { session: 'secret-session-token', resumed: false, recovered: true, epoch: 'e1', seq: 4 }

describe('a reconnect', () => {
  it('asks for its session by a higher attempt, and for what came after the last event [RS-2, RS-3, RS-6]', async () => {
    const { socket, again } = await lost(first)
    socket.data('a', { seq: 7 })
    socket.data('b', { seq: 9 })
    const { searchParams } = (await again()).url
    expect([searchParams.get('session'), searchParams.get('since')]).toEqual([first.session, 'e1:9'])
    expect(Number(searchParams.get('attempt'))).toBeGreaterThan(Number(socket.url.searchParams.get('attempt')))
  })

  it('asks from the position that CONNECTED told, where no event has come since [MS-6]', async () => {
    const { again } = await lost(first)
    expect((await again()).url.searchParams.get('since')).toBe('e1:4')
  })

  it('tells apart whether one is still who one was and whether anything was missed [RS-3]', async () => {
    for (const [resumed, recovered] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ]) {
      const { channel, again } = await lost(first)
      const socket = await again()
      socket.connected({ ...first, resumed, recovered, seq: 20 }, resumed ? 'client_a' : 'client_b')
      expect(channel.status).toMatchObject({ state: 'open', resumed, recovered })
    }
  })

  it('tells of a gap, from where to where, before what comes after it [I4]', async () => {
    const { channel, again } = await lost(first)
    const told: unknown[] = []
    channel.on('gap', (gap) => told.push(gap))
    channel.on('data', ({ data }) => told.push(data))
    const socket = await again()
    socket.connected({ ...first, resumed: true, recovered: false, epoch: 'e2', seq: 30 }, 'client_a')
    socket.data('new', { seq: 31 })
    expect(told).toEqual([{ since: 'e1:4', now: 'e2:30' }, 'new'])
  })

  it('takes a server that says nothing of it for one that has forgotten [I4]', async () => {
    const { channel, again } = await lost({})
    const gap = vi.fn()
    channel.on('gap', gap)
    const socket = await again()
    socket.connected({})
    expect(gap.mock.calls).toEqual([[{ since: undefined, now: undefined }]])
    expect(socket.url.searchParams.has('since')).toBe(false)
  })

  it('begins where a page that was rendered elsewhere ended [RS-2]', async () => {
    const { client, dialled } = scripted()
    const channel = client.channel('room', { since: 'e1:12' })
    const gap = vi.fn()
    channel.on('gap', gap)
    const socket = await dialled()
    expect(socket.url.searchParams.get('since')).toBe('e1:12')
    socket.connected({ ...first, recovered: false, seq: 40 })
    expect(gap.mock.calls).toEqual([[{ since: 'e1:12', now: 'e1:40' }]])
  })

  it('starts anew where its session is gone, and goes on with the new one [RS-3]', async () => {
    const { channel, advance, dialled, again } = await lost(first)
    const second = await again()
    second.connected({ ...first, session: 'another-token', recovered: true }, 'client_b')
    expect(channel.self?.clientID).toBe('client_b')
    second.end()
    await advance(500)
    expect((await dialled()).url.searchParams.get('session')).toBe('another-token')
  })
})

describe('an event that comes again', () => {
  it('is heard once, and acknowledged again as it was [CL-2, I3]', async () => {
    const { channel, socket, again } = await lost(first)
    const heard = vi.fn((event) => event.ack({ answer: 42 }))
    channel.on('data', heard)
    const event = { eventID: 'evt_twice00000000000', seq: 5, requires_ack: true }
    socket.data('x', event)
    socket.data('x', event)
    const next = await again()
    next.connected({ ...first, resumed: true }, 'client_a')
    next.data('x', event)
    next.data('x', { ...event, requires_ack: false })
    expect(heard).toHaveBeenCalledTimes(1)
    const ack = { answer: 42, eventID: 'evt_twice00000000000' }
    expect([acks(socket), acks(next)]).toEqual([[ack, ack], [ack]])
  })

  it('is known at least as long as a server retains it: among the last 1,000, and at most 2,000', async () => {
    const { channel, socket } = await lost(first)
    const heard = vi.fn()
    channel.on('event', heard)
    const id = (n: number): { eventID: string } => ({ eventID: `evt_${String(n).padStart(16, 'x')}` })
    for (let n = 0; n < 2_001; n++) socket.data(n, id(n))
    for (let n = 1_001; n < 2_001; n++) socket.data(n, id(n))
    expect(heard).toHaveBeenCalledTimes(2_001)
    socket.data(0, id(0))
    expect(heard).toHaveBeenCalledTimes(2_002)
  })
})

describe('an acknowledgement that was lost with its connection', () => {
  it('is sent again where the server still waits for it [ACK-4]', async () => {
    const { socket, again } = await lost(first)
    socket.data('x', { eventID: 'evt_x', requires_ack: true })
    socket.data('y', { eventID: 'evt_y', requires_ack: true })
    const next = await again()
    next.connected({ ...first, resumed: true, awaiting: ['evt_y', 'evt_unheard'] }, 'client_a')
    expect(acks(next)).toEqual([{ eventID: 'evt_y' }])
  })

  it('is sent once there is a connection, where it was given without one [ACK-4]', async () => {
    const { channel, socket, again } = await lost(first, { ack: 'manual' })
    const events: { ack(reply: object): void }[] = []
    channel.on('data', (event) => events.push(event as never))
    socket.data('x', { eventID: 'evt_x', requires_ack: true })
    const redialled = again()
    socket.end()
    events[0]?.ack({ late: true })
    const next = await redialled
    next.connected({ ...first, resumed: true, awaiting: ['evt_x'] }, 'client_a')
    expect(acks(next)).toEqual([{ eventID: 'evt_x', late: true }])
  })

  it('is not given in the name of another member [ACK-5]', async () => {
    const { channel, socket, again } = await lost(first, { ack: 'manual' })
    const events: { ack(): void }[] = []
    channel.on('data', (event) => events.push(event as never))
    socket.data('x', { eventID: 'evt_x', requires_ack: true })
    const next = await again()
    next.connected({ ...first, resumed: false }, 'client_b')
    events[0]?.ack()
    expect(acks(next)).toEqual([])
  })

  it('that no frame can carry goes out as a refusal, and its caller hears of it [ACK-6]', async () => {
    const limits = { maxMessageBytes: 500, maxPresenceBytes: 100, messagesPerSecond: 50, messageBurst: 200 }
    const { channel, socket, errors } = await lost({ ...first, limits })
    channel.on('data', (event) => event.ack({ text: 'x'.repeat(500) }))
    socket.data('x', { eventID: 'evt_x', requires_ack: true })
    expect(acks(socket)).toEqual([{ eventID: 'evt_x', error: expect.stringContaining('at most 500 bytes') }])
    expect(errors).toMatchObject([{ error: { code: 'PAYLOAD_TOO_LARGE' } }])
  })
})

describe('an emit that was under way', () => {
  it('is known to be published where the server knows its id from a former self, but not by whom it was acknowledged [EM-8]', async () => {
    const { channel, again, settled } = await lost(first)
    const plain = outcome(channel.emit({ n: 1 }, { eventID: 'evt_plain00000000000' }))
    const awaited = outcome(channel.emit({ n: 2 }, { requireAck: true }))
    const next = await again()
    next.connected({ ...first, resumed: false }, 'client_b')
    for (const emit of next.of('EMIT'))
      next.answer(emit, { success: false, error: { code: 'EVENT_ID_USED', message: 'x' } })
    await settled()
    expect(plain.value).toEqual({ success: true, eventID: 'evt_plain00000000000' })
    expect(awaited.error).toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringContaining('may or may not'),
    })
  })

  it('is refused with the server’s own words where its id is really somebody else’s [EM-8]', async () => {
    const { channel, socket, settled } = await lost(first)
    const emission = outcome(channel.emit({ n: 1 }, { eventID: 'evt_taken00000000000' }))
    socket.emitted({ success: false, error: { code: 'EVENT_ID_USED', message: 'taken' } })
    await settled()
    expect(emission.error).toMatchObject({ code: 'EVENT_ID_USED', message: 'taken' })
  })

  it('is not sent again once a server may have forgotten its id [EM-8, I3]', async () => {
    const { client, dialled, advance, settled } = scripted({ backoff: { minMs: 210_000, maxMs: 210_000 } })
    const channel = client.channel('room')
    const socket = await dialled()
    socket.connected(first)
    const under = outcome(channel.emit({ n: 1 }))
    socket.end()
    const waiting = outcome(channel.emit({ n: 2 }))
    await advance(105_000)
    const next = await dialled()
    next.connected({ ...first, resumed: false, recovered: false })
    await settled()
    expect(under.error).toMatchObject({ code: 'CONNECTION_LOST' })
    expect(next.of('EMIT').map(({ payload }) => payload.n)).toEqual([2])
    expect(waiting.error).toBeUndefined()
  })
})
