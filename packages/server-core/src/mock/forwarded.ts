// A request that a mocking tool intercepted, answered by the server.
import type { Memory } from '../adapters/memory'

/** Sends it to `target` instead, otherwise as it is. With an `origin` it comes from there, unless it says itself where from. */
export async function forwarded(
  { fetch }: Memory,
  target: string,
  request: Request,
  origin: string | undefined,
): Promise<Response> {
  const { method, signal } = request
  // Field by field: msw's own Headers copies of a request with a body only what its body says, and loses the rest.
  const headers = new Headers([...request.headers])
  if (origin !== undefined && !headers.has('origin')) headers.set('origin', origin)
  // A body that is passed on as a stream would need what not every browser has.
  const body = method === 'GET' || method === 'HEAD' ? null : await request.arrayBuffer()
  return await fetch(target, { method, headers, body, signal })
}
