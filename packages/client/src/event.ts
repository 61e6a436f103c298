// What a handler is given for a DATA message, and the kinds of events that a channel has of its own.
import { type DataMessage, type Json, type JsonObject, namedEvent } from '@websockets.do/protocol'

export interface ChannelEvent<Data = Json> {
  readonly eventID: string
  /** As it was published. */
  readonly payload: Json
  /** Of a named event [MS-10]; undefined for any other payload. */
  readonly name: string | undefined
  /** A named event's data, any other's whole payload. */
  readonly data: Data
  /** The member that emitted it, where one did. */
  readonly from: string | undefined
  /** Rising, not dense; undefined where the server knows no positions. */
  readonly seq: number | undefined
  readonly requiresAck: boolean
  /** Acknowledges, with a reply where there is one. Only the first `ack` or `nack` counts. */
  ack(reply?: JsonObject): void
  /** Acknowledges that it could not be handled. */
  nack(error: string): void
}

/** `acknowledge` is called once at most, and only where an acknowledgement is wanted. */
export function createEvent(
  message: DataMessage & { readonly require_ack?: boolean },
  acknowledge: (reply: JsonObject) => void,
): { -readonly [Key in keyof ChannelEvent<unknown>]: ChannelEvent<unknown>[Key] } {
  const { eventID, payload, from, seq, requires_ack, require_ack } = message
  const named = namedEvent(payload)
  const requiresAck = Boolean(requires_ack ?? require_ack)
  let isAwaited = requiresAck
  const ack = (reply: JsonObject = {}): void => {
    if (!isAwaited) return
    isAwaited = false
    try {
      acknowledge(reply)
    } catch (error) {
      acknowledge({ error: String(error) })
      throw error
    }
  }
  return {
    eventID,
    payload,
    name: named?.event,
    data: named ? named.data : payload,
    from,
    seq,
    requiresAck,
    ack,
    // Whatever it was given: nothing but a string would count as a failure [ACK-6].
    nack: (error) => ack({ error: `${error}` }),
  }
}

/** A channel's own kinds can't be named by a publisher: nobody may forge an `error`. */
export function isOwnKind(type: string): boolean {
  return /^(data|event|join|leave|update|status|error|gap)$/.test(type)
}

/** The kind under which mitt keeps the listeners of a named event: to it, `*` would be all of them. */
export function namedKind(name: string): string {
  return name.startsWith('*') ? `*${name}` : name
}
