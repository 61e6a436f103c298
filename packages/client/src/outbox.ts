// What waits to be sent: emits in their order, at the server's pace, and the latest presence; and the emits that wait for an answer.
//
// An emit that was sent on a connection that is gone is sent again on the next one, before whatever came after it: the server
// knows its event id, and delivers it once [EM-8].
import type { Ack, ClientMessage, EmitResult, JsonObject, Welcome } from '@websockets.do/protocol'
import { createOutgoing, type Emission, type EmitOptions, type Outgoing } from './emission'
import { utf8Bytes } from './environment'
import { tooLarge, WebSocketsError } from './error'
import { ANSWER_MS, limit } from './limit'
import type { Settings } from './settings'
import { createTimer } from './timer'

export interface Outbox {
  /** Sends what `encode` makes of a ref as soon as it can; what that throws is how the emission fails. */
  add(
    encode: (ref: string) => string,
    how: Pick<EmitOptions, 'eventID' | 'requireAck' | 'signal' | 'timeoutMs'>,
  ): Emission
  /** Of several that follow closely the last alone is sent. */
  present(presence: JsonObject | undefined, afterMs?: number): void
  /** The answer to an emit, or a part of it. */
  answered(type: 'ACKED' | 'EMITTED', payload: (Ack | EmitResult) & { readonly ref?: string }): void
  /** A new connection, and with it new limits. `presence` is what the server does not know yet. */
  open(limits: Partial<NonNullable<Welcome['limits']>>, presence: JsonObject | undefined): void
  /** The connection is gone, and with it the answers that were due on it. */
  lost(): void
  /** For good: nothing is taken any more. */
  close(error: WebSocketsError): void
}

interface Entry extends Outgoing, Pick<EmitOptions, 'eventID' | 'requireAck'> {
  /** An EMIT, but for its end. */
  readonly text: string
  readonly bytes: number
  /** Infinity: it waits for as long as it takes. */
  readonly deadline: number
  /** Its signal, and its deadline or how long its answer may take. */
  limit(ms: number): void
  /** When it was sent first; then it may have been delivered. */
  sentAt?: number
  isRepeated?: boolean
}

