// What it costs the client to hand over what a real socket brings it, beside bare `ws` and `JSON.parse` that do no more than that.
// The sender has all its frames ready as bytes, so that the receiver decides how long it takes.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createClient } from '@websockets.do/client'
import { WebSocket } from 'ws'
import { median, perSecond } from './figures.mjs'

const EVENTS = 100_000
const ROUNDS = 9

/** Another process sends, so that only what receives is measured; it sends the same frames to both. */
const sender = fork(fileURLToPath(new URL('dispatch-sender.mjs', import.meta.url)), [String(EVENTS)])
const [port] = await once(sender, 'message')
const url = `ws://127.0.0.1:${port}`

const sdk = []
const bare = []
for (let round = 0; round <= ROUNDS; round++) {
  // Interleaved, and by turns first, so that a busy moment of the machine hits both; the first round warms up.
  const pair = [() => measure(openBare), () => measure(openClient)]
  const order = round % 2 === 0 ? [0, 1] : [1, 0]
  const times = []
  for (const at of order) times[at] = await pair[at]()
  if (round === 0) continue
  bare.push(times[0])
  sdk.push(times[1])
}
sender.disconnect()

const ratios = bare.map((time, at) => time / sdk[at])
console.log(`\n${EVENTS.toLocaleString('en')} events of 200 bytes over a real socket, median of ${ROUNDS} rounds\n`)
console.log(`    client                  ${perSecond(EVENTS, median(sdk))} events/s`)
console.log(`    bare ws + JSON.parse    ${perSecond(EVENTS, median(bare))} events/s`)
console.log(`    client : bare = ${median(ratios).toFixed(2)} of its speed\n`)

async function measure(open) {
  let received = 0
  let finished
  const all = new Promise((resolve) => (finished = resolve))
  const close = await open((text) => {
    if (text.length === 0) throw new Error('expected a text')
    if (++received === EVENTS) finished()
  })
  const start = performance.now()
  sender.send('send')
  await all
  const elapsed = performance.now() - start
  close()
  return elapsed
}

function openBare(onText) {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${url}/room/listen`)
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(data)
      if (message.type === 'CONNECTED') resolve(() => socket.close())
      else onText(message.payload.data)
    })
  })
}

function openClient(onText) {
  return new Promise((resolve) => {
    const channel = createClient({ url, WebSocket }).channel('room')
    channel.on('text', ({ data }) => onText(data))
    channel.on('status', ({ state }) => state === 'open' && resolve(() => channel.close()))
  })
}
