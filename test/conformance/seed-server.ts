// A server that knows the open seed specification and nothing else: what goes beyond it is taken away on every side.
import type { Mutation } from './virtual-server'

const KEPT = new Set(['clients', 'require-ack'])

export const seedOnly: Mutation = {
  send(text, wire) {
    const { type, payload, clientID, latency, eventID, requires_ack } = JSON.parse(text)
    if (type === 'PONG' || type === 'EMITTED' || type === 'ACKED') return
    const shown = type === 'CONNECTED' ? { members: payload.members } : payload
    const data = type === 'DATA' ? { eventID, requires_ack } : {}
    wire.send(JSON.stringify({ type, payload: shown, clientID, latency, ...data }, undefined, 2))
  },
  receive(data, wire) {
    if (/"type":"(ACK|PONG)"/.test(String(data))) wire.receive(data)
  },
  upgrade: (request) => new Request(request.url.replace(/\?.*/, ''), request),
  async fetch(request, next) {
    const url = new URL(request.url)
    if (!url.pathname.endsWith('/emit')) return new Response('there is nothing here', { status: 404 })
    for (const name of [...url.searchParams.keys()]) {
      if (name.startsWith('_') || (request.method === 'POST' && !KEPT.has(name))) url.searchParams.delete(name)
    }
    const { method, body } = request
    const { status } = await next(new Request(url, { method, ...(body && { body, duplex: 'half' }) } as RequestInit))
    return new Response(status === 200 ? 'ok' : 'no', { status })
  },
}
