// What a page takes over from the server that rendered it: plain JSON, the same whoever writes or reads it.
import type { HistoryEntry, Member } from '@websockets.do/client'

export interface DehydratedState {
  /** Of this shape. Another one is not taken over. */
  readonly version: 1
  readonly channels: readonly DehydratedChannel[]
}

export interface DehydratedChannel {
  readonly name: string
  /** Absent where they could not be had, and so is the history. */
  readonly members?: readonly Member[]
  readonly history?: DehydratedHistory
}

export interface DehydratedHistory {
  /** The newest, oldest first. */
  readonly events: readonly HistoryEntry[]
  /** Whether there are none before them. */
  readonly isAll: boolean
  /** The position after them, `<epoch>:<seq>`: what is published from there on the page is given when it connects [HI-1, RS-2]. */
  readonly since: string
}
