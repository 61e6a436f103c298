// What the simulation has found, each by its seed or by the least that shows it.
import { createClient } from '@websockets.do/client'
import { eventStream } from '@websockets.do/client/event-stream'
import { createMockServer } from '@websockets.do/server-core/mock'
import { describe, expect, it } from 'vitest'
import { EventStream } from '../support/event-stream'

// Each closes what it has opened before it expects anything: what is left over would fail it for another reason.
describe('what seeds have found', () => {
  it('seed 8: a WebSocket that breaks before the server has heard of it is no longer connected [I10]', async () => {
    const server = createMockServer()
    const device = server.device('phone')
    const socket = new device.WebSocket(`${server.url.replace('http', 'ws')}/room/listen`)
    device.network.sever('client')
    await server.advance(60_000)
    const left = server.network.connected().length
    server.network.sever('server')
    await server.close()
    expect(socket.readyState).toBe(3)
    expect(left).toBe(0)
  })

  it('seed 26: a WebSocket that was given up on before the server heard of it is no longer connected [I10]', async () => {
    const server = createMockServer()
    const device = server.device('phone')
    device.network.partition()
    const socket = new device.WebSocket(`${server.url.replace('http', 'ws')}/room/listen`)
    await server.settled()
    socket.close()
    await server.advance('1s')
    device.network.sever('client')
    await server.settled()
    expect(server.network.connected()).toEqual([])
    await server.close()
  })

  it('seed 103208: a WebSocket that both ends have closed is no longer connected, whichever was first [I10]', async () => {
    let allow: (allowed: boolean) => void = () => undefined
    const server = createMockServer({ authorize: () => new Promise<boolean>((resolve) => (allow = resolve)) })
    const device = server.device('phone')
    const socket = new device.WebSocket(`${server.url.replace('http', 'ws')}/room/listen?session=new`)
    await server.settled()
    device.network.stall('up')
    socket.close()
    await server.settled()
    allow(false)
    await server.advance(60_000)
    const left = server.network.connected().length
    server.network.sever('server')
    await server.close()
    expect(left).toBe(0)
  })

  it('seed 66: a stream whose reader was lost before the answer came has no observer [I10]', async () => {
    let allow: (allowed: boolean) => void = () => undefined
    const server = createMockServer({ authorize: () => new Promise<boolean>((resolve) => (allow = resolve)) })
    const device = server.device('phone')
    const asked = device.fetch(`${server.url}/room/listen`, { headers: { accept: 'text/event-stream' } })
    const lost = asked.then(
      () => 'answered',
      () => 'lost',
    )
    await server.settled()
    device.network.sever()
    allow(true)
    await server.advance(60_000)
    const { observers } = server.core().stats()
    await server.close()
    expect(await lost).toBe('lost')
    expect(observers).toBe(0)
  })

  it('seed 95: a stream that broke at the server ends when it breaks at the client as well [I13]', async () => {
    const server = createMockServer()
    const device = server.device('phone')
    const response = await device.fetch(`${server.url}/room/listen`, { headers: { accept: 'text/event-stream' } })
    const stream = new EventStream(response)
    await server.settled()
    device.network.sever('server')
    await server.settled()
    device.network.sever('client')
    await server.advance(60_000)
    await server.close()
    expect(stream.ended).toBe('failed')
  })

  it('a presence that the server has no room for is refused, and not what a client shows of itself [I6]', async () => {
    const server = createMockServer({ limits: { maxPresenceBytes: 1_000 } })
    const client = createClient(server)
    const room = client.channel('room', { presence: { pad: 'x'.repeat(3_000) } })
    const codes: string[] = []
    room.on('error', ({ code }) => codes.push(code))
    await server.advance(1_000)
    const [shown, known] = [room.self?.presence, server.members('room')[0]?.presence]
    client.close()
    await server.settled()
    expect(codes).toEqual(['PAYLOAD_TOO_LARGE'])
    expect(shown).toEqual(known)
  })

  it('a presence that listen refuses as too large is sent once it is connected [I13]', async () => {
    const server = createMockServer({ limits: { maxPresenceParameterBytes: 1_000 } })
    const client = createClient(server)
    const presence = { pad: 'x'.repeat(1_500) }
    const room = client.channel('room', { presence })
    await server.advance('10s')
    const { state } = room.status
    const known = server.members('room')[0]?.presence
    client.close()
    await server.settled()
    expect([state, known]).toEqual(['open', presence])
  })

  it('seed 314: a request that is under way over a connection that is given up is given up with it [I10]', async () => {
    const server = createMockServer()
    const device = server.device('phone')
    const client = createClient({ ...device, WebSocket: false, fallback: eventStream })
    const room = client.channel('room')
    await server.settled()
    device.network.partition()
    void room.emit({ n: 1 })
    await server.advance('40s')
    device.network.heal()
    await server.advance('40s')
    const { state } = room.status
    const waiting = server.network.connected().filter(({ path }) => path.includes('/send'))
    client.close()
    await server.advance('1m')
    expect([state, waiting]).toEqual(['open', []])
  })

  it('an emit that a machine slept through the time of is not sent when it wakes up [I9]', async () => {
    const server = createMockServer({ limits: { messagesPerSecond: 10, messageBurst: 2 } })
    const watcher = await server.connect('room')
    const device = server.device('phone')
    const client = createClient(device)
    const room = client.channel('room')
    await server.settled()
    const codes: string[] = []
    for (let n = 0; n < 4; n++) room.emit({ n }, { timeoutMs: 500 }).catch(({ code }) => codes.push(code))
    device.sleep()
    await server.advance('2s')
    device.wake()
    await server.advance('1s')
    const heard = watcher.data.length
    client.close()
    watcher.close()
    await server.settled()
    expect(codes).toEqual(Array.from({ length: 4 - heard }, () => 'TIMEOUT'))
    expect(heard).toBeLessThan(4)
  })

  it('seed 3226: a stream that the server has ended is over, though nobody told it that its reader had gone [I10]', async () => {
    const server = createMockServer()
    const device = server.device('phone')
    const gone = new AbortController()
    const listen = (attempt: string, signal: AbortSignal) =>
      device.fetch(`${server.url}/room/listen?member=true&${attempt}`, {
        headers: { accept: 'text/event-stream' },
        signal,
      })
    const stream = new EventStream(await listen('session=new&attempt=1', gone.signal))
    await server.settled()
    device.network.stall('up')
    gone.abort()
    await server.settled()
    const session: string = stream.of('CONNECTED')[0]?.data.payload.session
    const next = new EventStream(await listen(`session=${session}&attempt=2`, new AbortController().signal))
    await server.advance('1s')
    const left = server.network.connected().length
    await next.close()
    await server.close()
    expect(left).toBe(1)
  })

  it('what was said by the fall-back before close() still goes out, one request after the other, and then the member leaves [LI-3]', async () => {
    const server = createMockServer()
    const client = createClient({ ...server.device('phone'), WebSocket: false, fallback: eventStream })
    const watcher = await server.connect('room')
    const room = client.channel('room')
    await server.settled()
    // The first is under way while the others wait.
    void room.emit({ n: 1 })
    void room.emit({ n: 2 })
    client.close()
    await server.settled()
    const { members } = server.core().stats()
    const heard = [watcher.data, watcher.types().at(-1)]
    watcher.close()
    await server.settled()
    expect([members, heard]).toEqual([1, [[{ n: 1 }, { n: 2 }], 'PRESENCE:LEFT']])
  })

  it('seed 1878: presence that waits behind a slow emit does not outdo the one that its member came back with [I6]', async () => {
    let allow: (allowed: boolean) => void = () => undefined
    const server = createMockServer({
      authorize: ({ action }) => action === 'listen' || new Promise<boolean>((resolve) => (allow = resolve)),
    })
    const device = server.device('phone')
    const client = createClient(device)
    const room = client.channel('room', { presence: { n: 0 }, throttleMs: 0 })
    await server.settled()
    void room.emit('slow')
    room.presence.set({ n: 1 })
    await server.settled()
    device.network.sever()
    room.presence.set({ n: 2 })
    await server.advance('1s')
    allow(true)
    await server.settled()
    allow(true)
    await server.settled()
    const known = server.members('room').map(({ presence }) => presence)
    const shown = room.self?.presence
    client.close()
    await server.settled()
    expect([known, shown]).toEqual([[{ n: 2 }], { n: 2 }])
  })

  it('seed 20243: a process that has been stopped asks no hook any more [I15]', async () => {
    const asked: unknown[] = []
    let allow: (allowed: boolean) => void = () => undefined
    const server = createMockServer({
      authorize: ({ action }) => action === 'listen' || new Promise<boolean>((resolve) => (allow = resolve)),
      onEmit: ({ payload }) => void asked.push(payload),
    })
    const member = await server.connect('room')
    member.emit('hello')
    await server.settled()
    await server.restart()
    allow(true)
    await server.advance('1m')
    await server.close()
    expect(asked).toEqual([])
  })
})
