// The doors of the core: what it needs from outside, and the two functions by which bytes come in. All of them are here.
import type { SavedEvent, SavedLine, SavedMember } from './saved'

/** Out: one listener's transport. Neither method may throw for a closed peer, nor call back into the core before it returns. */
export interface Socket {
  send(text: string): void
  close(code?: number, reason?: string): void
  /** Bytes accepted by `send` and not yet handed to the network. Without it a slow reader can't be told from a fast one. */
  readonly bufferedAmount?: number
  /** For a socket that outlives the process: keeps what `restore` is to be given with it, some 100 bytes of JSON, whenever that changes. */
  save?(line: SavedLine): void
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
  /**
   * The process is put to sleep while nothing is due, and whoever wakes it calls `beat()`, at the latest by `dueInMs()`: no sweep is started.
   * Then all the time that has passed counts, where otherwise a long gap between two sweeps is a stall that no member is blamed for [CL-5].
   */
  readonly sleeps?: boolean
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

/**
 * Where what a server knows outlives its process: it is told of each change, in order and in the turn of the event loop in which it happens.
 * What it has kept is given to the next server as `saved`. It must not call back; what it throws goes to `onError`.
 */
export interface Journal {
  /** A channel's stream has begun. */
  opened(channel: string, epoch: string): void
  /** An event, or the same again since it has been answered by now. */
  event(channel: string, event: SavedEvent): void
  /** The events up to this position are gone. */
  dropped(channel: string, seq: number): void
  /** A member has come, has changed, or has lost its connection. */
  member(channel: string, member: SavedMember): void
  left(channel: string, clientID: string): void
  /** The channel holds nothing any more: all of it may be forgotten [CH-4]. */
  freed(channel: string): void
}
