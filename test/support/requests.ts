// Requests as callers write them by hand: a JSON POST, an upgrade, and what the server makes of them.
import type { Peer } from '@websockets.do/server-core'
import type { World } from './world'

/** The init of a POST whose body is `payload` as JSON. */
export function post(payload: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', body: JSON.stringify(payload), headers }
}

export interface Asked {
  readonly headers?: Record<string, string>
  readonly peer?: Peer
}

/** Asks to open a WebSocket, and answers what a refused caller sees: 101 stands for an upgrade that was accepted. */
export async function upgrade(world: World, path: string, { headers = {}, peer = {} }: Asked = {}) {
  const answer = await world.server.upgrade(new Request(world.url + path, { headers }), peer)
  if (!(answer instanceof Response)) return { status: 101, body: undefined }
  return { status: answer.status, body: (await answer.json()) as any, headers: answer.headers }
}

/** An HTTP request as an adapter hands it over, with what it knows of the caller. */
export async function ask(world: World, path: string, init: RequestInit = {}, peer: Peer = {}) {
  const response = await world.server.fetch(new Request(world.url + path, init), peer)
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : (JSON.parse(text) as any),
  }
}
