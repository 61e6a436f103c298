// Responses: JSON bodies, and failures in the one shape that all routes share [EM-7].
import { type EmitResult, type ErrorCode, httpStatus } from '@websockets.do/protocol'
import { refused } from '../core/frames'

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  // The line break is for whoever reads it in a terminal.
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  })
}

export function failure(code: ErrorCode, message: string, headers: Record<string, string> = {}): Response {
  return outcome(refused(code, message), headers)
}

/** An emit's result with the status that goes with it. */
export function outcome(result: EmitResult, headers: Record<string, string> = {}): Response {
  const { error } = result
  if (!error) return json(result, 200, headers)
  const wait = error.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfterMs / 1_000)) }
  return json(result, httpStatus[error.code], { ...wait, ...headers })
}

/** Lets a page of another origin read the answer, where it is welcome [OR-1]. */
export function readable(
  response: Response,
  origin: { readonly ok: boolean; readonly crossOrigin?: string },
): Response {
  response.headers.append('vary', 'Origin')
  if (origin.crossOrigin === undefined) return response
  response.headers.set('access-control-allow-origin', origin.crossOrigin)
  response.headers.set('access-control-allow-credentials', 'true')
  response.headers.set('access-control-expose-headers', 'retry-after')
  return response
}

/** Answers a browser that asks what it may send. */
export function preflight(methods: readonly string[]): Response {
  return new Response(null, {
    status: 204,
    headers: {
      allow: methods.join(', '),
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': 'authorization, content-type, idempotency-key, last-event-id, session',
      'access-control-max-age': '600',
    },
  })
}
