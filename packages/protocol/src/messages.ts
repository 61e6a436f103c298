// The messages of both directions, as unions on `type`. The seed's fields to the letter; what is ours is marked with its rule.
import type { ErrorCode } from './codes'
import type { Path } from './contract'
import type { Json, JsonObject } from './json'

/** A client as others see it. */
export interface MemberEntry {
  readonly clientID: string
  readonly presence: JsonObject
  /** Who the server says this is, from what `authorize` granted, never from presence [MS-11]. */
  readonly user?: Json
}

/** What every message from the server carries [MS-1]. */
interface Envelope {
  /** The recipient's own id. */
  readonly clientID: string
  /** The last measured round trip in whole ms, 0 until measured [MS-2]. */
  readonly latency: number
  /** Promised for all, needed by readers on DATA alone. */
  readonly eventID?: string
}

export interface DataMessage extends Envelope {
  readonly type: 'DATA'
  readonly payload: Json
  readonly eventID: string
  readonly requires_ack: boolean
  /** Its place in the channel's stream: rising, not dense for a reader [MS-5]. */
  readonly seq: number
  /** The member that emitted it, where one did. */
  readonly from?: string
}

export interface PingMessage extends Envelope {
  readonly type: 'PING'
  readonly payload: JsonObject
}

/** What CONNECTED tells a joiner [MS-6]. A server that knows only the seed sends `members` alone. */
export interface Welcome {
  readonly members: readonly MemberEntry[]
  readonly presence?: JsonObject
  readonly user?: Json
  readonly heartbeat?: { readonly intervalMs: number; readonly timeoutMs: number }
  readonly limits?: {
    readonly maxMessageBytes: number
    readonly maxPresenceBytes: number
    readonly messagesPerSecond: number
    readonly messageBurst: number
  }
  readonly epoch?: string
  /** The position after which DATA follows on this socket. */
  readonly seq?: number
  /** Resumes this member on another connection [RS-3]. Private; only where a session was asked for. */
  readonly session?: string
  /** This is the member that it was before, by the same clientID [RS-3]. Only where a session was asked for. */
  readonly resumed?: boolean
  /** Nothing is missing since the position that was asked for [RS-2]. Only where a position or a session was. */
  readonly recovered?: boolean
  /** Events up to `seq` whose acknowledgement by this member is still waited for. Only where it was resumed, and there are any. */
  readonly awaiting?: readonly string[]
}

export interface ConnectedMessage extends Envelope {
  readonly type: 'CONNECTED'
  readonly payload: Welcome
}

export interface JoinedMessage extends Envelope {
  readonly type: 'PRESENCE:JOINED'
  readonly payload: MemberEntry
}

export interface LeftMessage extends Envelope {
  readonly type: 'PRESENCE:LEFT'
  readonly payload: { readonly clientID: string }
}

export interface UpdatedMessage extends Envelope {
  readonly type: 'PRESENCE:UPDATED'
  readonly payload: MemberEntry
}

export interface ErrorMessage extends Envelope {
  readonly type: 'ERROR'
  readonly payload: {
    readonly message: string
    readonly code: ErrorCode
    readonly retryAfterMs?: number
    /** With BAD_PAYLOAD: where in the presence it is wrong [ER-3]. */
    readonly path?: Path
  }
}

/** What became of an emit [EM-7]: the HTTP answer, EMITTED's payload, and what a program's `emit` resolves to. */
export interface EmitResult {
  readonly success: boolean
  readonly eventID?: string
  /** How many members it was sent to. */
  readonly recipients?: number
  /** Client ids, in the order in which they acknowledged. */
  readonly acked?: readonly string[]
  /** Recipients that left for good before they acknowledged. */
  readonly left?: readonly string[]
  /** Recipients that had not answered when the wait ended. */
  readonly pending?: readonly string[]
  /** Recipients that answered with an error of their own [ACK-6]. */
  readonly failed?: readonly { readonly clientID: string; readonly error: string }[]
  /** Ids in `clients` that are not in the channel; they never widen the audience [EM-5]. */
  readonly unknown?: readonly string[]
  /** What each ACK carried beside its eventID [ACK-6]. */
  readonly replies?: Readonly<Record<string, JsonObject>>
  readonly error?: {
    readonly code: ErrorCode
    readonly message: string
    readonly retryAfterMs?: number
    /** With NOT_ENOUGH_CLIENTS: how many there are [EM-4]. */
    readonly available?: number
    /** With BAD_PAYLOAD: where in the payload it is wrong [ER-3]. */
    readonly path?: Path
  }
}

/** One member's answer to an emit, as it arrives: a plain acknowledgement, one with a reply, or a negative one. */
export interface Ack {
  readonly eventID: string
  readonly clientID: string
  readonly reply?: JsonObject
  readonly error?: string
}

export interface EmittedMessage extends Envelope {
  readonly type: 'EMITTED'
  readonly payload: EmitResult & { readonly ref?: string }
}

export interface AckedMessage extends Envelope {
  readonly type: 'ACKED'
  readonly payload: Ack & { readonly ref?: string }
}

export type ServerMessage =
  | DataMessage
  | PingMessage
  | ConnectedMessage
  | JoinedMessage
  | LeftMessage
  | UpdatedMessage
  | ErrorMessage
  | EmittedMessage
  | AckedMessage
  | { readonly type: 'PONG' }

/** One retained public event [HI-1]. */
export interface HistoryEntry {
  readonly eventID: string
  readonly seq: number
  /** Unix ms, on the server's clock. */
  readonly timestamp: number
  readonly payload: Json
  /** The member that emitted it, where one did. */
  readonly from?: string
}

/** Publishes over the socket [CL-4]. */
export interface EmitMessage {
  readonly type: 'EMIT'
  readonly payload: Json
  readonly eventID?: string
  /** A number of members at random, or a list of client ids. Absent: everyone. */
  readonly clients?: number | readonly string[]
  readonly requires_ack?: boolean
  /** How long to wait for acknowledgements, in ms: 1 to 60,000. */
  readonly timeout?: number
  /** False leaves the sender out. */
  readonly echo?: boolean
  /** True asks for an ACKED as each acknowledgement arrives. */
  readonly progress?: boolean
  /** Comes back in EMITTED and ACKED; up to 64 characters. */
  readonly ref?: string
}

/** What a close frame is to a WebSocket, for a member that has none: by `POST /:channel/send` alone [LI-3]. */
export interface CloseMessage {
  readonly type: 'CLOSE'
  /** Default 1000. */
  readonly code?: number
}

export type ClientMessage =
  | { readonly type: 'ACK'; readonly payload: { readonly eventID: string; readonly [key: string]: Json } }
  | { readonly type: 'PONG' }
  | { readonly type: 'PING' }
  | { readonly type: 'PRESENCE'; readonly payload: JsonObject }
  | EmitMessage
  | CloseMessage
