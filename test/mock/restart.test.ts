// The mock server dies, drains and comes back: what its clients notice, and what it remembers.
import { describe, expect, it } from 'vitest'
import { EventStream } from '../support/event-stream'
import { clientOf, mockServer, outcomeOf } from './mock-server'

describe('a server that dies', () => {
  it('loses all connections, and refuses new ones until it is there again', async () => {
    const server = mockServer()
    const member = await server.connect('room')
    await server.stop()
    await server.settled()
    expect(member.closed?.code).toBe(1006)
    expect((await server.connect('room')).closed?.code).toBe(1006)
    await expect(server.fetch(`${server.url}/_/health`)).rejects.toThrow(TypeError)
    server.start()
    expect((await server.fetch(`${server.url}/_/health`)).status).toBe(200)
    expect((await server.connect('room')).types()).toEqual(['CONNECTED'])
  })

  it('may be stopped and started more than once, to no effect', async () => {
    const server = mockServer()
    const before = server.core()
    server.start()
    expect(server.core()).toBe(before)
    await server.stop()
    await server.stop()
    server.start()
    expect(server.core()).not.toBe(before)
    await server.close()
    await server.close()
  })

  it('has its clients come back by themselves', async () => {
    const server = mockServer()
    const channels = [clientOf(server).channel('room'), clientOf(server.device('phone')).channel('room')]
    await server.settled()
    await server.restart()
    await server.settled()
    expect(channels.map(({ status }) => status.state)).toEqual(['reconnecting', 'reconnecting'])
    await server.advance('5s')
    expect(channels.map(({ status }) => status.state)).toEqual(['open', 'open'])
    expect(server.members('room')).toHaveLength(2)
  })

  it('calls its hooks no more', async () => {
    const calls: string[] = []
    const server = mockServer({ onJoin: () => void calls.push('join'), onLeave: () => void calls.push('leave') })
    await server.connect('room')
    await server.stop()
    await server.settled()
    expect(calls).toEqual(['join'])
    server.start()
    await server.connect('room')
    expect(calls).toEqual(['join', 'join'])
  })

  it('leaves nobody waiting for its acknowledgements: HTTP rejects, and the program has an answer [ACK-4]', async () => {
    const server = mockServer()
    await server.connect('room')
    const url = `${server.url}/room/emit?require-ack=true&_timeout=60000`
    const byHTTP = outcomeOf(server.fetch(url, { method: 'POST', body: '1' }))
    const byProgram = outcomeOf(server.emit('room', 2, { requireAck: true, timeoutMs: 60_000 }))
    await server.settled()
    expect([byHTTP.state, byProgram.state]).toEqual(['pending', 'pending'])
    await server.stop()
    await server.settled()
    expect(byHTTP).toMatchObject({ state: 'rejected', value: { name: 'TypeError' } })
    expect(byProgram).toMatchObject({ state: 'resolved', value: { success: false } })
    expect(server.leaks().found).toEqual([])
  })

  it('says nothing with its last breath: the transcript ends with what was lost', async () => {
    const server = mockServer()
    await server.connect('room', { name: 'ada' })
    await server.connect('room', { name: 'bob' })
    await server.stop()
    await server.settled()
    expect(server.transcript().split('\n').slice(-2)).toEqual(['ada <- connection lost', 'bob <- connection lost'])
  })
})

describe('what it remembers', () => {
  it('with its history: epoch and seq go on [RS-1]', async () => {
    const server = mockServer()
    const before = await server.connect('room')
    void server.emit('room', 1)
    await server.settled()
    await server.restart()
    const after = await server.connect('room')
    void server.emit('room', 2)
    await server.settled()
    expect(after.last('CONNECTED')!.payload.epoch).toBe(before.last('CONNECTED')!.payload.epoch)
    expect(after.last('DATA')!['seq']).toBeGreaterThan(before.last('DATA')!['seq'])
    expect(server.history('room').map(({ payload }) => payload)).toEqual([1, 2])
  })

  it('without it: nothing, under another epoch [RS-1]', async () => {
    const server = mockServer()
    const before = await server.connect('room')
    void server.emit('room', 1)
    await server.settled()
    await server.restart({ history: false })
    const after = await server.connect('room')
    expect(after.last('CONNECTED')!.payload.epoch).not.toBe(before.last('CONNECTED')!.payload.epoch)
    expect(server.history('room')).toEqual([])
  })

  it.each([true, false])('a stream with Last-Event-ID recovers across it: history %s [LI-2, RS-2]', async (history) => {
    const server = mockServer({ history: { readable: true } })
    const observe = async (headers: Record<string, string> = {}) => {
      const init = { headers: { accept: 'text/event-stream', ...headers } }
      const stream = new EventStream(await server.fetch(`${server.url}/room/listen`, init))
      await server.settled()
      return stream
    }
    const first = await observe()
    void server.emit('room', 1)
    await server.settled()
    const position = first.events.at(-1)!.id!
    await server.restart({ history })
    void server.emit('room', 2)
    const second = await observe({ 'last-event-id': position })
    await server.settled()
    expect(first.ended).toBe('failed')
    expect(second.of('CONNECTED')[0]!.data.payload.recovered).toBe(history)
    expect(second.data).toEqual(history ? [2] : [])
    await second.close()
  })

  it('recognises a repeated emit across it, with its history [EM-8]', async () => {
    const server = mockServer()
    const post = async () => {
      const init = { method: 'POST', body: '"once"', headers: { 'idempotency-key': 'key' } }
      return (await (await server.fetch(`${server.url}/room/emit`, init)).json()) as { eventID: string }
    }
    const first = await post()
    await server.restart()
    expect(await post()).toEqual(first)
    expect(server.history('room')).toHaveLength(1)
    await server.restart({ history: false })
    expect((await post()).eventID).not.toBe(first.eventID)
  })
})

describe('a server that goes down in an orderly way', () => {
  it('tells everybody, and closes with 1012 [HL-1]', async () => {
    const left: unknown[] = []
    const server = mockServer({ onLeave: ({ code }) => void left.push(code) })
    const member = await server.connect('room')
    await server.stop({ drainMs: 0 })
    await server.settled()
    expect(member.last('ERROR')!.payload.code).toBe('DRAINING')
    expect(member.closed).toEqual({ code: 1012, reason: 'retry-after=1000' })
    expect(left).toHaveLength(1)
  })

  it('waits for acknowledgements as long as it was told, and no longer [LM-1]', async () => {
    const server = mockServer()
    const member = await server.connect('room')
    const emission = outcomeOf(server.emit('room', 1, { requireAck: true, timeoutMs: 60_000 }))
    const stopped = outcomeOf(server.stop({ drainMs: 5_000 }))
    await server.advance('4s')
    expect([stopped.state, emission.state]).toEqual(['pending', 'pending'])
    expect((await server.connect('room')).closed?.code).toBe(1006)
    await server.advance('1s')
    expect(stopped.state).toBe('resolved')
    expect(emission.value).toMatchObject({ success: false, left: [member.clientID] })
  })

  it('is gone at once where everybody has acknowledged', async () => {
    const server = mockServer()
    const member = await server.connect('room')
    const emission = server.emit('room', 1, { requireAck: true })
    const stopped = outcomeOf(server.restart({ drainMs: 5_000 }))
    await server.settled()
    member.ack(member.last('DATA')!['eventID'])
    await server.advance(50)
    expect(stopped.state).toBe('resolved')
    expect(await emission).toMatchObject({ success: true })
    expect(server.history('room')).toHaveLength(1)
  })
})
