// One listener of a channel: what it is called, what others see of it, and the one way by which frames reach it.
import { type Json, type JsonObject, type MemberEntry, utf8Bytes } from '@websockets.do/protocol'
import { envelope, type Tail } from './frames'
import type { Socket } from './ports'

export interface MemberOptions {
  readonly clientID: string
  readonly socket: Socket
  /** Listens without being a member: in no list, acknowledges nothing [LI-2]. */
  readonly observer: boolean
  readonly presence: JsonObject
  readonly user?: Json
  /** Unix ms after which its grant is void [OR-2]. */
  readonly expiresAt?: number
  readonly maxBufferedBytes: number
}

/** Why a frame could not be handed over. */
export type SendFault = { readonly kind: 'slow' } | { readonly kind: 'threw'; readonly error: unknown }

export class Member {
  readonly clientID: string
  readonly observer: boolean
  readonly user: Json | undefined
  readonly expiresAt: number | undefined
  readonly socket: Socket
  /** It has left: nothing is sent to it or accepted from it any more. */
  gone = false
  /** Its socket is being closed by us; it leaves as soon as the running step is over. */
  closing = false
  presence: JsonObject
  /** `presence` as JSON text. */
  presenceText = ''
  /** What others see of it, as JSON text. */
  entryText = ''
  /** Heartbeat time (see heartbeat.ts) of the next PING. */
  pingDueAt = 0
  /** Heartbeat time of the PING that is unanswered. */
  pingedAt: number | undefined
  /** Clock time of the PING that is unanswered, for the latency. */
  pingSentAt = 0
  readonly #maxBufferedBytes: number
  #envelope: string
  /** What is sent most, made once. */
  #dataHead: string
  #replayBytes = 0

  constructor(options: MemberOptions) {
    this.clientID = options.clientID
    this.socket = options.socket
    this.observer = options.observer
    this.user = options.user
    this.expiresAt = options.expiresAt
    this.#maxBufferedBytes = options.maxBufferedBytes
    this.#envelope = envelope(options.clientID, 0)
    this.#dataHead = dataHead(this.#envelope)
    this.presence = options.presence
    this.setPresence(options.presence)
  }

  setPresence(presence: JsonObject): void {
    this.presence = presence
    this.presenceText = JSON.stringify(presence)
    const user = this.user === undefined ? '' : `,"user":${JSON.stringify(this.user)}`
    this.entryText = `{"clientID":"${this.clientID}","presence":${this.presenceText}${user}}`
  }

  entry(): MemberEntry {
    const { clientID, presence, user } = this
    return user === undefined ? { clientID, presence } : { clientID, presence, user }
  }

  setLatency(ms: number): void {
    this.#envelope = envelope(this.clientID, Math.max(0, Math.round(ms)))
    this.#dataHead = dataHead(this.#envelope)
  }

  /** Hands over one frame, unless too much is waiting already. What it returns is why it could not. */
  send(type: string, tail: Tail): SendFault | undefined {
    const head = type === 'DATA' ? this.#dataHead : `{"type":"${type}",${this.#envelope}`
    const buffered = this.socket.bufferedAmount ?? 0
    if (buffered <= this.#maxBufferedBytes) this.#replayBytes = 0
    if (buffered + head.length + tail.bytes > this.#maxBufferedBytes + this.#replayBytes) return { kind: 'slow' }
    return this.#hand(head + tail.text)
  }

  /** Hands over a frame that carries no envelope. */
  sendBare(text: string): SendFault | undefined {
    return (this.socket.bufferedAmount ?? 0) + text.length > this.#maxBufferedBytes
      ? { kind: 'slow' }
      : this.#hand(text)
  }

  /** A replay may exceed what may otherwise wait: the joiner asked for it, and the history bounds it. */
  replay(type: string, tail: Tail): SendFault | undefined {
    const text = `{"type":"${type}",${this.#envelope}${tail.text}`
    this.#replayBytes += utf8Bytes(text)
    return this.#hand(text)
  }

  #hand(text: string): SendFault | undefined {
    try {
      this.socket.send(text)
      return undefined
    } catch (error) {
      return { kind: 'threw', error }
    }
  }
}

// Joined, not concatenated: an engine keeps the latter as a tree, which every reader of the frame would have to walk.
function dataHead(fields: string): string {
  return ['{"type":"DATA",', fields].join('')
}
