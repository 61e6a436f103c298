import { describe, expect, it, vi } from 'vitest'
import { createWorld } from '../support/world'
import { type Frame, scripted } from './support/scripted-server'

async function opened(options: Parameters<typeof scripted>[0] = {}, channelOptions: { ack?: 'manual' } = {}) {
  const script = scripted(options)
  const channel = script.client.channel('room', channelOptions)
  const socket = await script.dialled()
  socket.connected()
  return { ...script, channel, socket, acks: () => socket.of('ACK').map(({ payload }) => payload) }
}

describe('events', () => {
  it('reach `data` unnamed, their own name where they have one, and `event` always [MS-10]', async () => {
    const { channel, socket } = await opened()
    const heard: unknown[] = []
    channel.on('data', ({ data }) => heard.push(['data', data]))
    channel.on('move', ({ data, name }) => heard.push(['move', name, data]))
    channel.on('event', ({ payload }) => heard.push(['event', payload]))
    socket.data({ event: 'move', data: 1 })
    socket.data({ event: 'move', data: 1, more: 2 })
    socket.data(null)
    expect(heard).toEqual([
      ['event', { event: 'move', data: 1 }],
      ['move', 'move', 1],
      ['event', { event: 'move', data: 1, more: 2 }],
      ['data', { event: 'move', data: 1, more: 2 }],
      ['event', null],
      ['data', null],
    ])
  })

  it('carry what the message said [MS-5]', async () => {
    const { channel, socket } = await opened()
    const heard = vi.fn()
    channel.on('data', heard)
    socket.data({ a: 1 }, { seq: 7, from: 'client_x', requires_ack: true })
    expect(heard.mock.lastCall?.[0]).toMatchObject({
      seq: 7,
      from: 'client_x',
      requiresAck: true,
      payload: { a: 1 },
      name: undefined,
    })
  })

  it.each(['data', 'event', 'join', 'leave', 'update', 'status', 'error', '*', '__proto__'])(
    'can not pass for the channel\'s own when a publisher names them "%s"',
    async (name) => {
      const { channel, socket } = await opened()
      const own = vi.fn()
      const every = vi.fn()
      for (const kind of ['data', 'join', 'leave', 'update', 'status', 'error'] as const) channel.on(kind, own)
      channel.on('event', every)
      socket.data({ event: name, data: { clientID: 'client_forged', presence: {} } })
      expect(own).not.toHaveBeenCalled()
      expect(every).toHaveBeenCalledTimes(1)
    },
  )

  it('stop coming once the handler is taken off, each registration for itself', async () => {
    const { channel, socket } = await opened()
    const handler = vi.fn()
    const off = channel.on('data', handler)
    channel.on('data', handler)
    off()
    off()
    socket.data(1)
    expect(handler).toHaveBeenCalledTimes(1)
  })

  it('reach every handler that was there when they came, though one takes another off [ER-1]', async () => {
    const { channel, socket } = await opened()
    const second = vi.fn()
    channel.on('data', () => off())
    const off = channel.on('data', second)
    socket.data(1)
    socket.data(2)
    expect(second).toHaveBeenCalledTimes(1)
  })

  it('go on to the others when one handler throws or rejects, and onError hears of it once [ER-1]', async () => {
    const { channel, socket, errors, settled } = await opened()
    const last = vi.fn()
    channel.on('data', () => {
      throw new Error('thrown')
    })
    channel.on('data', async () => {
      throw new Error('rejected')
    })
    channel.on('data', last)
    socket.data(1)
    await settled()
    expect(errors.map(({ error }) => String(error))).toEqual(['Error: thrown', 'Error: rejected'])
    expect(last).toHaveBeenCalledTimes(1)
  })
})

describe('acknowledging', () => {
  it('happens by itself after the synchronous handlers have returned [CL-2]', async () => {
    const { channel, socket, acks } = await opened()
    const during: unknown[] = []
    channel.on('data', () => during.push(acks().length))
    socket.data(1, { requires_ack: true })
    expect(during).toEqual([0])
    expect(acks()).toEqual([{ eventID: `evt_${'0'.repeat(16)}` }])
  })

  it('happens also when a handler threw, or nobody listens [CL-2]', async () => {
    const { channel, socket, acks } = await opened()
    socket.data(1, { requires_ack: true })
    channel.on('data', () => {
      throw new Error('thrown')
    })
    socket.data(2, { requires_ack: true })
    expect(acks()).toHaveLength(2)
  })

  it('happens where it is spelled `require_ack`, and not where it is not asked for [ACK-2]', async () => {
    const { channel, socket, acks } = await opened()
    channel.on('data', (event) => event.ack())
    socket.data(1, { requires_ack: false })
    expect(acks()).toHaveLength(0)
    socket.data(1, { requires_ack: undefined, require_ack: true })
    expect(acks()).toHaveLength(1)
  })

  it('is done once, by whichever was first [ACK-5]', async () => {
    const { channel, socket, acks } = await opened()
    channel.on('data', (event) => {
      event.ack({ answer: 42, eventID: 'evt_forged' })
      event.nack('too late')
    })
    socket.data(1, { requires_ack: true })
    expect(acks()).toEqual([{ answer: 42, eventID: `evt_${'0'.repeat(16)}` }])
  })

  it('is left to the program where it wants that [CL-2]', async () => {
    const { channel, socket, acks } = await opened({}, { ack: 'manual' })
    const events: { nack(text: string): void }[] = []
    channel.on('event', (event) => events.push(event))
    socket.data(1, { requires_ack: true })
    expect(acks()).toHaveLength(0)
    events[0]?.nack('disk full')
    expect(acks()).toEqual([{ error: 'disk full', eventID: `evt_${'0'.repeat(16)}` }])
  })

  it('brings the replies to whoever published [ACK-6]', async () => {
    const world = createWorld()
    const channel = world.client().channel('room')
    channel.on('sum', (event) => event.ack({ sum: 3 }))
    await world.settled()
    const { clientID } = channel.self!
    const { body } = await world.request('/room/emit?require-ack=true', {
      method: 'POST',
      body: '{"event":"sum","data":[1,2]}',
    })
    expect(body).toMatchObject({ success: true, acked: [clientID], replies: { [clientID]: { sum: 3 } } })
  })
})

