// What cases send, and the answers that they expect, where many of them do.
import { oneOf, text } from '../match'

export const POST: RequestInit = { method: 'POST', body: '{"from":"the conformance kit"}' }

/** The answer that refuses something [EM-7]. */
export function refusal(status: number, ...codes: readonly string[]): object {
  return { status, body: { success: false, error: { code: oneOf(...codes), message: text } } }
}
