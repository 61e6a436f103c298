// The transcript and the diagram: what a person reads when a test has failed.
import { createClient } from '@websockets.do/client'
import { describe, expect, it } from 'vitest'
import { mockServer } from './mock-server'

describe('a transcript', () => {
  it('has every frame in the order of sending, people by name and events by number', async () => {
    const server = mockServer()
    const ada = await server.connect('room', { name: 'ada', presence: { name: 'Ada' }, autoAck: true })
    const bob = await server.connect('room', { name: 'bob' })
    ada.emit({ event: 'greet', data: 'hello' }, { requires_ack: true, ref: '1', clients: [bob.clientID] })
    await server.settled()
    bob.ack(bob.last('DATA')!['eventID'], { error: 'no' })
    bob.setPresence({ away: true })
    bob.sendText('{"oops')
    await server.settled()
    await server.advance('25s')
    ada.close(4000, 'bye')
    await server.settled()
    expect(server.transcript()).toMatchInlineSnapshot(`
      "ada -> connect /room/listen?presence={"name":"Ada"}
      ada <- accepted
      ada <- CONNECTED ada {"name":"Ada"} members=nobody
      bob -> connect /room/listen
      bob <- accepted
      ada <- PRESENCE:JOINED bob
      bob <- CONNECTED bob members=ada
      ada -> EMIT {"event":"greet","data":"hello"} requires_ack clients=bob ref=1
      bob <- DATA evt_1 {"event":"greet","data":"hello"} requires_ack from=ada
      bob -> ACK evt_1 no
      bob -> PRESENCE {"away":true}
      bob -> (no frame) {"oops
      ada <- EMITTED evt_1 failed ACK_INCOMPLETE recipients=1 failed=[{"clientID":"bob","error":"no"}]
      ada <- PRESENCE:UPDATED bob {"away":true}
      bob <- PRESENCE:UPDATED bob {"away":true}
      bob <- ERROR BAD_MESSAGE "expected JSON"
      ada -> close 4000 bye
      bob <- PRESENCE:LEFT ada
      ada <- close 4000 bye"
    `)
  })

  it('says what was lost, repeated, refused, held, or broke', async () => {
    const server = mockServer({ authorize: ({ channel }) => channel !== 'closed' })
    const ada = await server.connect('room', { name: 'ada' })
    await server.connect('closed', { name: 'eve' })
    ada.network.repeatNext(1, 'down')
    ada.network.dropAfter(2, { direction: 'down' })
    for (const n of [1, 2, 3]) void server.emit('room', n)
    await server.settled()
    const bob = await server.connect('room', { name: 'bob' })
    bob.network.hold('down')
    bob.emit('held')
    await server.settled()
    expect(server.transcript()).toMatchInlineSnapshot(`
      "ada -> connect /room/listen
      ada <- accepted
      ada <- CONNECTED ada members=nobody
      eve -> connect /closed/listen
      eve <- refused 403
      ada <- DATA evt_1 1 (twice)
      ada <- DATA evt_2 2
      ada <- DATA evt_3 3 (lost)
      ada <- connection lost
      bob -> connect /room/listen
      bob <- accepted
      bob <- CONNECTED bob members=nobody
      bob -> EMIT "held"
      bob <- DATA evt_4 "held" from=bob (under way)
      bob <- EMITTED evt_4 recipients=1 (under way)"
    `)
  })

  it('tells the connections of one device apart, by channel and by number, also when they come back', async () => {
    const server = mockServer({ graceMs: 0 })
    const clients = [createClient(server), createClient(server)]
    clients[0]!.channel('lobby')
    clients[0]!.channel('room')
    clients[1]!.channel('room')
    await server.settled()
    server.network.sever()
    await server.advance('2s')
    void clients[0]!.publish('room', 'hi')
    await server.settled()
    for (const client of clients) client.close()
    await server.settled()
    expect(server.transcript({ last: 30 })).toMatchInlineSnapshot(`
      "(4 earlier frames left out)
      client /lobby  <- CONNECTED client members=nobody
      client /room   <- accepted
      client /room   <- CONNECTED client members=nobody
      client-2 /room <- accepted
      client /room   <- PRESENCE:JOINED client-2
      client-2 /room <- CONNECTED client-2 members=client
      client /lobby  <- connection lost
      client /room   <- connection lost
      client-2 /room <- connection lost
      client /room   -> connect /room/listen?session=new&presence={}
      client /room   <- accepted
      client /room   <- CONNECTED client#2 members=nobody
      client-2 /room -> connect /room/listen?session=new&presence={}
      client-2 /room <- accepted
      client /room   <- PRESENCE:JOINED client-2#2
      client-2 /room <- CONNECTED client-2#2 members=client#2
      client /lobby  -> connect /lobby/listen?session=new&presence={}
      client /lobby  <- accepted
      client /lobby  <- CONNECTED client#2 members=nobody
      client /room   -> POST /room/emit?_event-id=evt_1
      client /room   <- DATA evt_1 "hi"
      client-2 /room <- DATA evt_1 "hi"
      client /room   <- answered 200
      client /lobby  -> close 1000
      client /room   -> close 1000
      client-2 /room -> close 1000
      client /lobby  <- close 1000
      client-2 /room <- PRESENCE:LEFT client#2
      client /room   <- close 1000
      client-2 /room <- close 1000"
    `)
    expect(server.transcript({ channel: 'lobby', last: 2 })).toMatchInlineSnapshot(`
      "(7 earlier frames left out)
      client -> close 1000
      client <- close 1000"
    `)
  })

  it('has streams in it, and the heartbeat only where it is wanted', async () => {
    const server = mockServer()
    const stream = await server.fetch(`${server.url}/room/listen`, { headers: { accept: 'text/event-stream' } })
    const ada = await server.connect('room', { name: 'ada' })
    void server.emit('room', { n: 1 })
    await server.advance('21s')
    expect(server.transcript()).toMatchInlineSnapshot(`
      "client -> GET /room/listen
      client <- answered 200
      client <- CONNECTED client members=nobody
      ada    -> connect /room/listen
      ada    <- accepted
      ada    <- CONNECTED ada members=nobody
      client <- PRESENCE:JOINED ada
      ada    <- DATA evt_1 {"n":1}
      client <- DATA evt_1 {"n":1}"
    `)
    expect(server.transcript({ heartbeat: true, last: 3 })).toMatchInlineSnapshot(`
      "(9 earlier frames left out)
      ada    <- PING
      ada    -> PONG
      client <- (comment)"
    `)
    await stream.body?.cancel()
    ada.close()
    await server.settled()
  })
})

