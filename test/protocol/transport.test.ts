// A transport that throws or reports nonsense is its own listener's trouble, and nobody else's.
import { describe, expect, it } from 'vitest'
import { listenWith } from '../support/bare-socket'
import { post } from '../support/requests'
import { createWorld } from '../support/world'

describe('a transport that misbehaves', () => {
  const broken: [string, Parameters<typeof listenWith>[2]][] = [
    [
      'throws when it is sent to',
      {
        send: () => {
          throw new Error('send')
        },
      },
    ],
    [
      'throws when it is closed',
      {
        close: () => {
          throw new Error('close')
        },
      },
    ],
    [
      'throws on both',
      {
        send: () => {
          throw new Error('send')
        },
        close: () => {
          throw new Error('close')
        },
      },
    ],
  ]

  it.each(broken)('and %s is no one else’s trouble [ER-1, I15]', async (_, socket) => {
    const world = createWorld()
    const healthy = await world.connect('room')
    const connection = await listenWith(world, 'room', socket)
    world.server.channel('room').disconnect(connection.clientID)
    const emit = world.pending('/room/emit?require-ack=true', post('hi'))
    await world.settled()
    healthy.ack(healthy.last('DATA')!['eventID'])
    await world.settled()
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
    expect(result).toMatchObject({
      success: false,
      recipients: 3,
      left: [connection.clientID],
      error: { code: 'ACK_INCOMPLETE' },
    })
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
    await world.settled()
    expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'PRESENCE:LEFT'])
  })
})
