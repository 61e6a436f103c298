// What a client was created with, its defaults filled in; shared by its channels.
import type { Backoff } from './backoff'
import {
  type Clock,
  type Fetch,
  randomEventID,
  reportError,
  type Signals,
  systemClock,
  systemRandom,
  systemSignals,
  type WebSocketConstructor,
} from './environment'

export interface ClientOptions {
  /** The server, base path included: http(s) or ws(s). Default: the page's own origin. */
  readonly url?: string | undefined
  /** As a function it is asked at each connect and each request. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>) | undefined
  /** False: never, the fall-back alone. Default: the global one, or `ws`. */
  readonly WebSocket?: WebSocketConstructor | false | undefined
  /** What to connect by where a WebSocket cannot be opened: `eventStream`, from `@websockets.do/client/event-stream` [LI-3]. */
  readonly fallback?: ((fetch: Fetch, clock: Clock) => WebSocketConstructor) | undefined
  readonly fetch?: Fetch | undefined
  readonly clock?: Clock | undefined
  /** At least 0, below 1. */
  readonly random?: (() => number) | undefined
  /** Event ids: `evt_` and at least 16 characters of `A-Za-z0-9_-`. */
  readonly id?: (() => string) | undefined
  /** Where the network and the machine's sleep are told from. Default: the page's or worker's own events. */
  readonly signals?: Signals | undefined
  /** Where exceptions of the program's own handlers go. Default: the console. */
  readonly onError?: ((error: unknown, context?: unknown) => unknown) | undefined
  /** Default 500 and 30,000. */
  readonly backoff?: Partial<Backoff> | undefined
  /** Default 10,000. */
  readonly connectTimeoutMs?: number | undefined
  /** What each channel keeps for sending while it can't be sent; beyond, the oldest is refused with OUTBOX_FULL. Default 1,000 and 1 MiB. */
  readonly outbox?: Partial<OutboxLimits> | undefined
}

export interface OutboxLimits {
  readonly maxMessages: number
  /** Of UTF-8. */
  readonly maxBytes: number
}

export type Settings = ReturnType<typeof settle>

export function settle({
  clock = systemClock,
  random = systemRandom,
  id = randomEventID,
  signals = systemSignals,
  onError = reportError,
  connectTimeoutMs = 10_000,
  backoff: { minMs = 500, maxMs = 30_000 } = {},
  outbox: { maxMessages = 1_000, maxBytes = 2 ** 20 } = {},
  ...rest
}: ClientOptions) {
  return {
    ...rest,
    clock,
    random,
    id,
    signals,
    connectTimeoutMs,
    minMs,
    maxMs,
    maxMessages,
    maxBytes,
    /** The last resort holds even where the program's own throws or rejects. */
    async onError(error: unknown): Promise<void> {
      try {
        await onError(error)
      } catch (another) {
        reportError(another)
      }
    },
  }
}

export async function tokenOf({ token }: Settings): Promise<string | undefined> {
  return typeof token === 'function' ? token() : token
}