describe('a diagram', () => {
  it('has a column for each, and stays within 120 columns', async () => {
    const server = mockServer({ network: { latency: 25 } })
    const people = []
    for (const name of ['ada', 'bob', 'carla', 'dimitri']) {
      people.push(await server.connect('room', { name, presence: { name } }))
    }
    people[1]!.network.sever()
    people[0]!.emit({ text: 'x'.repeat(200) })
    await server.settled()
    const diagram = server.diagram({ last: 14 })
    expect(diagram).toMatchInlineSnapshot(`
      "(13 earlier frames left out)
                ada     bob    carla  dimitri  server
      175 ms     │       │       │       │◀───────│  accepted
                 │◀──────┼───────┼───────┼────────│  PRESENCE:JOINED dimitri {"name":"dimitri"}
                 │       │◀──────┼───────┼────────│  PRESENCE:JOINED dimitri {"name":"dimitri"}
                 │       │       │◀──────┼────────│  PRESENCE:JOINED dimitri {"name":"dimitri"}
                 │       │       │       │◀───────│  CONNECTED dimitri {"name":"dimitri"} members=ada,bob,carla
      200 ms     │       │─╳ ╳ ╳ ╳ ╳ ╳ ╳ ╳ ╳ ╳ ╳ ─│  connection lost
                 │───────┼───────┼───────┼───────▶│  EMIT {"text":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
                 │◀──────┼───────┼───────┼────────│  PRESENCE:LEFT bob
                 │       │       │◀──────┼────────│  PRESENCE:LEFT bob
                 │       │       │       │◀───────│  PRESENCE:LEFT bob
      225 ms     │◀──────┼───────┼───────┼────────│  DATA evt_1 {"text":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
                 │       │       │◀──────┼────────│  DATA evt_1 {"text":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
                 │       │       │       │◀───────│  DATA evt_1 {"text":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
                 │◀──────┼───────┼───────┼────────│  EMITTED evt_1 recipients=3"
    `)
    for (const line of diagram.split('\n')) expect(line.length).toBeLessThanOrEqual(120)
  })

  it('is empty in words when nothing was sent', () => {
    expect(mockServer().diagram()).toBe('(nothing was sent)')
    expect(mockServer().transcript()).toBe('')
  })

  it('has times that people can read', async () => {
    const server = mockServer()
    for (const duration of ['12.25ms', '1.2s', '58.8s', '1h']) {
      await server.advance(duration)
      await server.fetch(`${server.url}/_/health`)
    }
    expect(server.diagram()).toMatchInlineSnapshot(`
      "               client  server
            12.3 ms     │──────▶│  GET /_/health
                        │◀──────│  answered 200
            1.212 s     │──────▶│  GET /_/health
                        │◀──────│  answered 200
       1:00.012 min     │──────▶│  GET /_/health
                        │◀──────│  answered 200
      61:00.012 min     │──────▶│  GET /_/health
                        │◀──────│  answered 200"
    `)
  })
})