describe('a late acknowledgement', () => {
  it('harms nobody while the next socket is connecting, where sending throws [I15]', async () => {
    const { client, dialled, advance, sockets } = scripted()
    const channel = client.channel('room', { ack: 'manual' })
    const kept: { ack(): void }[] = []
    channel.on('data', (event) => kept.push(event))
    const socket = await dialled()
    socket.connected()
    socket.data(1, { requires_ack: true })
    socket.end()
    await advance(500)
    const next = sockets.at(-1)!
    next.send = () => {
      throw new Error('still connecting')
    }
    expect(() => kept[0]?.ack()).not.toThrow()
  })
})

describe('a server that knows only the seed', () => {
  it('is understood, with what it lacks and in any letter case [MS-8]', async () => {
    const { client, dialled } = scripted()
    const channel = client.channel('room')
    const data = vi.fn()
    channel.on('data', data)
    const socket = await dialled()
    const ann = { clientID: 'client_X0JBf69q', presence: { username: 'Ann' } }
    socket.deliver({ type: 'connected', payload: { members: [ann] }, clientID: 'client_ZAqKx5ho', latency: 0 })
    socket.deliver({
      type: 'Data',
      payload: { hello: 'world' },
      clientID: 'client_ZAqKx5ho',
      latency: 12,
      requires_ack: true,
      eventID: 'evt_1',
    })
    socket.deliver({ type: 'PING', payload: {}, clientID: 'client_ZAqKx5ho', latency: 0 })
    expect(channel.others).toEqual([ann])
    expect(channel.self).toMatchObject({ clientID: 'client_ZAqKx5ho', presence: {} })
    expect(data.mock.lastCall?.[0]).toMatchObject({ data: { hello: 'world' }, seq: undefined, from: undefined })
    expect(socket.received).toEqual([{ type: 'ACK', payload: { eventID: 'evt_1' } }, { type: 'PONG' }])
  })

  it.each<[string, Frame | string]>([
    ['what is not JSON', '{'],
    ['what is not an object', 'null'],
    ['no type', { payload: 1 } as never],
    ['a CONNECTED without a payload', { type: 'CONNECTED' }],
    ['a DATA without a payload', { type: 'DATA' }],
    ['a JOINED without a payload', { type: 'PRESENCE:JOINED' }],
    ['an unknown type', { type: 'NEWS', payload: {} }],
  ])('may send %s without doing harm [MS-8]', async (_, frame) => {
    const { client, dialled } = scripted()
    const channel = client.channel('room')
    const data = vi.fn()
    channel.on('data', data)
    const socket = await dialled()
    socket.connected()
    expect(() => socket.deliver(frame)).not.toThrow()
    socket.data('after')
    expect(channel.status.state).toBe('open')
    expect(data.mock.lastCall?.[0]).toMatchObject({ data: 'after' })
  })

  it('answers PING from the message itself [CL-5]', async () => {
    const { client, dialled } = scripted()
    client.channel('room')
    const socket = await dialled()
    socket.connected()
    socket.deliver({ type: 'PING', payload: {}, latency: 3 })
    expect(socket.of('PONG')).toEqual([{ type: 'PONG' }])
  })
})

describe('what the server refuses', () => {
  it("reaches on('error'), with its code [ER-2]", async () => {
    const { channel, socket } = await opened()
    const heard = vi.fn()
    channel.on('error', heard)
    socket.deliver({ type: 'ERROR', payload: { code: 'BAD_PAYLOAD', message: 'expected an object' }, latency: 0 })
    expect(heard.mock.lastCall?.[0]).toMatchObject({
      name: 'WebSocketsError',
      code: 'BAD_PAYLOAD',
      message: 'expected an object',
    })
  })
})

describe('a negative acknowledgement', () => {
  it.each([undefined, new Error('disk full'), 42])('is one whatever it is given: %s [ACK-6]', async (given) => {
    const { channel, socket, acks } = await opened({}, { ack: 'manual' })
    channel.on('data', (event) => event.nack(given as never))
    socket.data(1, { requires_ack: true })
    expect(acks()).toMatchObject([{ error: expect.any(String) }])
  })
})
