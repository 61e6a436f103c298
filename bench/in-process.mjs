// How long clients in the server's own process take to connect, and to get broadcasts: the whole stack but the network.
import { createClient } from '@websockets.do/client'
import { createServer } from '@websockets.do/server-core'
import { memory } from '@websockets.do/server-core/memory'
import { median, ms, perSecond } from './figures.mjs'

const CHANNELS = 100
const MEMBERS = 10
const BROADCASTS = 100
const ROUNDS = 5

const CLIENTS = CHANNELS * MEMBERS
const DELIVERIES = CLIENTS * BROADCASTS

// Interleaved, so that a busy moment of the machine hits both; the first round warms up and is not counted.
const sdk = []
const raw = []
for (let round = 0; round <= ROUNDS; round++) {
  const rawRound = await measure(openRaw)
  const sdkRound = await measure(openClient)
  if (round === 0) continue
  raw.push(rawRound)
  sdk.push(sdkRound)
}

console.log(
  `\n${CLIENTS} clients over ${CHANNELS} channels of ${MEMBERS}, in this process (Node ${process.version}), median of ${ROUNDS} rounds\n`,
)
report('connect, with presence and member lists', 'connectMs', CLIENTS, 'clients')
report(`${BROADCASTS} broadcasts in each channel`, 'broadcastMs', DELIVERIES, 'deliveries')
console.log('  "raw" speaks the protocol by hand over the same in-memory wire: what is left of "client" is the SDK.\n')

function report(what, key, count, unit) {
  const client = median(sdk.map((round) => round[key]))
  const byHand = median(raw.map((round) => round[key]))
  console.log(`  ${what}`)
  console.log(`    client ${ms(client)}   ${perSecond(count, client)} ${unit}/s`)
  console.log(
    `    raw    ${ms(byHand)}   ${perSecond(count, byHand)} ${unit}/s   client : raw = ${(client / byHand).toFixed(2)}\n`,
  )
}

async function measure(open) {
  const server = createServer()
  const wire = memory(server)
  let received = 0
  let finished
  const onEvent = () => {
    if (++received === DELIVERIES) finished()
  }

  const connectStart = performance.now()
  const closers = await open(wire, onEvent)
  const connectMs = performance.now() - connectStart

  const all = new Promise((resolve) => (finished = resolve))
  const broadcastStart = performance.now()
  for (let nth = 0; nth < BROADCASTS; nth++) {
    for (let at = 0; at < CHANNELS; at++)
      server.channel(`room-${at}`).emit({ nth, text: 'A payload of an ordinary length.' })
    // Each broadcast is delivered before the next, as over a network.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await all
  const broadcastMs = performance.now() - broadcastStart

  for (const close of closers) close()
  await server.close({ drainMs: 0 })
  return { connectMs, broadcastMs }
}

function openClient({ url, WebSocket, fetch }, onEvent) {
  const opened = Array.from({ length: CLIENTS }, (_, at) => {
    const client = createClient({ url, WebSocket, fetch })
    const channel = client.channel(`room-${at % CHANNELS}`)
    channel.on('data', onEvent)
    return new Promise((resolve) => {
      channel.on('status', ({ state }) => {
        if (state === 'open') resolve(() => client.close())
      })
    })
  })
  return Promise.all(opened)
}

function openRaw({ url, WebSocket }, onEvent) {
  const opened = Array.from({ length: CLIENTS }, (_, at) => {
    const socket = new WebSocket(`${url}/room-${at % CHANNELS}/listen`)
    return new Promise((resolve) => {
      socket.addEventListener('message', ({ data }) => {
        const { type } = JSON.parse(data)
        if (type === 'DATA') onEvent()
        else if (type === 'CONNECTED') resolve(() => socket.close())
      })
    })
  })
  return Promise.all(opened)
}
