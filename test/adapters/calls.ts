// What the adapters' contract sends over HTTP, and what comes back.
import { EventReader } from '../support/event-source'
import type { Opened } from './contract'

/** Characters of one to four bytes, a joined emoji, and what JSON and SSE treat specially. */
export const ODD_TEXT = 'aé€🦊👩‍👩‍👧 \u2028 "\\\n\r\u0000 \uFFFD'
export const KIB_64 = 64 * 1024

export function padded(before: string, after: string, length: number): string {
  return before + 'x'.repeat(length - before.length - after.length) + after
}

export function bytewise(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, ++at))
      else controller.close()
    },
  })
}

export async function request(server: Opened, path: string, init: RequestInit = {}) {
  const response = await server.fetch(server.url + path, init)
  return { status: response.status, headers: response.headers, body: (await response.json()) as any }
}

export const get = (server: Opened, path: string) => request(server, path)

// `duplex` is what fetch demands for a body that is a stream.
export const post = (server: Opened, path: string, body: string | ReadableStream<Uint8Array>) =>
  request(server, path, { method: 'POST', body, duplex: 'half' } as RequestInit)

export async function observe(server: Opened, headers: Record<string, string> = {}, signal?: AbortSignal, query = '') {
  const init = { headers: { accept: 'text/event-stream', ...headers }, ...(signal && { signal }) }
  const response = await server.fetch(`${server.url}/room/listen${query}`, init)
  return { response, events: new EventReader(response) }
}
