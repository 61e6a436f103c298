// One channel's link to the server: it dials, notices what is dead, waits and dials again. What frames mean is the channel's business.
//
// Every attempt has a generation. What a superseded socket still says is ignored, and a socket is superseded before it is
// closed: some close synchronously, and some never say that they did.
import type { ErrorMessage, ServerMessage } from '@websockets.do/protocol'
import { backoffMs } from './backoff'
import { resolveFetch, resolveWebSocket, type Signal, type WebSocketEvent, type WebSocketLike } from './environment'
import type { ClientErrorCode } from './error'
import { type Settings, tokenOf } from './settings'
import { createTimer } from './timer'

/** Why there is no connection. */
export interface Reason {
  readonly code: ClientErrorCode
  readonly message: string
  readonly closeCode?: number
}

/** `attempt` counts the attempts that failed before this one; `retryAt` is on the client's clock. */
export type Status =
  | { readonly state: 'idle' }
  | { readonly state: 'connecting'; readonly attempt: number }
  | {
      readonly state: 'open'
      readonly clientID: string
      /** As the member that it was before: nobody saw it leave [RS-3]. */
      readonly resumed: boolean
      /** Nothing was missed in between [RS-2]. */
      readonly recovered: boolean
    }
  | { readonly state: 'reconnecting'; readonly attempt: number; readonly retryAt: number; readonly reason: Reason }
  | { readonly state: 'closed'; readonly reason: Reason }

export interface Connection {
  connect(): void
  close(reason: Reason): void
  /** Without a connection it goes nowhere. */
  send(message: string): void
}

/** What becomes of a connection. */
export interface Link {
  /** Where to connect to, asked at the last moment. */
  locate(token: string | undefined): string
  /** That it is open is told by CONNECTED itself, to `receive`. */
  follow(status: Exclude<Status, { state: 'open' }>): void
  receive(message: ServerMessage): void
  /** Something came that is no message. */
  garbled(cause: unknown): void
}

