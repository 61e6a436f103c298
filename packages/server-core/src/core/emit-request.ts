// What an EMIT asks for, read from its fields; the HTTP route reads the same from a URL [CL-4, EM-4 to EM-8].
import { type EmitResult, type Json, type JsonObject, kindOf, type Limits } from '@websockets.do/protocol'
import { refused } from './frames'
import { isEventID } from './names'
import type { Publication } from './published-event'
import { parseTargets, readTargets } from './targets'

export interface EmitRequest {
  readonly payload: Json
  readonly how: Pick<Publication, 'targets' | 'requireAck' | 'timeoutMs' | 'echo' | 'eventID'>
  /** Whether each acknowledgement is to be passed on as it arrives. */
  readonly progress: boolean
  readonly ref?: string
}

export type EmitReading =
  | { readonly ok: true; readonly request: EmitRequest }
  | { readonly ok: false; readonly result: EmitResult; readonly ref?: string }

export function readEmit(fields: JsonObject, limits: Limits): EmitReading {
  const {
    payload,
    clients,
    requires_ack,
    timeout = DEFAULT_TIMEOUT_MS,
    echo = true,
    progress = false,
    eventID,
    ref,
  } = fields
  if (ref !== undefined && !isRef(ref)) {
    return {
      ok: false,
      result: refused('BAD_PARAMETER', `expected "ref" to be a string of at most ${MAX_REF} characters`),
    }
  }
  const refuse = (code: 'BAD_PARAMETER' | 'NO_PAYLOAD', message: string): EmitReading => {
    return { ok: false, result: refused(code, message), ...(ref !== undefined && { ref }) }
  }
  if (payload === undefined) return refuse('NO_PAYLOAD', 'expected a "payload": any JSON value')
  const requireAck = requires_ack ?? fields['require_ack'] ?? false
  for (const [name, value] of Object.entries({ requires_ack: requireAck, echo, progress })) {
    if (typeof value !== 'boolean')
      return refuse('BAD_PARAMETER', `expected "${name}" to be true or false, got ${kindOf(value)}`)
  }
  if (!isTimeout(timeout)) return refuse('BAD_PARAMETER', `expected "timeout" to be ${TIMEOUT_RANGE}`)
  if (eventID !== undefined && !(typeof eventID === 'string' && isEventID(eventID)))
    return refuse('BAD_PARAMETER', `expected "eventID" to be ${EVENT_ID_SHAPE}`)
  const targets =
    typeof clients === 'string' ? parseTargets(clients, limits.maxTargets) : readTargets(clients, limits.maxTargets)
  if ('fault' in targets) return refuse('BAD_PARAMETER', targets.fault)
  const how = {
    targets,
    requireAck: requireAck === true,
    timeoutMs: timeout,
    echo: echo === true,
    ...(eventID !== undefined && { eventID }),
  }
  return { ok: true, request: { payload, how, progress: progress === true, ...(ref !== undefined && { ref }) } }
}

/** The `ref` of an EMIT that is refused before it is read, if it has one that can be told back. */
export function refOf({ ref }: JsonObject): string | undefined {
  return isRef(ref) ? ref : undefined
}

function isRef(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_REF
}

export function isTimeout(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 60_000
}

/** How long an emit waits for acknowledgements unless it says otherwise [ACK-3]. */
export const DEFAULT_TIMEOUT_MS = 5_000
export const TIMEOUT_RANGE = 'a whole number of ms from 1 to 60000'
export const EVENT_ID_SHAPE = '"evt_" and 16 to 64 characters of A-Z a-z 0-9 _ -'
const MAX_REF = 64
