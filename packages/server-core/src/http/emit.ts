// GET and POST /:channel/emit: what is asked for, from the URL, the headers and the body [EM-1 to EM-8].
import type { EmitResult, Json, Limits } from '@websockets.do/protocol'
import { DEFAULT_TIMEOUT_MS, EVENT_ID_SHAPE, isTimeout, TIMEOUT_RANGE } from '../core/emit-request'
import { refused } from '../core/frames'
import { isEventID } from '../core/names'
import type { Clock } from '../core/ports'
import type { Publication } from '../core/published-event'
import { everyone, parseTargets } from '../core/targets'
import { readBody } from './body'
import { parseJson } from './parse-json'
import { urlOf } from './url-of'

/** How to publish; what to publish comes beside it. */
export type EmitOptions = Pick<Publication, 'targets' | 'requireAck' | 'timeoutMs' | 'eventID' | 'key'>

export type EmitReading =
  | { readonly ok: true; readonly payload: Json; readonly options: EmitOptions }
  | { readonly ok: false; readonly result: EmitResult }

export async function readEmitRequest(request: Request, limits: Limits, clock: Clock): Promise<EmitReading> {
  const { searchParams } = urlOf(request)
  const options = readOptions(searchParams, request.headers, limits)
  if ('fault' in options) return refuse('BAD_PARAMETER', options.fault)
  if (request.method === 'GET') return readQuery(searchParams, options)
  const body = await readBody(request, limits.maxMessageBytes, limits.bodyTimeoutMs, clock)
  if (body.ok) return readJson(body.text, options, limits)
  if (body.fault === 'too-large')
    return refuse('PAYLOAD_TOO_LARGE', `a body has at most ${limits.maxMessageBytes} bytes`)
  if (body.fault === 'too-slow')
    return refuse('BAD_PAYLOAD', `the body did not arrive within ${limits.bodyTimeoutMs} ms`)
  return refuse('BAD_PAYLOAD', 'expected a body of JSON in UTF-8, and all of it')
}

function readJson(text: string, options: EmitOptions, limits: Limits): EmitReading {
  const parsed = parseJson(text, limits.maxJsonDepth)
  if (parsed.ok) return { ok: true, payload: parsed.value, options }
  const got = text.trim() === '' ? ', got none' : ', such as {"hello":"world"}'
  return refuse('BAD_PAYLOAD', parsed.fault ?? `expected a JSON body${got}`)
}

// The last of equal names wins. `fromEntries` makes every name, `__proto__` too, a property of its own.
function readQuery(parameters: URLSearchParams, options: EmitOptions): EmitReading {
  const entries = [...parameters].filter(([name]) => !RESERVED.has(name))
  if (entries.length === 0)
    return refuse('NO_PAYLOAD', 'expected query parameters as the payload, such as ?hello=world')
  const payload: Json = Object.fromEntries(entries)
  return { ok: true, payload, options }
}

function readOptions(
  parameters: URLSearchParams,
  headers: Headers,
  limits: Limits,
): EmitOptions | { readonly fault: string } {
  for (const name of RESERVED) {
    if (parameters.getAll(name).length > 1) return { fault: `expected "${name}" once` }
  }
  const clients = parameters.get('clients')
  const targets = clients === null ? everyone : parseTargets(clients, limits.maxTargets)
  if ('fault' in targets) return targets
  const requireAck = FLAG.get(parameters.get('require-ack'))
  if (requireAck === undefined) return { fault: 'expected "require-ack" to be true, 1, false or 0' }
  const timeout = parameters.get('_timeout') ?? String(DEFAULT_TIMEOUT_MS)
  const timeoutMs = /^\d+$/.test(timeout) ? Number(timeout) : undefined
  if (!isTimeout(timeoutMs)) return { fault: `expected "_timeout" to be ${TIMEOUT_RANGE}` }
  const eventID = parameters.get('_event-id')
  if (eventID !== null && !isEventID(eventID)) return { fault: `expected "_event-id" to be ${EVENT_ID_SHAPE}` }
  const key = headers.get('idempotency-key')
  if (key !== null && !/^[\x21-\x7e]{1,200}$/.test(key))
    return { fault: 'expected an Idempotency-Key of 1 to 200 visible ASCII characters' }
  if (eventID !== null && key !== null) return { fault: 'expected either "_event-id" or an Idempotency-Key, not both' }
  return { targets, requireAck, timeoutMs, ...(eventID !== null && { eventID }), ...(key !== null && { key }) }
}

function refuse(
  code: 'BAD_PARAMETER' | 'BAD_PAYLOAD' | 'NO_PAYLOAD' | 'PAYLOAD_TOO_LARGE',
  message: string,
): EmitReading {
  return { ok: false, result: refused(code, message) }
}

const RESERVED = new Set(['clients', 'require-ack', '_timeout', '_event-id', '_token'])

// [ACK-1]
const FLAG = new Map<string | null, boolean>([
  [null, false],
  ['', true],
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])
