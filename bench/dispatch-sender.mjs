// The other process of dispatch.mjs: sends its frames over whichever connection came last, and ends with it.
import { Sender, WebSocketServer } from 'ws'

const clientID = 'client_0123456789abcdef'
const texts = Array.from({ length: Number(process.argv[2]) }, (_, at) => {
  const eventID = `evt_${String(at).padStart(21, '0')}`
  const payload = { event: 'text', data: 'x'.repeat(200 - '{"event":"text","data":""}'.length) }
  return JSON.stringify({ type: 'DATA', clientID, latency: 3, eventID, payload, requires_ack: false, seq: at + 1 })
})

/** In one piece: what it takes to send them one by one would be measured as well. */
const bytes = Buffer.concat(
  texts.flatMap((text) =>
    Sender.frame(Buffer.from(text), { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true }),
  ),
)

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' }, () => process.send(server.address().port))
let latest
server.on('connection', (socket, request) => {
  latest = request.socket
  socket.on('error', () => undefined)
  socket.send(JSON.stringify({ type: 'CONNECTED', clientID, latency: 0, payload: { members: [], epoch: 'e', seq: 0 } }))
})
process.on('message', () => latest.write(bytes))
process.on('disconnect', () => process.exit())
