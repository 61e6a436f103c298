// Connections that are lost before they came about: nothing of them is left, at either end. All of these were found by the simulation.
import { describe, expect, it } from 'vitest'
import { mockServer } from './mock-server'

const sse = { headers: { accept: 'text/event-stream' } }
const later = <T>(value: T): Promise<T> => new Promise((resolve) => setImmediate(() => resolve(value)))

describe('nothing is left', () => {
  it('of a socket that its client loses before the server has heard of it [I10]', async () => {
    const server = mockServer({ network: { latency: 50 } })
    const device = server.device('phone')
    void new device.WebSocket(`${server.url}/room/listen`)
    device.network.sever('client')
    await server.advance('1s')
    server.assertNoLeaks()
  })

  it('of a socket that its client gives up while it opens, and that is refused then [I10, LI-6]', async () => {
    const server = mockServer({ authorize: () => later(false) })
    const device = server.device('phone')
    const socket = new device.WebSocket(`${server.url}/room/listen?session=new`)
    await Promise.resolve()
    device.network.stall('up')
    socket.close()
    await server.advance('31s')
    server.assertNoLeaks()
  })

  it('of a stream whose reader is lost before its answer came [I10, LI-2]', async () => {
    const server = mockServer({ authorize: () => later(true) })
    const device = server.device('phone')
    const asked = device.fetch(`${server.url}/room/listen`, sse)
    await Promise.resolve()
    device.network.sever('client')
    await expect(asked).rejects.toThrow(TypeError)
    await server.settled()
    expect(server.core().stats().observers).toBe(0)
  })

  it('of a stream that the server has lost, once its reader loses it too [I13, LI-2]', async () => {
    const server = mockServer()
    const device = server.device('phone')
    const asked = device.fetch(`${server.url}/room/listen`, sse)
    await server.settled()
    const reader = (await asked).body!.getReader()
    await reader.read()
    device.network.sever('server')
    await server.settled()
    const next = reader.read()
    device.network.sever('client')
    await expect(next).rejects.toThrow(TypeError)
  })
})

describe('a server that has died', () => {
  it('asks nobody any more, whatever it had begun [I15]', async () => {
    const asked: string[] = []
    const server = mockServer({
      authorize: ({ action }) => (asked.push(action), later(true)),
      onEmit: () => void asked.push('onEmit'),
    })
    const member = await server.connect('room')
    member.emit('hello')
    await Promise.resolve()
    await server.restart()
    await server.settled()
    expect(asked).toEqual(['listen', 'emit'])
  })
})
