// The default bounds [LM-1]. Each is an option of the server; none can be switched off, only raised.

/** What one client, one channel and one process may cost. Sizes are in bytes of UTF-8, durations in ms. */
export interface Limits {
  /** One incoming frame, one HTTP body, one payload of the program's. Default 64 KiB. */
  readonly maxMessageBytes: number
  /** One member's presence. Default 8 KiB. */
  readonly maxPresenceBytes: number
  /** The `presence` parameter of listen, as it stands in the URL. Default 2 KiB. */
  readonly maxPresenceParameterBytes: number
  /** Nesting of arrays and objects in one frame or body. Default 64. */
  readonly maxJsonDepth: number
  /** A channel's name, percent-decoded. Default 200. */
  readonly maxChannelNameBytes: number
  /** Members of one channel; as many observers may listen beside them. Default 1,000. */
  readonly maxMembers: number
  /** Ids in one `clients=` list. Default 100. */
  readonly maxTargets: number
  /** What may wait in one listener's outbound buffer before it is cut off with SLOW_CONSUMER. Default 1 MiB. */
  readonly maxBufferedBytes: number
  /** Fragments of one WebSocket message. Default 256. */
  readonly maxFragments: number
  /** Emits of one channel that wait for acknowledgements at one time. Default 1,000. */
  readonly maxAwaitedEmits: number
  /** What the acknowledgements of one emit may carry back, all together. Default 256 KiB. */
  readonly maxRepliesBytes: number
  /** EMIT, PRESENCE and unasked messages of one connection, per second. Default 50. */
  readonly messagesPerSecond: number
  /** How many of those may come at once. Default 200. */
  readonly messageBurst: number
  /** Unreadable messages of one connection; this one closes it. Default 20. */
  readonly maxBadMessages: number
  /** Requests and upgrades of one address per second, loopback excepted. Default 100. */
  readonly requestsPerSecond: number
  /** How many of those may come at once. Default 500. */
  readonly requestBurst: number
  /** From a connection's first byte to the end of its headers, and what `authorize`, a contract and `onEmit` may each take to decide. Default 10,000. */
  readonly handshakeTimeoutMs: number
  /** For a request's body to arrive. Default 15,000. */
  readonly bodyTimeoutMs: number
}

export const defaultLimits: Limits = {
  maxMessageBytes: 64 * 1024,
  maxPresenceBytes: 8 * 1024,
  maxPresenceParameterBytes: 2 * 1024,
  maxJsonDepth: 64,
  maxChannelNameBytes: 200,
  maxMembers: 1_000,
  maxTargets: 100,
  maxBufferedBytes: 1024 * 1024,
  maxFragments: 256,
  maxAwaitedEmits: 1_000,
  maxRepliesBytes: 256 * 1024,
  messagesPerSecond: 50,
  messageBurst: 200,
  maxBadMessages: 20,
  requestsPerSecond: 100,
  requestBurst: 500,
  handshakeTimeoutMs: 10_000,
  bodyTimeoutMs: 15_000,
}
