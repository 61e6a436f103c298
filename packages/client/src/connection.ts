// One channel's link to the server: it dials, notices what is dead, waits and dials again. What frames mean is the channel's business.
//
// Every attempt has a generation. What a superseded socket still says is ignored, and a socket is superseded before it is
// closed: some close synchronously, and some never say that they did.
import type { ErrorMessage, ServerMessage } from '@websockets.do/protocol'
import { backoffMs } from './backoff'
import { resolveWebSocket, type WebSocketEvent, type WebSocketLike } from './environment'
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
  | { readonly state: 'open'; readonly clientID: string }
  | { readonly state: 'reconnecting'; readonly attempt: number; readonly retryAt: number; readonly reason: Reason }
  | { readonly state: 'closed'; readonly reason: Reason }

export interface Connection {
  connect(): void
  close(reason: Reason): void
  send(message: string): void
}

/** `locate` says where to connect to, at the last moment. */
export function createConnection(
  settings: Settings,
  locate: (token: string | undefined) => string,
  onStatus: (status: Status) => void,
  onMessage: (message: ServerMessage) => void,
): Connection {
  const { clock, random, onError, connectTimeoutMs, WebSocket, token: given } = settings
  /** The connect timeout, or the wait before the next attempt. */
  const setTimer = createTimer(clock)
  let state: Status['state'] = 'idle'
  let generation = 0
  let attempt = 0
  let socket: WebSocketLike | undefined
  let openedAt: number
  /** An ERROR tells why a socket closed only if it was the last word. */
  let lastWord: ErrorMessage['payload'] | undefined

  function set(status: Status): void {
    state = status.state
    onStatus(status)
  }

  async function dial(): Promise<void> {
    const own = ++generation
    const current =
      <T>(run: (event: T) => void) =>
      (event: T): void => {
        if (own === generation) run(event)
      }
    const failed = current((error: unknown) => lost({ message: String(error) }))
    openedAt = Infinity
    lastWord = undefined
    setTimer(connectTimeoutMs, () => failed('no answer'))
    set({ state: 'connecting', attempt })
    try {
      const token = await tokenOf(settings)
      const Socket = await resolveWebSocket(WebSocket)
      current(() => {
        socket = new Socket(locate(token))
        // First, and for good: in Node an error that nobody listens to ends the process.
        socket.addEventListener('error', () => undefined)
        socket.addEventListener('message', current(receive))
        socket.addEventListener('close', current(ended))
      })(0)
    } catch (error) {
      onError(error)
      failed(error)
    }
  }

  function receive({ data }: WebSocketEvent): void {
    try {
      const message = JSON.parse(data as string)
      const { payload } = message
      const type = (message.type = message.type.toUpperCase())
      lastWord = type === 'ERROR' ? payload : undefined
      if (type === 'PING') send('{"type":"PONG"}')
      if (type === 'CONNECTED') {
        openedAt = clock.now()
        setTimer()
        set({ state: 'open', clientID: message.clientID })
      }
      onMessage(message)
    } catch (error) {
      onError(error)
    }
  }

  function ended({ code: closeCode = 0, reason }: WebSocketEvent): void {
    const because = { message: reason || LOST.message, ...lastWord, closeCode }
    // Another attempt fares no better, unless it can bring another token.
    if (FINAL.test(`${closeCode}`) && !(closeCode === 4401 && typeof given === 'function')) close(because)
    else lost(because, lastWord?.retryAfterMs)
  }

  function lost(reason: Partial<Reason>, retryAfterMs = 0): void {
    const now = clock.now()
    abandon(4000)
    if (now - openedAt >= STABLE_MS) attempt = 0
    const waitMs = retryAfterMs + backoffMs(attempt++, random(), settings)
    setTimer(waitMs, dial)
    set({ state: 'reconnecting', attempt, retryAt: now + waitMs, reason: { ...LOST, ...reason } })
  }

  function abandon(closeCode: number): void {
    const superseded = socket
    generation++
    socket = undefined
    setTimer()
    superseded?.close(closeCode)
  }

  function send(text: string): void {
    // A socket that is still connecting throws.
    if (state === 'open') socket?.send(text)
  }

  function close(reason: Partial<Reason>): void {
    if (state === 'closed') return
    abandon(1000)
    set({ state: 'closed', reason: { ...LOST, ...reason } })
  }

  return {
    connect() {
      if (state === 'idle') void dial()
    },
    close,
    send,
  }
}

const LOST: Reason = { code: 'CONNECTION_LOST', message: 'connection lost' }

/** The close codes that refuse: a message that can't be read, no valid token, not allowed, replaced. */
const FINAL = /440[0139]/

/** How long a connection must have held for the next attempt to count as the first. */
const STABLE_MS = 5_000
