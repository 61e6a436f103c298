// The only file that reads globals, and each at the moment it is needed: a test double installed after import is seen.

export interface Clock {
  /** Monotonic ms. */
  now(): number
  /** Runs once after `ms`; the result cancels it. */
  after(ms: number, run: () => void): () => void
}

export interface WebSocketEvent {
  readonly type: string
  readonly data?: unknown
  readonly code?: number
  readonly reason?: string
  readonly message?: string
}

/** As much of the WHATWG class as is used here: the browser's, Node's, `ws`, the fall-back and test doubles all fit. */
export interface WebSocketLike {
  addEventListener(type: 'close' | 'error' | 'message', listener: (event: WebSocketEvent) => void): void
  send(text: string): void
  close(code?: number, reason?: string): void
}

export type Fetch = typeof fetch

export type WebSocketConstructor = new (url: string) => WebSocketLike

/** `online` and `offline` as the machine sees its network; `wake`: it may have slept, or the page is looked at again. */
export type Signal = 'online' | 'offline' | 'wake'

/** Tells of each signal until the result is called. */
export type Signals = (hear: (signal: Signal) => void) => () => void

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    // A longer delay would wrap around and fire at once.
    const timer = setTimeout(run, Math.min(ms, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  },
}

export const systemRandom = (): number => Math.random()

/** 160 random bits. (`randomUUID` is shorter, and missing on pages of plain http [MS-9]; React Native has no `crypto` at all.) */
export function randomEventID(): string {
  const bits = new Uint32Array(5).map(() => Math.random() * 2 ** 32)
  return `evt_${(globalThis.crypto?.getRandomValues(bits) ?? bits).join('-')}`
}

export function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length
}

export function reportError(error: unknown): void {
  console.error(error)
}

/** The page's own; undefined outside a page. */
export function pageOrigin(): string | undefined {
  return globalThis.location?.origin
}

/** A page's, or a worker's; elsewhere nothing is ever told. */
export const systemSignals: Signals = (hear) => {
  const { document, navigator } = globalThis
  const ended = new AbortController()
  const on = (target: EventTarget | undefined, type: string, signal = type as Signal): void =>
    target?.addEventListener?.(type, () => (signal === 'wake' && document?.hidden) || hear(signal), ended)
  on(globalThis, 'online')
  on(globalThis, 'offline')
  on(globalThis, 'pageshow', 'wake')
  on(document, 'visibilitychange', 'wake')
  if (navigator?.onLine === false) hear('offline')
  return () => ended.abort()
}

/** Node 20 has no WebSocket of its own: there, and only there, isomorphic-ws is loaded. */
export async function resolveWebSocket(given: WebSocketConstructor | undefined): Promise<WebSocketConstructor> {
  return given ?? globalThis.WebSocket ?? (await import('isomorphic-ws')).default
}

export function resolveFetch(given: Fetch | undefined): Fetch {
  return given ?? fetch
}
