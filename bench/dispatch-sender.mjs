// The other process of dispatch.mjs: sends its frames over whichever connection came last, and ends with it.
import { WebSocketServer } from 'ws'

const clientID = 'client_0123456789abcdef'
const frames = Array.from({ length: Number(process.argv[2]) }, (_, at) => {
  const eventID = `evt_${String(at).padStart(21, '0')}`
  const payload = { event: 'text', data: 'x'.repeat(200 - '{"event":"text","data":""}'.length) }
  return JSON.stringify({ type: 'DATA', clientID, latency: 3, eventID, payload, requires_ack: false, seq: at + 1 })
})

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' }, () => process.send(server.address().port))
let latest
server.on('connection', (socket) => {
  latest = socket
  socket.on('error', () => undefined)
  socket.send(JSON.stringify({ type: 'CONNECTED', clientID, latency: 0, payload: { members: [], epoch: 'e', seq: 0 } }))
})
process.on('message', () => {
  for (const frame of frames) latest.send(frame)
})
process.on('disconnect', () => process.exit())