export function createConnection(settings: Settings, { locate, follow, receive, garbled }: Link): Connection {
  const { clock, random, onError, connectTimeoutMs, WebSocket, fallback, fetch, token: given, minMs, maxMs } = settings
  /** The connect timeout, the wait before the next attempt, or the watch over one that is open. */
  const setTimer = createTimer(clock)
  let state: Status['state'] = 'idle'
  let generation = 0
  let attempt = 0
  let socket: WebSocketLike | undefined
  let openedAt: number
  /** When the last connection that had held for a while was lost. */
  let lostAt = -Infinity
  /** How long a server that is alive may be silent; infinite where it did not say. */
  let silenceMs: number
  let heardAt: number
  /** Anything at all, since the attempt began or the server was asked. */
  let isHeard: boolean
  /** An ERROR tells why a socket closed only if it was the last word. */
  let lastWord: ErrorMessage['payload'] | undefined
  let isOffline = false
  let ignoreSignals: (() => void) | undefined
  /** WebSockets in a row over which not a word came, and after how many of them the fall-back is tried. */
  let mute = 0
  let patience = 1
  let isFallback = false

  function set(status: Exclude<Status, { state: 'open' }>): void {
    state = status.state
    follow(status)
  }

  async function dial(): Promise<void> {
    const own = ++generation
    const current =
      <T>(run: (event: T) => void) =>
      (event: T): void => {
        if (own === generation) run(event)
      }
    const failed = current((error: unknown) => lost({ message: String(error) }))
    openedAt = silenceMs = Infinity
    isHeard = true
    lastWord = undefined
    setTimer(connectTimeoutMs, () => failed('no answer'))
    set({ state: 'connecting', attempt })
    try {
      const token = await tokenOf(settings)
      if (own !== generation) return
      isHeard = false
      isFallback = WebSocket === false || (fallback !== undefined && mute >= patience)
      // Without one to fall back on this throws, and the program hears of it.
      const Socket = isFallback
        ? (fallback as NonNullable<typeof fallback>)(resolveFetch(fetch), clock)
        : await resolveWebSocket(WebSocket || undefined)
      current(() => {
        socket = new Socket(locate(token))
        // First, and for good: in Node an error that nobody listens to ends the process. Some say no more than this of a
        // connection that failed (undici in Node 22), others the close with its code right after it.
        socket.addEventListener(
          'error',
          current(() => state === 'connecting' && setTimer(0, () => failed('no answer'))),
        )
        socket.addEventListener('message', current(read))
        socket.addEventListener('close', current(ended))
      })(0)
    } catch (error) {
      void onError(error)
      failed(error)
    }
  }

  function read({ data }: WebSocketEvent): void {
    isHeard = true
    heardAt = clock.now()
    try {
      if ((data as string).length > MAX_FRAME) throw new Error('garbled')
      const message = JSON.parse(data as string)
      const { clientID, payload } = message
      const type = (message.type = message.type.toUpperCase())
      lastWord = type === 'ERROR' ? payload : undefined
      if (type === 'PING') send('{"type":"PONG"}')
      if (type === 'CONNECTED') {
        if (typeof clientID !== 'string' || !Array.isArray(payload.members)) throw new Error('garbled')
        opened(payload.heartbeat)
      }
      receive(message)
    } catch (error) {
      garbled(error)
    }
  }

  function opened(heartbeat: { intervalMs: number; timeoutMs: number } | undefined): void {
    state = 'open'
    // Whatever the machine says: a page may not have been told that it is back.
    isOffline = false
    openedAt = heardAt
    patience = isFallback ? 1 : 3
    mute = 0
    silenceMs = Math.max(1_000, Number(heartbeat && heartbeat.intervalMs + heartbeat.timeoutMs) || Infinity)
    watch()
  }

  /** By the clock, not by counting timers: a page in the background gets one a minute. */
  function watch(): void {
    const leftMs = heardAt + silenceMs - clock.now()
    if (leftMs > 0) setTimer(leftMs, watch)
    else lost({ message: `silent for ${silenceMs} ms` })
  }

  function hear(signal: Signal): void {
    isOffline = signal === 'offline' || (isOffline && signal === 'wake')
    if (isOffline) return
    // What has failed so far says nothing about now.
    attempt = 0
    if (state === 'reconnecting') void dial()
    // It may have been lost while nobody was told: a server that is there answers. One that is asked already has no more time.
    if (state === 'open' && isHeard && silenceMs < Infinity) {
      isHeard = false
      send('{"type":"PING"}')
      setTimer(PROBE_MS, () => (isHeard ? watch() : lost({ message: 'no answer' })))
    }
  }

  function ended({ code, reason = '' }: WebSocketEvent): void {
    const [, hint] = /retry-after=(\d+)/.exec(reason) ?? []
    const { code: said = LOST.code, message = reason || LOST.message, retryAfterMs = hint } = lastWord ?? {}
    // Deno says 0 of a connection that was lost.
    const closeCode = code || 1006
    const because = { code: `${said}`, message: `${message}`, closeCode }
    // Another attempt fares no better, unless it can bring another token.
    if (FINAL.test(`${closeCode} ${said}`) && !(closeCode === 4401 && typeof given === 'function')) close(because)
    else lost(because, Number(retryAfterMs))
  }

  function lost(reason: Partial<Reason>, retryAfterMs?: number): void {
    const now = clock.now()
    abandon(4000)
    if (now - openedAt >= STABLE_MS) {
      attempt = 0
      lostAt = now
    }
    // What failed before there was a socket, or without a network, says nothing about sockets; nor does one that had opened.
    if (!isHeard && !isOffline && openedAt === Infinity) {
      if (isFallback) {
        // It is the server that is away. The longer it is, the fewer of its clients may come back by the fall-back.
        mute = 0
        patience++
      } else mute++
    }
    const isHerd = [1012, 1013, 4429].includes(reason.closeCode as number)
    // As long as the session waits, it is worth trying: 30 s by default [RS-3].
    const limitMs = now - lostAt < 30_000 ? Math.min(maxMs, HERD_MS) : maxMs
    const backoff = { minMs: isHerd ? HERD_MS : minMs, maxMs: limitMs }
    // A machine may be wrong about being offline.
    const jitterMs = isOffline ? maxMs : backoffMs(attempt, random(), backoff)
    const waitMs = Math.min(Math.max(0, retryAfterMs || 0), MAX_HINT_MS) + jitterMs
    attempt++
    setTimer(waitMs, dial)
    set({ state: 'reconnecting', attempt, retryAt: now + waitMs, reason: { ...LOST, ...reason } })
  }

  function abandon(closeCode: number): void {
    const superseded = socket
    generation++
    socket = undefined
    setTimer()
    safely(() => superseded?.close(closeCode))
  }

  function send(text: string): void {
    // A socket that is still connecting throws.
    if (state === 'open') safely(() => socket?.send(text))
  }

  function safely(run: () => void): void {
    try {
      run()
    } catch (error) {
      void onError(error)
    }
  }

  function close(reason: Partial<Reason>): void {
    if (state === 'closed') return
    ignoreSignals?.()
    abandon(1000)
    set({ state: 'closed', reason: { ...LOST, ...reason } })
  }

  return {
    connect() {
      if (state !== 'idle') return
      ignoreSignals = settings.signals(hear)
      void dial()
    },
    close,
    send,
  }
}

const LOST: Reason = { code: 'CONNECTION_LOST', message: 'connection lost' }

/** What another attempt does not change: a message that can't be read, no valid token, not allowed, replaced. */
const FINAL = /440[0139]|BAD_ORIGIN|FORBIDDEN|REPLACED/

/** How long a connection must have held for the next attempt to count as the first. */
const STABLE_MS = 5_000

/** All clients of a server that goes down, or is full, come back within this time: the server has to let them in one by one. */
const HERD_MS = 5_000

/** How long a server may take to answer a PING. */
const PROBE_MS = 5_000

/** The longest that a server may ask to stay away: 5 min. */
const MAX_HINT_MS = 300_000

/** In UTF-16 units. The largest that a server of ours sends is a list of 1,000 members with 8 KiB of presence each. */
const MAX_FRAME = 2 ** 24
