// Ours against the tools that people mock WebSockets with: 1,000 clients connect, and 1,000 that are there get broadcasts.
import './many-listeners.mjs'
import { createMockServer } from '@websockets.do/server-core/mock'
import { Server as MockSocketServer, WebSocket as MockSocket } from 'mock-socket'
import { ws } from 'msw'
import { setupServer } from 'msw/node'
import { WebSocket as NodeSocket } from 'ws'
import { median, ms, perSecond, ratio } from './figures.mjs'

const CLIENTS = 1_000
const CHANNELS = 100
const BROADCASTS = 100
const DELIVERIES = CLIENTS * BROADCASTS
const ROUNDS = 7

/** What is broadcast: 200 bytes of JSON. */
const payload = { text: 'x'.repeat(189) }
const bare = JSON.stringify(payload)
/** The same in the frame that a client of this protocol gets, as somebody who writes a fake server by hand would send it. */
const framed = `{"type":"DATA","clientID":"client_${'a'.repeat(21)}","latency":0,"eventID":"evt_${'b'.repeat(21)}","payload":${bare},"requires_ack":false,"seq":1}`

globalThis.WebSocket ??= NodeSocket

const contenders = {
  ours: { connect: connectOurs, broadcast: broadcastOurs },
  'mock-socket': {
    connect: connectMockSocket,
    broadcast: () => broadcastMockSocket(framed),
    bare: () => broadcastMockSocket(bare),
  },
  msw: { connect: connectMsw, broadcast: () => broadcastMsw(framed), bare: () => broadcastMsw(bare) },
}

export async function benchMock() {
  const figures = new Map()
  // Interleaved, so that a busy moment of the machine hits all of them; the first round, cold, is told apart.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, measures] of Object.entries(contenders)) {
      for (const [measure, run] of Object.entries(measures)) {
        const key = `${name} ${measure}`
        figures.set(key, [...(figures.get(key) ?? []), await run()])
      }
    }
  }
  const joins = []
  for (let round = 0; round < 3; round++) joins.push(await joinOneChannel())
  const of = (key) => median(figures.get(key).slice(1))
  const cold = (key) => figures.get(key)[0]

  console.log(`
The mock server beside mock-socket and msw, interleaved in one process
(Node ${process.version}); median of ${ROUNDS} rounds, after a first one, cold
`)
  table(`${CLIENTS} clients connect, spread over ${CHANNELS} channels`, 'connect', CLIENTS)
  table(
    `${BROADCASTS} broadcasts of ${bare.length} bytes to ${CLIENTS} clients, parsed in each`,
    'broadcast',
    DELIVERIES,
  )
  console.log(`    All send the whole frame of the protocol: mock-socket and msw one and the
    same string to all, ours through the whole server, with a clientID of its
    own for each. The bare payload, without a frame:`)
  for (const name of ['mock-socket', 'msw']) {
    const time = of(`${name} bare`)
    console.log(`    ${name.padEnd(12)}${ms(time)}   ours : it = ${ratio(of('ours broadcast'), time)}`)
  }
  const [{ frames }] = joins
  console.log(`
  ${CLIENTS} join one channel, each seeing all others (theirs have no presence)
    ours        ${ms(median(joins.map((join) => join.ms)))}   ${frames.toLocaleString('en')} frames
`)

  function table(what, measure, count) {
    console.log(`  ${what}`)
    const ours = of(`ours ${measure}`)
    for (const name of Object.keys(contenders)) {
      const time = of(`${name} ${measure}`)
      const beside = name === 'ours' ? '' : `   ours : it = ${ratio(ours, time)}`
      const key = `${name} ${measure}`
      console.log(
        `    ${name.padEnd(12)}${ms(time)} ${perSecond(count, time)}/s${beside.padEnd(20)}   cold ${ms(cold(key)).trim()}`,
      )
    }
    console.log('')
  }
}

async function connectOurs() {
  const { server, WebSocket, url } = createOurs()
  const elapsed = await timed(() => openAll(WebSocket, (at) => `${url}/room-${at % CHANNELS}/listen`))
  await server.close()
  return elapsed
}

async function broadcastOurs() {
  const { server, WebSocket, url } = createOurs()
  const sockets = await openAll(WebSocket, () => `${url}/room/listen`)
  await server.settled()
  const elapsed = await deliveries(sockets, () => void server.emit('room', payload))
  await server.close()
  return elapsed
}

/** Counts the frames that a join of 1,000 into one channel takes. */
async function joinOneChannel() {
  const { server, WebSocket, url } = createOurs()
  let frames = 0
  const elapsed = await timed(async () => {
    const sockets = await openAll(
      WebSocket,
      () => `${url}/room/listen`,
      (socket) => {
        socket.addEventListener('message', ({ data }) => void (JSON.parse(data), frames++))
      },
    )
    await server.settled()
    return sockets
  })
  await server.close()
  return { ms: elapsed, frames }
}

function createOurs() {
  const server = createMockServer()
  return { server, WebSocket: server.WebSocket, url: server.url }
}

async function connectMockSocket() {
  const urls = Array.from({ length: CHANNELS }, (_, at) => `ws://mock.test/room-${at}/listen`)
  const servers = urls.map((url) => new MockSocketServer(url))
  const elapsed = await timed(() => openAll(MockSocket, (at) => urls[at % CHANNELS]))
  for (const server of servers) server.stop()
  return elapsed
}

async function broadcastMockSocket(text) {
  const url = 'ws://mock.test/room/listen'
  const server = new MockSocketServer(url)
  const sockets = await openAll(MockSocket, () => url)
  const elapsed = await deliveries(sockets, () => server.emit('message', text))
  server.stop()
  return elapsed
}

async function connectMsw() {
  const { server, urls } = startMsw(CHANNELS)
  const elapsed = await timed(() => openAll(globalThis.WebSocket, (at) => urls[at % CHANNELS]))
  server.close()
  return elapsed
}

async function broadcastMsw(text) {
  const { server, urls, links } = startMsw(1)
  const sockets = await openAll(globalThis.WebSocket, () => urls[0])
  const elapsed = await deliveries(sockets, () => links[0].broadcast(text))
  for (const socket of sockets) socket.close()
  server.close()
  return elapsed
}

function startMsw(count) {
  const urls = Array.from({ length: count }, (_, at) => `ws://mock.test/room-${at}/listen`)
  const links = urls.map((url) => ws.link(url))
  const server = setupServer(...links.map((link) => link.addEventListener('connection', () => {})))
  server.listen({ onUnhandledRequest: 'bypass' })
  return { server, urls, links }
}

function openAll(WebSocket, urlOf, prepare = () => {}) {
  const opened = Array.from({ length: CLIENTS }, (_, at) => {
    const socket = new WebSocket(urlOf(at))
    prepare(socket)
    return new Promise((resolve) => socket.addEventListener('open', () => resolve(socket)))
  })
  return Promise.all(opened)
}

/** How long until every broadcast has been parsed in every client; each is delivered before the next, as over a network. */
async function deliveries(sockets, broadcast) {
  let left = DELIVERIES
  let done
  const all = new Promise((resolve) => (done = resolve))
  for (const socket of sockets) {
    socket.addEventListener('message', ({ data }) => {
      JSON.parse(data)
      if (--left === 0) done()
    })
  }
  return await timed(async () => {
    for (let nth = 0; nth < BROADCASTS; nth++) {
      broadcast()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await all
  })
}

async function timed(run) {
  const start = performance.now()
  await run()
  return performance.now() - start
}
