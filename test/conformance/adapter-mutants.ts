// Adapters that get one thing wrong each: what they are told, what they hand on, how they end.
import type { AdapterOptions, OpenAdapter, OpenedAdapter } from '@websockets.do/server-core/conformance'
import { serverOptionsOf } from '@websockets.do/server-core/conformance'
import { answers, sendsOf, without as withoutField, withoutHeader } from './mutation'
import { type Mutation, virtualServer } from './virtual-server'

export interface AdapterMutant extends Mutation {
  readonly what: string
  /** The rules that the adapters' own cases must find broken: those, and no others. */
  readonly breaks: readonly string[]
  /** What it makes of the options that it is given. */
  readonly told?: (options: AdapterOptions) => AdapterOptions
  readonly disconnect?: () => boolean
  /** How it closes the server, where it does. */
  readonly ends?: (drainMs: number, close: (drainMs: number) => Promise<void>) => Promise<void>
  /** Chooses the first subprotocol that it is offered. */
  readonly choosesAny?: true
}

export function adapterOf({
  told = (options) => options,
  disconnect,
  ends,
  choosesAny,
  ...mutation
}: AdapterMutant): OpenAdapter {
  return async (options = {}): Promise<OpenedAdapter> => {
    const { server, WebSocket, ...target } = virtualServer({ ...mutation, options: serverOptionsOf(told(options)) })
    class AnyWebSocket extends WebSocket {
      readonly #chosen: string
      constructor(url: string | URL, protocols: string | string[] = []) {
        super(url)
        this.#chosen = [protocols].flat()[0] ?? ''
      }
      override get protocol() {
        return this.#chosen
      }
    }
    const close = (drainMs: number) => server.close({ drainMs })
    return {
      ...target,
      WebSocket: choosesAny ? AnyWebSocket : WebSocket,
      disconnect: (channel, clientID) => disconnect?.() ?? server.channel(channel).disconnect(clientID),
      close: ({ drainMs = 0 } = {}) => (ends ? ends(drainMs, close) : close(drainMs)),
    }
  }
}

const readable = { history: { readable: true } }

function without(name: keyof AdapterOptions) {
  return (options: AdapterOptions): AdapterOptions =>
    Object.fromEntries(Object.entries(options).filter(([other]) => other !== name))
}

