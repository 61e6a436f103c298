// leaks() and assertNoLeaks(): what is left behind, in words.
import { createClient } from '@websockets.do/client'
import { describe, expect, it } from 'vitest'
import { mockServer } from './mock-server'

describe('a mock server that nothing is left on', () => {
  it('says so: before, between, and after its clients', async () => {
    const server = mockServer({ network: { latency: 10 } })
    expect(server.leaks()).toEqual({ timers: 0, listeners: 0, connections: 0, awaited: 0, found: [] })
    const client = createClient(server)
    const channel = client.channel('room')
    await server.settled()
    void channel.emit('hello')
    await server.settled()
    client.close()
    await server.settled()
    void server.emit('room', 'retained')
    server.assertNoLeaks()
    await server.advance('10m')
    expect(server.leaks().found).toEqual([])
    expect(server.clock.pending).toBe(0)
  })
})

describe('what is left behind', () => {
  it('is named: connections with their paths and ids, awaited emits, timers', async () => {
    const server = mockServer({ seed: 42 })
    const client = createClient(server)
    client.channel('lobby', { presence: { name: 'Ada' } })
    await server.connect('room', { name: 'bob' })
    void server.emit('room', 1, { requireAck: true })
    await server.settled()
    client.clock.after(1_000, () => {})
    expect(server.leaks()).toMatchObject({ timers: 2, listeners: 2, connections: 2, awaited: 1 })
    expect(() => server.assertNoLeaks()).toThrowErrorMatchingInlineSnapshot(`
      [Error: left behind (seed 42):
        bob is still connected to /room/listen as client_0000000000000002: close it
        client is still connected to /lobby/listen?session=new&attempt=1&presence={"name":"Ada"} as client_0000000000000006: close it
        1 emit is still waiting for acknowledgements: let the time pass, or await them
        2 timers of clients are still running: close() the clients]
    `)
    client.close()
    await server.advance('10s')
  })

  it('is a request that was never answered, too', async () => {
    const server = mockServer({ authorize: () => new Promise<boolean>(() => {}) })
    const controller = new AbortController()
    const answer = server.fetch(`${server.url}/room/members`, { signal: controller.signal }).catch(() => 'given up')
    await server.settled()
    expect(server.leaks().found).toMatchInlineSnapshot(`
      [
        "client still waits for the answer to /room/members: let it come, or abort it",
        "1 timer of the server is still running, for nothing that it serves",
      ]
    `)
    controller.abort()
    expect(await answer).toBe('given up')
    await server.advance('11s')
    expect(server.leaks().found).toEqual([])
  })

  it('is a stream that nobody has closed, and a client that waits to come back', async () => {
    const server = mockServer()
    const init = { headers: { accept: 'text/event-stream' } }
    const stream = await server.fetch(`${server.url}/room/listen`, init)
    await server.settled()
    expect(server.leaks().found).toMatchInlineSnapshot(`
      [
        "client is still connected to /room/listen: close it",
      ]
    `)
    await stream.body?.cancel()
    const client = createClient(server)
    client.channel('room')
    await server.settled()
    server.network.sever()
    await server.settled()
    expect(server.leaks().found).toMatchInlineSnapshot(`
      [
        "1 timer of clients is still running: close() the clients",
      ]
    `)
    client.close()
    expect(server.leaks().found).toEqual([])
  })
})
