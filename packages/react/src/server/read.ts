// One GET of a channel's routes, as an answer or an exception; whatever the server does, it ends in time.
import { type Clock, type Fetch, WebSocketsError } from '@websockets.do/client'
import { systemClock, systemFetch } from './environment'

/** Which server, and how to reach it. */
export interface DehydrateSource {
  /** Base path included: http(s) or ws(s). */
  readonly url: string
  /** What this token may see is in the page: the visitor's own, best. As a function it is asked once for each request. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>) | undefined
  /** Default: the global one. Of a server in the same process: `(input, init) => server.fetch(new Request(input, init))`. */
  readonly fetch?: Fetch | undefined
  readonly clock?: Clock | undefined
}

/** A route with its query, such as `history?limit=100`. */
export async function read(source: DehydrateSource, name: string, route: string, timeoutMs: number): Promise<unknown> {
  const { clock = systemClock } = source
  const ended = new AbortController()
  return new Promise((resolve, reject) => {
    const stop = clock.after(timeoutMs, () => {
      reject(new WebSocketsError('TIMEOUT', `no answer within ${timeoutMs} ms`))
      ended.abort()
    })
    ask(source, name, route, ended.signal).then(resolve, reject).finally(stop)
  })
}

async function ask(
  { url, token, fetch = systemFetch }: DehydrateSource,
  name: string,
  route: string,
  signal: AbortSignal,
): Promise<unknown> {
  // As a path `..` would be another route, and this one's token would go there.
  if (/^(\.\.?|_)?$/.test(name))
    throw new WebSocketsError('BAD_CHANNEL', `expected another name than ${JSON.stringify(name)}`)
  const given = typeof token === 'function' ? await token() : token
  const headers: Record<string, string> = given === undefined ? {} : { authorization: `Bearer ${given}` }
  const base = url.replace(/^ws/i, 'http').replace(/\/+$/, '')
  let response: Response | undefined
  let answer: { error?: { code?: string; message?: string } } | null
  try {
    response = await fetch(`${base}/${encodeURIComponent(name)}/${route}`, { headers, signal })
    answer = await response.json()
  } catch (cause) {
    throw new WebSocketsError('CONNECTION_LOST', `expected JSON from ${base}`, { status: response?.status, cause })
  }
  if (response.ok) return answer
  const { code = 'INTERNAL', message = `answered with ${response.status}` } = answer?.error ?? {}
  throw new WebSocketsError(code, message, { status: response.status })
}