export function createOutbox(
  { clock, maxMessages, maxBytes: room }: Settings,
  throttleMs: number,
  send: (text: string) => void,
): Outbox {
  const waiting = new Map<string, Entry>()
  const sent = new Map<string, Entry>()
  const setEmitTimer = createTimer(clock)
  const setPresenceTimer = createTimer(clock)
  let refs = 0
  let isOpen = false
  let closed: WebSocketsError | undefined
  let latest: JsonObject | undefined
  let presenceAt = 0
  let maxBytes = room
  let intervalMs: number
  let reserveMs: number
  /** The token bucket, kept as the time at which it would be full again. */
  let fullAt: number

  function sendPresence(): void {
    const now = clock.now()
    if (!latest || !isOpen) return
    if (presenceAt > now) return setPresenceTimer(presenceAt - now, sendPresence)
    presenceAt = now + throttleMs
    // It is paced by itself; yet the server counts it with the emits.
    fullAt += intervalMs
    send(JSON.stringify({ type: 'PRESENCE', payload: latest } satisfies ClientMessage))
    latest = undefined
  }

  function sendEmits(): void {
    for (const [ref, entry] of waiting) {
      const { bytes, text, deadline, reject } = entry
      const now = clock.now()
      const waitMs = fullAt - reserveMs - now
      if (!isOpen) return
      // Its own timer is due, but late: on a machine that slept, or of a page in the background.
      if (deadline <= now) continue
      if (waitMs > 0) return setEmitTimer(waitMs, sendEmits)
      entry.isRepeated = entry.sentAt !== undefined
      entry.sentAt ??= now
      if (bytes > maxBytes) reject(tooLarge(bytes, maxBytes))
      if (now - entry.sentAt > REPEAT_WITHIN_MS) reject(unanswered())
      // Refused, it does not wait any more.
      if (!waiting.has(ref)) continue
      waiting.delete(ref)
      room += bytes
      fullAt = Math.max(fullAt, now) + intervalMs
      // Registered before sending: the answer may come during send().
      sent.set(ref, entry)
      const leftMs = Math.min(Math.ceil(deadline - now), MAX_ACK_MS)
      entry.limit(leftMs + ANSWER_MS)
      send(deadline < Infinity ? `${text},"timeout":${leftMs}}` : `${text}}`)
    }
  }

  function wait(ref: string, entry: Entry): void {
    room -= entry.bytes
    waiting.set(ref, entry)
    entry.limit(entry.deadline - clock.now())
  }

  /** The oldest go first. */
  function makeRoom(): void {
    for (const { reject } of waiting.values()) {
      if (room >= 0 && waiting.size <= maxMessages) return
      reject(new WebSocketsError('OUTBOX_FULL', 'the oldest was given up'))
    }
  }

  function present(presence: JsonObject | undefined, afterMs = 0): void {
    latest = presence
    presenceAt = Math.max(presenceAt, clock.now() + afterMs)
    sendPresence()
  }

  return {
    add(encode, { timeoutMs = Infinity, signal, eventID, requireAck }) {
      const ref = `${++refs}`
      let unlimit: (() => void) | undefined
      const outgoing = createOutgoing(() => {
        room += waiting.get(ref)?.bytes ?? 0
        waiting.delete(ref)
        sent.delete(ref)
        unlimit?.()
      })
      try {
        if (closed) throw closed
        if (!(timeoutMs > 0)) throw new WebSocketsError('BAD_PARAMETER', 'expected a timeoutMs above 0')
        const text = encode(ref).slice(0, -1)
        const bytes = utf8Bytes(text) + MAX_END
        if (bytes > maxBytes) throw tooLarge(bytes, maxBytes)
        wait(ref, {
          ...outgoing,
          eventID,
          requireAck,
          text,
          bytes,
          deadline: clock.now() + timeoutMs,
          limit(ms) {
            unlimit?.()
            unlimit = limit(clock, ms, signal, outgoing.reject)
          },
        })
        sendEmits()
        makeRoom()
      } catch (error) {
        outgoing.reject(error)
      }
      return outgoing.emission
    },
    present,
    answered(type, { ref = '', ...answer }) {
      const entry = sent.get(ref)
      if (!entry?.isRepeated || (answer as EmitResult).error?.code !== 'EVENT_ID_USED') {
        entry?.[type](answer as Ack & EmitResult)
        // Somebody else's by now: the member that one was before. It has been published, but who acknowledged it was told there.
      } else if (entry.requireAck) entry.reject(unanswered())
      else entry.EMITTED({ success: true, eventID: entry.eventID as string })
    },
    open(limits, presence) {
      const { maxMessageBytes = Infinity, messagesPerSecond = Infinity, messageBurst = 0 } = limits
      isOpen = true
      maxBytes = maxMessageBytes
      intervalMs = 1_000 / messagesPerSecond
      // Half of the burst is held back: what was sent evenly may arrive bunched.
      reserveMs = (intervalMs * messageBurst) / 2
      fullAt = presenceAt = 0
      present(presence)
      sendEmits()
    },
    lost() {
      isOpen = false
      const first = [...sent]
      const then = [...waiting]
      sent.clear()
      waiting.clear()
      for (const [ref, entry] of first) wait(ref, entry)
      for (const [ref, entry] of then) waiting.set(ref, entry)
      makeRoom()
    },
    close(error) {
      closed = error
      isOpen = false
      setEmitTimer()
      setPresenceTimer()
      for (const { reject } of [...sent.values(), ...waiting.values()]) reject(error)
    },
  }
}

function unanswered(): WebSocketsError {
  return new WebSocketsError('CONNECTION_LOST', 'no answer: it may or may not have been delivered')
}

/** Bytes of what follows an EMIT's text: `,"timeout":60000}`. */
const MAX_END = 17

/** The longest that a server waits for acknowledgements [ACK-3]. */
const MAX_ACK_MS = 60_000

/** For as long, and a little longer, a server knows the ids of its events [RS-1]. */
const REPEAT_WITHIN_MS = 100_000
