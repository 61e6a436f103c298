// What waits to be sent: emits in their order, at the server's pace, and the latest presence; and the emits that wait for an answer.
import type { AckedMessage, EmittedMessage, JsonObject, Welcome } from '@websockets.do/protocol'
import type { Connection } from './connection'
import type { Outgoing } from './emission'
import { type Clock, utf8Bytes } from './environment'
import { tooLarge, WebSocketsError } from './error'
import { createTimer, type Timer } from './timer'

export class Outbox {
  readonly #clock: Clock
  readonly #connection: Connection
  readonly #throttleMs: number
  readonly #setEmitTimer: Timer
  readonly #setPresenceTimer: Timer
  readonly #waiting = new Set<Outgoing>()
  readonly #sent = new Map<string, Outgoing>()
  #waitingBytes = 0
  #presence: JsonObject | undefined
  #presenceAt = 0
  #maxBytes = 0
  #intervalMs = 0
  #reserveMs = 0
  /** The token bucket, kept as the time at which it would be full again. */
  #fullAt = 0
  #closed: WebSocketsError | undefined

  constructor(clock: Clock, connection: Connection, throttleMs: number) {
    this.#clock = clock
    this.#connection = connection
    this.#throttleMs = throttleMs
    this.#setEmitTimer = createTimer(clock)
    this.#setPresenceTimer = createTimer(clock)
  }

  /** A new connection, and with it new limits. `presence` is what the server does not know yet. */
  open(limits: Welcome['limits'], presence: JsonObject | undefined): void {
    const { maxMessageBytes = Infinity, messagesPerSecond = Infinity, messageBurst = 0 } = limits ?? {}
    this.#maxBytes = maxMessageBytes
    this.#intervalMs = 1_000 / messagesPerSecond
    // Half of the burst is held back: what was sent evenly may arrive bunched.
    this.#reserveMs = (this.#intervalMs * messageBurst) / 2
    this.#fullAt = this.#presenceAt = 0
    this.present(presence)
    this.#sendEmits()
  }

  add(outgoing: Outgoing, text: string): void {
    if (this.#closed) throw this.#closed
    outgoing.text = text
    outgoing.bytes = utf8Bytes(text)
    this.#waiting.add(outgoing)
    this.#waitingBytes += outgoing.bytes
    outgoing.cleanups.push(() => {
      this.#leaveQueue(outgoing)
      this.#sent.delete(outgoing.ref)
    })
    this.#sendEmits()
    for (const oldest of this.#waiting) {
      if (this.#waiting.size <= 1_000 && this.#waitingBytes <= 1024 * 1024) return
      oldest.reject(new WebSocketsError('OUTBOX_FULL', 'too many waiting emits'))
    }
  }

  /** Of several that follow closely the last alone is sent. */
  present(presence: JsonObject | undefined, afterMs = 0): void {
    this.#presence = presence
    this.#presenceAt = Math.max(this.#presenceAt, this.#clock.now() + afterMs)
    this.#sendPresence()
  }

  acked({ ref = '', ...ack }: AckedMessage['payload']): void {
    this.#sent.get(ref)?.progress(ack)
  }

  emitted({ ref = '', ...result }: EmittedMessage['payload']): void {
    this.#sent.get(ref)?.answer(result)
  }

  /** The connection is gone, and with it the answers that were due on it. */
  lost(): void {
    for (const outgoing of this.#sent.values()) outgoing.reject(unanswered('CONNECTION_LOST'))
  }

  close(error: WebSocketsError): void {
    this.#closed = error
    this.#setEmitTimer()
    this.#setPresenceTimer()
    for (const outgoing of [...this.#sent.values(), ...this.#waiting]) outgoing.reject(error)
  }

  #sendPresence(): void {
    const now = this.#clock.now()
    if (!this.#presence || !this.#connection.isOpen) return
    if (this.#presenceAt > now) return this.#setPresenceTimer(this.#presenceAt - now, () => this.#sendPresence())
    this.#presenceAt = now + this.#throttleMs
    // It is paced by itself; yet the server counts it with the emits.
    this.#fullAt += this.#intervalMs
    this.#connection.send(JSON.stringify({ type: 'PRESENCE', payload: this.#presence }))
    this.#presence = undefined
  }

  #sendEmits(): void {
    for (const outgoing of this.#waiting) {
      const now = this.#clock.now()
      const waitMs = this.#fullAt - this.#reserveMs - now
      if (!this.#connection.isOpen) return
      if (waitMs > 0) return this.#setEmitTimer(waitMs, () => this.#sendEmits())
      if (outgoing.bytes > this.#maxBytes) {
        outgoing.reject(tooLarge(this.#maxBytes))
        continue
      }
      this.#fullAt = Math.max(this.#fullAt, now) + this.#intervalMs
      this.#leaveQueue(outgoing)
      // Registered before sending: the answer may come during send().
      this.#sent.set(outgoing.ref, outgoing)
      outgoing.cleanups.push(this.#clock.after(outgoing.answerWithinMs, () => outgoing.reject(unanswered('TIMEOUT'))))
      this.#connection.send(outgoing.text)
    }
  }

  #leaveQueue(outgoing: Outgoing): void {
    if (this.#waiting.delete(outgoing)) this.#waitingBytes -= outgoing.bytes
  }
}

function unanswered(code: 'CONNECTION_LOST' | 'TIMEOUT'): WebSocketsError {
  return new WebSocketsError(code, 'no answer: it may or may not have been delivered')
}