export const adapterMutants: readonly AdapterMutant[] = [
  {
    what: 'ignores `limits`',
    breaks: ['EM-9', 'ACK-6', 'CL-8', 'LM-1'],
    told: without('limits'),
  },
  { what: 'ignores `heartbeat`', breaks: ['LM-1'], told: without('heartbeat') },
  { what: 'ignores `graceMs`', breaks: ['RS-3', 'LM-1'], told: without('graceMs') },
  {
    what: 'ignores `history`',
    breaks: ['RS-1', 'RS-2', 'LM-1'],
    told: (options) => ({ ...options, ...readable }),
  },
  { what: 'ignores `getEmit`', breaks: ['EM-2'], told: without('getEmit') },
  { what: 'ignores `origins`', breaks: ['OR-1'], told: without('origins') },
  { what: 'ignores `publicOrigin`', breaks: ['OR-1'], told: without('publicOrigin') },
  { what: 'ignores `trustProxy`', breaks: ['LM-1'], told: without('trustProxy') },
  { what: 'lets everybody in', breaks: ['LI-6', 'OR-2', 'MS-11'], told: without('token') },
  {
    what: 'answers every path',
    breaks: ['CH-2'],
    ...answers((body, status) => [body, status === 404 ? 200 : status]),
  },
  {
    what: 'names no methods',
    breaks: ['EM-2'],
    async fetch(request, next) {
      const response = await next(request)
      response.headers.delete('allow')
      return response
    },
  },
  {
    what: 'reads a body piece by piece as text',
    breaks: ['EM-1'],
    async fetch(request, next) {
      if (request.method !== 'POST' || !request.url.endsWith('/emit')) return await next(request)
      const pieces = request.body?.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform: (piece, controller) =>
            controller.enqueue(new TextEncoder().encode(new TextDecoder().decode(piece))),
        }),
      )
      return await next(new Request(request, { body: pieces, duplex: 'half' } as RequestInit))
    },
  },
  {
    what: 'answers a body that is too large with 400',
    breaks: ['LM-1'],
    ...answers((body, status) => [body, status === 413 ? 400 : status]),
  },
  {
    what: 'writes frames in Latin-1',
    breaks: ['EM-1', 'MS-1'],
    send: (text, wire) => wire.send(text.replaceAll('🦊', '??')),
  },
  {
    what: 'swaps two frames',
    breaks: ['EM-9'],
    ...sendsOf('DATA', (message, { notes }) => {
      if (message.payload === 500) return void notes.set('held', message)
      const held = notes.get('held')
      notes.delete('held')
      return held ? [message, held] : message
    }),
  },
  {
    what: 'answers nobody in a channel any more after somebody has given up',
    breaks: ['ER-1'],
    ...broken(),
  },
  { what: 'chooses the subprotocol that is offered first', breaks: ['OR-2'], choosesAny: true },
  {
    what: 'looks for the token in the URL alone',
    breaks: ['OR-2'],
    upgrade: (request) => new Request(request.url, { headers: { 'sec-websocket-protocol': 'websockets.do' } }),
  },
  { what: 'reports every close as 1000', breaks: ['RS-2', 'RS-5'], closed: (_, next) => next(1000) },
  {
    what: 'never hears that a connection has ended',
    breaks: ['RS-3', 'RS-5', 'ER-1', 'LM-1'],
    closed: () => {},
  },
  { what: 'disconnects nobody', breaks: ['RS-5', 'ER-1'], disconnect: () => false },
  { what: 'says that it has disconnected whom it does not know', breaks: ['RS-5', 'ER-1'], disconnect: () => true },
  { what: 'closes without a reason', breaks: ['LI-6', 'HL-1', 'ER-1'], close: (code, _, wire) => wire.close(code) },
  {
    what: 'closes with 1000 always',
    breaks: ['LI-6', 'CL-8', 'HL-1', 'ER-1', 'LM-1'],
    close: (_, reason, wire) => wire.close(1000, reason),
  },
  {
    what: 'refuses with 403 for 401',
    breaks: ['LI-6'],
    ...answers((body, status) => [body, status === 401 ? 403 : status]),
  },
  {
    what: 'refuses every upgrade with 400',
    breaks: ['LI-6', 'HL-1'],
    refusal: () => new Response(null, { status: 400 }),
  },
  {
    what: 'reads streams whether anybody wants them or not',
    breaks: ['CH-4', 'LM-1'],
    async fetch(request, next) {
      const response = await next(request)
      if (!response.headers.get('content-type')?.includes('event-stream') || !response.body) return response
      return new Response(pumped(response.body), response)
    },
  },
  {
    what: 'shows nobody who somebody is',
    breaks: ['MS-11'],
    ...sendsOf('PRESENCE:JOINED', (message) => ({ ...message, payload: withoutField(message.payload, 'user') })),
  },
  { what: 'hands on no Origin', breaks: ['OR-1'], ...withoutHeader('origin') },
  { what: 'does not close the server', breaks: ['HL-1'], ends: async () => {} },
  { what: 'does not wait for acknowledgements', breaks: ['HL-1'], ends: (_, close) => close(0) },
  {
    what: 'waits as long as the server does by itself',
    breaks: ['HL-1'],
    ends: (drainMs, close) => close(drainMs > 0 ? 10_000 : 0),
  },
]

/** A channel that a request which is given up takes along. */
function broken(): Mutation {
  const channels = new Set<string>()
  return {
    async fetch(request, next) {
      const [, channel = ''] = new URL(request.url).pathname.split('/')
      if (channels.has(channel)) return new Response(null, { status: 500 })
      if (/require-ack/.test(request.url)) request.signal.addEventListener('abort', () => channels.add(channel))
      return await next(request)
    },
  }
}

/** All of a stream, kept until somebody reads it; that nobody does is no reason to stop. */
function pumped(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async start(controller) {
        const reader = stream.getReader()
        void (async () => {
          for (let part = await reader.read(); !part.done; part = await reader.read()) {
            try {
              controller.enqueue(part.value)
            } catch {
              // It was cancelled, of which the server is told nothing.
            }
          }
          controller.close()
        })().catch(() => {})
      },
    },
    { highWaterMark: 1e9 },
  )
}
