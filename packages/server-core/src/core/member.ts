// One listener of a channel: what it is called, what others see of it, and the one way by which frames reach it.
import { type Json, type JsonObject, type MemberEntry, utf8Bytes } from '@websockets.do/protocol'
import { envelope, type Tail } from './frames'
import { InOrder } from './in-order'
import type { Line } from './line'
import type { Socket } from './ports'

export interface MemberOptions {
  readonly clientID: string
  readonly line: Line
  /** Listens without being a member: in no list, acknowledges nothing [LI-2]. */
  readonly observer: boolean
  readonly presence: JsonObject
  readonly user?: Json
  /** The private token by which it comes back to its place [RS-3]. */
  readonly session?: string
  /** The stream's position when it joined. */
  readonly joinedAt: number
  readonly maxBufferedBytes: number
}

/** What each connection of a member brings along. */
export interface Attachment {
  /** Unix ms after which its grant is void [OR-2]. */
  readonly expiresAt: number | undefined
  /** Rises with each connection of a session [RS-6]. */
  readonly attempt: number
  /** Heartbeat time of the first PING. */
  readonly pingDueAt: number
}

/** A connection that was lost, while its member may still come back [RS-4]. */
export interface Away {
  /** Heartbeat time. */
  readonly since: number
  /** The code with which it closed, where there was one. */
  readonly code: number | undefined
}

/** Why a frame could not be handed over. */
export type SendFault = { readonly kind: 'slow' } | { readonly kind: 'threw'; readonly error: unknown }

export class Member {
  readonly clientID: string
  readonly observer: boolean
  readonly user: Json | undefined
  readonly session: string | undefined
  readonly joinedAt: number
  /** What it publishes, whichever connection it comes by. */
  readonly inOrder: InOrder
  expiresAt: number | undefined
  attempt = 0
  /** Its newest connection, whether that is still there or not. */
  line: Line
  /** Its socket takes frames, and speaks for it. */
  open = true
  away: Away | undefined
  /** It has left for good: nothing is accepted from it any more. */
  gone = false
  presence: JsonObject
  /** How often a connection has said the presence itself: what an older one had said before, and still waits, is out of date. */
  presencesBroughtAlong = 0
  /** `presence` as JSON text. */
  presenceText = ''
  /** What others see of it, as JSON text. */
  entryText = ''
  /** The last measured round trip, in whole ms [MS-2]. */
  latency = 0
  /** Heartbeat time (see heartbeat.ts) of the next PING. */
  pingDueAt = 0
  /** Heartbeat time of the PING that is unanswered. */
  pingedAt: number | undefined
  /** Clock time of the PING that is unanswered, for the latency. */
  pingSentAt = 0
  readonly #maxBufferedBytes: number
  #socket: Socket
  #envelope: string
  /** What is sent most, made once. */
  #dataHead: string
  #replayBytes = 0

  constructor(options: MemberOptions) {
    this.clientID = options.clientID
    this.line = options.line
    this.#socket = options.line.socket
    this.observer = options.observer
    this.user = options.user
    this.session = options.session
    this.joinedAt = options.joinedAt
    this.#maxBufferedBytes = options.maxBufferedBytes
    this.inOrder = new InOrder(options.maxBufferedBytes)
    this.#envelope = envelope(options.clientID, 0)
    this.#dataHead = dataHead(this.#envelope)
    this.presence = options.presence
    this.setPresence(options.presence)
  }

  /** From here on this connection is the one: it is sent what is sent to the member, and speaks for it. */
  attach(line: Line, { expiresAt, attempt, pingDueAt }: Attachment): void {
    line.member = this
    this.line = line
    this.#socket = line.socket
    this.#replayBytes = 0
    this.expiresAt = expiresAt
    this.attempt = attempt
    this.pingDueAt = pingDueAt
    this.pingedAt = undefined
    this.away = undefined
    this.open = true
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
    this.latency = Math.max(0, Math.round(ms))
    this.#envelope = envelope(this.clientID, this.latency)
    this.#dataHead = dataHead(this.#envelope)
  }

  /** Hands over one frame, unless too much is waiting already. What it returns is why it could not. */
  send(type: string, tail: Tail): SendFault | undefined {
    const head = type === 'DATA' ? this.#dataHead : `{"type":"${type}",${this.#envelope}`
    const buffered = this.#socket.bufferedAmount ?? 0
    if (buffered <= this.#maxBufferedBytes) this.#replayBytes = 0
    if (buffered + head.length + tail.bytes > this.#maxBufferedBytes + this.#replayBytes) return { kind: 'slow' }
    return this.#hand(head + tail.text)
  }

  /** Hands over a frame that carries no envelope. */
  sendBare(text: string): SendFault | undefined {
    return (this.#socket.bufferedAmount ?? 0) + text.length > this.#maxBufferedBytes
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
      this.#socket.send(text)
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
