// The server's routes: their URLs, and the calls of those that are plain HTTP.
import type { EmitResult } from '@websockets.do/protocol'
import { isShortfall, refusal } from './emission'
import { pageOrigin, resolveFetch } from './environment'
import { WebSocketsError } from './error'
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
  if (!base) throw new WebSocketsError('BAD_PARAMETER', 'expected an http(s) or ws(s) url')
  const query = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${encodeURIComponent(value as string)}`,
  )
  return `${scheme + base}/${encodeURIComponent(channel)}/${action}?${query.join('&')}`
}

/** A GET, or where there is a body a POST. */
export async function request(
  settings: Settings,
  channel: string,
  action: string,
  parameters: Parameters,
  body: string | null = null,
  signal: AbortSignal | null = null,
): Promise<unknown> {
  const url = endpoint('http', settings, channel, action, parameters)
  const token = await tokenOf(settings)
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {}
  let response: Response | undefined
  let answer: Partial<EmitResult> | null
  try {
    response = await resolveFetch(settings.fetch)(url, { method: body ? 'POST' : 'GET', headers, body, signal })
    answer = (await response.json()) as Partial<EmitResult> | null
  } catch (cause) {
    signal?.throwIfAborted()
    throw new WebSocketsError('CONNECTION_LOST', 'no answer in JSON', { status: response?.status, cause })
  }
  if (response.ok || isShortfall(answer)) return answer
  throw refusal(answer?.error, { status: response.status })
}
