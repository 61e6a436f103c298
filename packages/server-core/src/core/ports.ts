// The doors of the core: what it needs from outside, and the two functions by which bytes come in. All of them are here.

/** Out: one listener's transport. Neither method may throw for a closed peer, nor call back into the core before it returns. */
export interface Socket {
  send(text: string): void
  close(code?: number, reason?: string): void
  /** Bytes accepted by `send` and not yet handed to the network. Without it a slow reader can't be told from a fast one. */
  readonly bufferedAmount?: number
}

/** In: what the transport tells the core about one listener. */
export interface Connection {
  readonly clientID: string
  /** A string is a text frame; anything else counts as a binary one and is refused [CL-7]. */
  receive(data: unknown): void
  /**
   * The transport is gone, whoever closed it. Idempotent. `code` is that of the close frame, 1005 for one without a code; 1006 or
   * nothing where there was none: then a member that has a session may come back [RS-5].
   */
  closed(code?: number): void
}

export interface Clock {
  /** Monotonic ms: for durations. Steps of the wall clock never show here. */
  now(): number
  /** Wall-clock ms since 1970: for timestamps that people read, and for the expiry of tokens. */
  unixNow(): number
  /** Runs once after `ms`; the result cancels it. */
  after(ms: number, run: () => void): () => void
  /** Runs every `ms` in the background, without keeping the process alive; the result stops it. */
  every(ms: number, run: () => void): () => void
}

/** Ids are unguessable: at least 96 random bits each [MS-9]. */
export interface Ids {
  client(): string
  event(): string
  /** Names one life of a channel's stream: another epoch, another `seq` [RS-1]. */
  epoch(): string
  /** Names a member's place, for that member alone: at least 128 random bits [RS-7]. Default: from the machine's cryptographic source. */
  session?(): string
}

/** At least 0, below 1. */
export type Random = () => number
