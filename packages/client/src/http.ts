// The server's routes: their URLs, and the calls of those that are plain HTTP.
import type { EmitResult } from '@websockets.do/protocol'
import { isShortfall, refusal } from './emission'
import { pageOrigin, resolveFetch } from './environment'
import { WebSocketsError } from './error'
import { ANSWER_MS, limit } from './limit'
import { type Settings, tokenOf } from './settings'

export type Parameters = Readonly<Record<string, boolean | number | string | readonly string[] | undefined>>

/** Throws where neither the options nor a page say which server. */
export function endpoint(
  scheme: 'http' | 'ws',
  { url }: Settings,
  channel: string,
  action: string,
  parameters: Parameters = {},
): string {
  const base = /^(?:http|ws)(s?:\/\/.+?)\/*$/i.exec(url ?? pageOrigin() ?? '')?.[1]
  if (!base) throw new WebSocketsError('BAD_PARAMETER', 'expected an http or ws url')
  const query = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${encodeURIComponent(value as string)}`,
  )
  return `${scheme + base}/${encodeURIComponent(channel)}/${action}?${query.join('&')}`
}

interface Asked {
  readonly body?: string
  /** How long the server may take to come to its answer. Default 5,000. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** A GET, or where there is a body a POST. It settles, whatever the token or the network do. */
export async function request(
  settings: Settings,
  channel: string,
  action: string,
  parameters: Parameters,
  { body, timeoutMs = 5_000, signal }: Asked = {},
): Promise<unknown> {
  const url = endpoint('http', settings, channel, action, parameters)
  const ended = new AbortController()
  return new Promise((resolve, reject) => {
    const stop = limit(settings.clock, timeoutMs + ANSWER_MS, signal, (reason) => {
      reject(reason)
      ended.abort(reason)
    })
    ask(settings, url, body, ended.signal).then(resolve, reject).finally(stop)
  })
}

async function ask(settings: Settings, url: string, body: string | undefined, signal: AbortSignal): Promise<unknown> {
  const token = await tokenOf(settings)
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {}
  let response: Response | undefined
  let answer: Partial<EmitResult> | null
  try {
    const init = { method: body ? 'POST' : 'GET', headers, body: body ?? null, signal }
    response = await resolveFetch(settings.fetch)(url, init)
    answer = (await response.json()) as Partial<EmitResult> | null
  } catch (cause) {
    throw new WebSocketsError('CONNECTION_LOST', 'no JSON', { status: response?.status, cause })
  }
  if (response.ok || isShortfall(answer)) return answer
  throw refusal(answer?.error, { status: response.status })
}
