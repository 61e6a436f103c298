// The server's limits as `ws` takes them, wherever it carries the WebSockets.
import type { Limits } from '@websockets.do/protocol'

export interface WsLimits {
  readonly maxPayload: number
  readonly maxFragments: number
  readonly maxBufferedChunks: number
  readonly closeTimeout: number
}

export function wsLimits({ maxMessageBytes, maxFragments }: Limits): WsLimits {
  return {
    maxPayload: maxMessageBytes,
    maxFragments,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
    closeTimeout: CLOSE_TIMEOUT_MS,
  }
}

const CLOSE_TIMEOUT_MS = 5_000
const MAX_BUFFERED_CHUNKS = 1_024
