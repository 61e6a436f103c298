// How a server is made to break a rule: by what it sends, gets, answers, or is told.
import { runConformance } from '@websockets.do/server-core/conformance'
import { expect } from 'vitest'
import { type Mutation, virtualServer, type Wire } from './virtual-server'

type Message = { type: string; payload?: any; [field: string]: any }

/** A server that breaks one rule. */
export interface Mutant extends Mutation {
  readonly what: string
  /** The rules that the kit must find broken: those, and no others. */
  readonly breaks: readonly string[]
}

/** Changes what the server sends: to another message, to several, to none. */
export function sends(change: (message: Message, wire: Wire) => Message | readonly Message[] | undefined): Mutation {
  return {
    send(text, wire) {
      for (const message of [change(JSON.parse(text), wire) ?? []].flat()) wire.send(JSON.stringify(message))
    },
  }
}

/** Changes what the server sends of one type. */
export function sendsOf(
  type: string,
  change: (message: Message, wire: Wire) => Message | readonly Message[] | undefined,
) {
  return sends((message, wire) => (message.type === type ? change(message, wire) : message))
}

/** Changes what the server gets, where it can be read. */
export function receives(change: (message: Message) => Message): Mutation {
  return {
    receive(data, wire) {
      try {
        const message: unknown = JSON.parse(String(data))
        const is = typeof data === 'string' && typeof message === 'object' && message !== null && 'type' in message
        wire.receive(is ? JSON.stringify(change(message as Message)) : data)
      } catch {
        wire.receive(data)
      }
    },
  }
}

/** Changes the parameters of every request to emit. */
export function emits(change: (parameters: URLSearchParams, request: Request) => void): Mutation {
  return {
    fetch(request, next) {
      const url = new URL(request.url)
      if (!url.pathname.endsWith('/emit')) return next(request)
      const before = url.search
      change(url.searchParams, request)
      return next(url.search === before ? request : rewritten(request, url))
    },
  }
}

export function rewritten(request: Request, url: URL): Request {
  const { method, headers, body, signal } = request
  return new Request(url, { method, headers, signal, ...(body && { body, duplex: 'half' }) } as RequestInit)
}

/** Changes the messages of every POST to send. */
export function posts(change: (messages: Message[]) => Message[]): Mutation {
  return {
    async fetch(request, next) {
      const text = request.url.endsWith('/send') ? await request.clone().text() : ''
      if (!/^[[{]/.test(text)) return await next(request)
      const messages = change([JSON.parse(text)].flat())
      return await next(new Request(request, { method: 'POST', body: JSON.stringify(messages) }))
    },
  }
}

/** Changes every answer in JSON. */
export function answers(
  change: (body: any, status: number, request: Request) => [body: any, status?: number],
): Mutation {
  return {
    async fetch(request, next) {
      const response = await next(request)
      if (!response.headers.get('content-type')?.includes('json')) return response
      const [body, status = response.status] = change(await response.json(), response.status, request)
      return new Response(JSON.stringify(body), { status, headers: response.headers })
    },
  }
}

export function withoutHeader(...names: string[]): Mutation {
  return {
    async fetch(request, next) {
      const headers = new Headers(request.headers)
      for (const name of names) headers.delete(name)
      return await next(new Request(request, { headers }))
    },
  }
}

/** The server with another limit, of which CONNECTED says nothing. */
export function limits(changed: object): Mutation {
  const told = { maxMessageBytes: 65_536, maxPresenceBytes: 8_192, messagesPerSecond: 50, messageBurst: 200 }
  return {
    options: { limits: changed },
    ...sendsOf('CONNECTED', (message) => ({ ...message, payload: { ...message.payload, limits: told } })),
  }
}

export function without(message: Message, ...names: string[]): Message {
  return Object.fromEntries(Object.entries(message).filter(([name]) => !names.includes(name))) as Message
}

export const isFence = (payload: any) => payload?.fence !== undefined

/** Changes the text of event streams, chunk by chunk. */
export function streams(change: (text: string) => string): Mutation {
  return {
    async fetch(request, next) {
      const response = await next(request)
      if (!response.headers.get('content-type')?.includes('event-stream') || !response.body) return response
      const body = response.body.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform: (chunk, controller) =>
            controller.enqueue(new TextEncoder().encode(change(new TextDecoder().decode(chunk)))),
        }),
      )
      return new Response(body, response)
    },
  }
}

/** The whole suite, and the rules that it found broken. */
export async function expectFound(mutant: Mutant): Promise<void> {
  const { results } = await runConformance(virtualServer(mutant))
  const broken = new Set(results.filter(({ outcome }) => outcome === 'fail').map(({ rule }) => rule))
  expect([...broken]).toEqual(mutant.breaks)
}
