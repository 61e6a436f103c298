// What a client was created with, its defaults filled in; shared by its channels.
import type { Backoff } from './backoff'
import {
  type Clock,
  type Fetch,
  randomEventID,
  reportError,
  systemClock,
  systemRandom,
  type WebSocketConstructor,
} from './environment'

export interface ClientOptions {
  /** The server, base path included: http(s) or ws(s). Default: the page's own origin. */
  readonly url?: string | undefined
  /** As a function it is asked at each connect and each request. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>) | undefined
  readonly WebSocket?: WebSocketConstructor | undefined
  readonly fetch?: Fetch | undefined
  readonly clock?: Clock | undefined
  /** At least 0, below 1. */
  readonly random?: (() => number) | undefined
  /** Event ids: `evt_` and at least 16 characters of `A-Za-z0-9_-`. */
  readonly id?: (() => string) | undefined
  /** Where exceptions of the program's own handlers go. Default: the console. */
  readonly onError?: ((error: unknown, context?: unknown) => void) | undefined
  /** Default 500 and 30,000. */
  readonly backoff?: Partial<Backoff> | undefined
  /** Default 10,000. */
  readonly connectTimeoutMs?: number | undefined
}

export type Settings = ReturnType<typeof settle>

export function settle({
  clock = systemClock,
  random = systemRandom,
  id = randomEventID,
  onError = reportError,
  connectTimeoutMs = 10_000,
  backoff,
  ...rest
}: ClientOptions) {
  return { ...rest, clock, random, id, onError, connectTimeoutMs, minMs: 500, maxMs: 30_000, ...backoff }
}

export async function tokenOf({ token }: Settings): Promise<string | undefined> {
  return typeof token === 'function' ? token() : token
}
