// The in-memory server on a clock that stands still, and a place in between where a mutant can break its rules.
import { setImmediate } from 'node:timers'
import { createServer, type Connection, type Server, type ServerOptions } from '@websockets.do/server-core'
import type { ConformanceContext } from '@websockets.do/server-core/conformance'
import { type Memory, memory } from '@websockets.do/server-core/memory'
import { VirtualClock } from '@websockets.do/server-core/mock'

/** One WebSocket or event stream, as a mutant sees it. */
export interface Wire {
  readonly url: URL
  /** Hands a frame to the client. */
  send(text: string): void
  close(code?: number, reason?: string): void
  /** Hands what a client sends to the server. */
  receive(data: unknown): void
  /** For a mutant to remember things by. */
  readonly notes: Map<string, any>
}

export interface Mutation {
  readonly options?: ServerOptions
  /** Of the server to the client. Nothing handed on is a frame that is lost. */
  readonly send?: (text: string, wire: Wire) => void
  /** Of the client to the server. */
  readonly receive?: (data: unknown, wire: Wire) => void
  readonly close?: (code: number | undefined, reason: string | undefined, wire: Wire) => void
  /** With which code the server hears of a connection's end; nothing handed on is an end that it never hears of. */
  readonly closed?: (code: number | undefined, next: (code?: number) => void) => void
  readonly fetch?: (request: Request, next: (request: Request) => Promise<Response>) => Promise<Response>
  readonly upgrade?: (request: Request) => Request
  /** Of an upgrade that is refused. */
  readonly refusal?: (response: Response) => Response
  /** What the kit sends, where the options ask for it. */
  readonly token?: string
}

export interface VirtualServer extends ConformanceContext {
  readonly server: Server
  readonly clock: VirtualClock
  readonly WebSocket: typeof WebSocket
  readonly pass: (ms: number) => Promise<void>
}

export function virtualServer(mutation: Mutation = {}): VirtualServer {
  const clock = new VirtualClock()
  const { options, token } = mutation
  const server = createServer({ history: { readable: true }, ...options, clock, onError: () => {} })
  const { url, WebSocket, fetch } = telling(mutated(server, mutation))
  const pass = (ms: number) => clock.advance(ms, settle)
  return { server, clock, url, WebSocket, fetch, pass, ...(token !== undefined && { token }) }
}

/** Memory, whose WebSocket tells the status of a refusal as that of `ws` does. */
function telling(doors: Pick<Server, 'fetch' | 'upgrade'>): Memory {
  const statuses = new Map<string, number>()
  const { WebSocket: Silent, ...rest } = memory({
    fetch: (request) => doors.fetch(request),
    async upgrade(request) {
      const accept = await doors.upgrade(request)
      if (accept instanceof Response) statuses.set(new URL(request.url).pathname, accept.status)
      return accept
    },
  })
  class TellingWebSocket extends Silent {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      this.addEventListener('error', (event) => {
        const status = statuses.get(new URL(url).pathname)
        Object.defineProperty(event, 'message', { value: `Unexpected server response: ${status}` })
      })
    }
  }
  return { ...rest, WebSocket: TellingWebSocket }
}

/** Until no frame is under way: all of them travel in microtasks. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}

function mutated(
  server: Server,
  { send, receive, close, fetch, upgrade, refusal, closed }: Mutation,
): Pick<Server, 'fetch' | 'upgrade'> {
  const next = (request: Request) => server.fetch(request)
  return {
    fetch: fetch ? (request) => fetch(request, next) : next,
    async upgrade(request) {
      const accept = await server.upgrade(upgrade?.(request) ?? request)
      if (accept instanceof Response) return refusal?.(accept) ?? accept
      return (socket) => {
        let connection: Connection | undefined
        const wire: Wire = {
          url: new URL(request.url),
          send: (text) => socket.send(text),
          close: (code, reason) => socket.close(code, reason),
          receive: (data) => connection?.receive(data),
          notes: new Map(),
        }
        connection = accept({
          send: (text) => (send ? send(text, wire) : wire.send(text)),
          close: (code, reason) => (close ? close(code, reason, wire) : wire.close(code, reason)),
        })
        const { clientID } = connection
        const taken = connection
        return {
          clientID,
          receive: (data) => (receive ? receive(data, wire) : taken.receive(data)),
          closed: (code) => (closed ? closed(code, (told) => taken.closed(told)) : taken.closed(code)),
        }
      }
    },
  }
}

/** A stream may need more than one turn of the event loop. */
const TURNS = 3
