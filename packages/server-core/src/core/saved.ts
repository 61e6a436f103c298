// What of a server's channels outlives its process: their streams, as plain JSON. Who was connected is not in it.
import type { EmitResult } from '@websockets.do/protocol'

export interface SavedEvent {
  readonly eventID: string
  readonly seq: number
  /** Unix ms. */
  readonly timestamp: number
  /** How long ago it was published when it was saved, in ms. */
  readonly ageMs: number
  /** JSON text. */
  readonly payload: string
  readonly sent: string
  readonly scope: string
  readonly wanted: string
  readonly answer: EmitResult
  readonly from?: string
  readonly addressees?: readonly string[]
  readonly key?: string
}

export interface SavedChannel {
  readonly name: string
  readonly epoch: string
  /** The position of its newest event. */
  readonly seq: number
  /** The position of the last event that is gone. */
  readonly floor: number
  /** Oldest first. */
  readonly events: readonly SavedEvent[]
}

/** Made by `server.save()`, for the option `saved` of the server that takes over. Plain JSON. */
export interface Saved {
  /** Unix ms. */
  readonly savedAt: number
  readonly channels: readonly SavedChannel[]
}
