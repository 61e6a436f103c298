// Why a request was refused: in the server's words, or in those of whatever stands before it.
import type { ErrorMessage } from '@websockets.do/protocol'

export interface Refusal {
  /** As a close frame would have it: for people, and when to come back. */
  readonly reason: string
  /** What the server itself said; a proxy's page and a program of somebody else's say nothing. */
  readonly error?: ErrorMessage['payload']
  readonly status?: number
}

export async function readRefusal(response: Response): Promise<Refusal> {
  const { headers, status } = response
  const seconds = headers.get('retry-after') ?? ''
  const reason = `HTTP ${status}${/^\d{1,6}$/.test(seconds) ? `, retry-after=${seconds}000` : ''}`
  if (!headers.get('content-type')?.includes('json')) return { reason, status }
  try {
    const { success, error } = await response.json()
    return success === false && typeof error.code === 'string' ? { reason, status, error } : { reason, status }
  } catch {
    return { reason, status }
  }
}
