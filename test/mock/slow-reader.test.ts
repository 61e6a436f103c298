// A reader on the mock network that does not keep up: what it costs, and whom.
import { describe, expect, it } from 'vitest'
import { mockServer } from './mock-server'

describe('a slow reader', () => {
  it('fills the server’s buffer and is cut off with SLOW_CONSUMER, while the others hear everything [LM-1]', async () => {
    const server = mockServer({ limits: { maxBufferedBytes: 10_000 } })
    const [slow, other] = [await server.connect('room', { name: 'slow' }), await server.connect('room')]
    slow.network.hold('down')
    for (let n = 0; n < 20; n++) {
      void server.emit('room', 'x'.repeat(1_000))
      await server.settled()
    }
    expect(server.members('room').map(({ clientID }) => clientID)).toEqual([other.clientID])
    expect(other.data).toHaveLength(20)
    expect(other.of('PRESENCE:LEFT')).toHaveLength(1)
    slow.network.release()
    await server.settled()
    expect(slow.closed?.code).toBe(4413)
    expect(slow.data.length).toBeLessThan(10)
  })

  it('that reads in time is left alone', async () => {
    const server = mockServer({ limits: { maxBufferedBytes: 10_000 } })
    const slow = await server.connect('room')
    for (let round = 0; round < 5; round++) {
      slow.network.hold('down')
      for (let n = 0; n < 5; n++) void server.emit('room', 'x'.repeat(1_000))
      await server.settled()
      slow.network.release('down')
      await server.settled()
    }
    expect(slow.data).toHaveLength(25)
    expect(slow.closed).toBeUndefined()
  })

  it('knows what it has not got rid of itself: bufferedAmount', async () => {
    const server = mockServer()
    const member = await server.connect('room')
    member.network.hold('up')
    member.socket.send('{"type":"PING"}')
    await server.settled()
    expect(member.socket.bufferedAmount).toBe(15)
    member.network.release('up')
    await server.settled()
    expect(member.socket.bufferedAmount).toBe(0)
  })
})
