// What waits to be sent: emits in their order, at the server's pace, and the latest presence; and the emits that wait for an answer.
import type { ClientMessage, JsonObject, Welcome } from '@websockets.do/protocol'
import { createOutgoing, type Emission, type Outgoing } from './emission'
import { type Clock, utf8Bytes } from './environment'
import { tooLarge, WebSocketsError } from './error'
import { createTimer } from './timer'

export interface Outbox {
  /** Sends what `encode` makes of a ref as soon as it can; what that throws is how the emission fails. */
  add(encode: (ref: string) => string): Emission
  /** Of several that follow closely the last alone is sent. */
  present(presence: JsonObject | undefined, afterMs?: number): void
  /** The emit of that ref, while it waits for its answer. */
  sent(ref: string | undefined): Outgoing | undefined
  /** A new connection, and with it new limits. `presence` is what the server does not know yet. */
  open(limits: Welcome['limits'], presence: JsonObject | undefined): void
  /** The connection is gone, and with it the answers that were due on it. */
  lost(): void
  /** For good: nothing is taken any more. */
  close(error: WebSocketsError): void
}

export function createOutbox(clock: Clock, throttleMs: number, send: (text: string) => void): Outbox {
  const waiting = new Map<string | undefined, Outgoing & { readonly text: string; readonly length: number }>()
  const sent = new Map<string | undefined, Outgoing>()
  const setEmitTimer = createTimer(clock)
  const setPresenceTimer = createTimer(clock)
  let refs = 0
  let isOpen = false
  let closed: WebSocketsError | undefined
  let latest: JsonObject | undefined
  let presenceAt = 0
  let maxBytes = MAX_WAITING_BYTES
  let room = MAX_WAITING_BYTES
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
    for (const [ref, emit] of waiting) {
      const now = clock.now()
      const waitMs = fullAt - reserveMs - now
      if (!isOpen) return
      if (waitMs > 0) return setEmitTimer(waitMs, sendEmits)
      leave(ref)
      if (emit.length > maxBytes) {
        emit.reject(tooLarge(emit.length))
        continue
      }
      fullAt = Math.max(fullAt, now) + intervalMs
      // Registered before sending: the answer may come during send().
      sent.set(ref, emit)
      send(emit.text)
    }
  }

  function leave(ref: string | undefined): void {
    room += waiting.get(ref)?.length || 0
    waiting.delete(ref)
  }

  function failAll(emits: Map<string | undefined, Outgoing>, error: WebSocketsError): void {
    for (const { reject } of emits.values()) reject(error)
  }

  function present(presence: JsonObject | undefined, afterMs = 0): void {
    latest = presence
    presenceAt = Math.max(presenceAt, clock.now() + afterMs)
    sendPresence()
  }

  return {
    add(encode) {
      const ref = String(++refs)
      const outgoing = createOutgoing(() => {
        leave(ref)
        sent.delete(ref)
      })
      try {
        if (closed) throw closed
        const text = encode(ref)
        const length = utf8Bytes(text)
        if (length > maxBytes) throw tooLarge(length)
        room -= length
        waiting.set(ref, { ...outgoing, text, length })
        sendEmits()
        for (const { reject } of waiting.values()) {
          // The oldest go first; what is larger than all the room never came in.
          if (room >= 0) return outgoing.emission
          reject(new WebSocketsError('OUTBOX_FULL', 'too many waiting'))
        }
      } catch (error) {
        outgoing.reject(error)
      }
      return outgoing.emission
    },
    present,
    sent: (ref) => sent.get(ref),
    open(limits, presence) {
      const { maxMessageBytes = MAX_WAITING_BYTES, messagesPerSecond = Infinity, messageBurst = 0 } = limits ?? {}
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
      failAll(sent, new WebSocketsError('CONNECTION_LOST', 'no answer: it may or may not have been delivered'))
    },
    close(error) {
      closed = error
      isOpen = false
      setEmitTimer()
      setPresenceTimer()
      failAll(sent, error)
      failAll(waiting, error)
    },
  }
}

const MAX_WAITING_BYTES = 1024 * 1024
