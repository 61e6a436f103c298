// One channel's link to the server: it dials, notices what is dead, waits and dials again. What frames mean is the channel's business.
//
// Every attempt has a generation. What a superseded socket still says is ignored, and a socket is superseded before it is
// closed: some close synchronously, and some never say that they did.
import type { ErrorCode, ErrorMessage, ServerMessage } from '@websockets.do/protocol'
import { backoffMs } from './backoff'
import { resolveWebSocket, type WebSocketEvent, type WebSocketLike } from './environment'
import type { ClientErrorCode } from './error'
import { type Settings, tokenOf } from './settings'
import { createTimer, type Timer } from './timer'

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

export interface ConnectionHooks {
  /** Where to connect to, asked at the last moment. */
  locate(token: string | undefined): string
  /** On each change of status but to open, which CONNECTED itself tells. */
  followed(status: Status): void
  received(message: ServerMessage): void
}

export class Connection {
  status: Status = Object.freeze({ state: 'idle' })
  readonly #settings: Settings
  readonly #hooks: ConnectionHooks
  #generation = 0
  #attempt = 0
  #socket: WebSocketLike | undefined
  #openedAt = Infinity
  #heardAt = 0
  /** An ERROR tells why a socket closed only if it was the last word. */
  #lastWord: ErrorMessage['payload'] | undefined
  /** Connect timeout, wait before the next attempt, watch over silence: one at a time. */
  readonly #setTimer: Timer

  constructor(settings: Settings, hooks: ConnectionHooks) {
    this.#settings = settings
    this.#setTimer = createTimer(settings.clock)
    this.#hooks = hooks
  }

  get isOpen(): boolean {
    return this.status.state === 'open'
  }

  connect(): void {
    if (this.status.state === 'idle') void this.#dial()
  }

  close(reason: Reason): void {
    if (this.status.state === 'closed') return
    this.#abandon(1000)
    this.#set({ state: 'closed', reason })
  }

  send(text: string): void {
    try {
      this.#socket?.send(text)
    } catch (error) {
      this.#lost({ message: String(error) })
    }
  }

  async #dial(): Promise<void> {
    const settings = this.#settings
    const generation = ++this.#generation
    const isCurrent = (): boolean => generation === this.#generation
    this.#openedAt = Infinity
    this.#lastWord = undefined
    this.#setTimer(settings.connectTimeoutMs, () => this.#lost({ message: 'no answer' }))
    this.#set({ state: 'connecting', attempt: this.#attempt })
    try {
      const token = await tokenOf(settings)
      const WebSocket = await resolveWebSocket(settings.WebSocket)
      if (!isCurrent()) return
      const socket = new WebSocket(this.#hooks.locate(token))
      let fault: string | undefined
      // First, and for good: in Node an error that nobody listens to ends the process.
      socket.addEventListener('error', ({ message }) => (fault = message))
      socket.addEventListener('message', ({ data }) => isCurrent() && this.#receive(data))
      socket.addEventListener('close', (event) => isCurrent() && this.#ended(event, fault))
      this.#socket = socket
    } catch (error) {
      settings.onError(error)
      if (isCurrent()) this.#lost({ message: String(error) })
    }
  }

  #receive(data: unknown): void {
    this.#heardAt = this.#settings.clock.now()
    try {
      // Whatever is not a message of the protocol throws somewhere below, and does no other harm.
      const frame = JSON.parse(data as string) as { type: string }
      frame.type = frame.type.toUpperCase()
      const message = frame as ServerMessage
      this.#lastWord = undefined
      if (message.type === 'PING') this.send('{"type":"PONG"}')
      if (message.type === 'ERROR') this.#lastWord = message.payload
      if (message.type === 'CONNECTED') {
        const { heartbeat } = message.payload
        this.#setTimer()
        this.#openedAt = this.#heardAt
        this.status = Object.freeze({ state: 'open', clientID: message.clientID })
        if (heartbeat) this.#watch(heartbeat.intervalMs + heartbeat.timeoutMs)
      }
      this.#hooks.received(message)
    } catch (error) {
      this.#settings.onError(error)
    }
  }

  /** Compares clocks, and sleeps for no longer than the silence may still last. */
  #watch(maxSilenceMs: number): void {
    const leftMs = this.#heardAt + maxSilenceMs - this.#settings.clock.now()
    if (leftMs > 0) this.#setTimer(leftMs, () => this.#watch(maxSilenceMs))
    else this.#lost({ message: 'silence' })
  }

  #ended({ code: closeCode = 1006, reason = '' }: WebSocketEvent, fault: string | undefined): void {
    const meaning = meanings[closeCode]
    const {
      code = meaning ?? 'CONNECTION_LOST',
      message = reason || fault || 'connection lost',
      retryAfterMs = Number(/^retry-after=(\d+)/.exec(reason)?.[1] ?? 0),
    }: { code?: ClientErrorCode; message?: string; retryAfterMs?: number } = this.#lastWord ?? {}
    // Another attempt fares no better, unless it can bring another token.
    const isFinal = meaning && (closeCode !== 4401 || typeof this.#settings.token !== 'function')
    if (isFinal) this.close({ code, message, closeCode })
    else this.#lost({ code, message, closeCode }, retryAfterMs)
  }

  #lost(reason: Omit<Reason, 'code'> & Partial<Reason>, retryAfterMs = 0): void {
    const { clock, random } = this.#settings
    this.#abandon(4000)
    if (clock.now() - this.#openedAt >= STABLE_MS) this.#attempt = 0
    const waitMs = retryAfterMs + backoffMs(this.#attempt++, random(), this.#settings)
    this.#setTimer(waitMs, () => void this.#dial())
    this.#set({
      state: 'reconnecting',
      attempt: this.#attempt,
      retryAt: clock.now() + waitMs,
      reason: { code: 'CONNECTION_LOST', ...reason },
    })
  }

  #abandon(closeCode: number): void {
    const socket = this.#socket
    this.#generation++
    this.#socket = undefined
    this.#setTimer()
    socket?.close(closeCode)
  }

  #set(status: Status): void {
    this.status = Object.freeze(status)
    this.#hooks.followed(status)
  }
}

/** The close codes that refuse, and what each means where no ERROR said it. */
const meanings: Readonly<Record<number, ErrorCode>> = {
  4400: 'BAD_MESSAGE',
  4401: 'UNAUTHORIZED',
  4403: 'FORBIDDEN',
  4409: 'REPLACED',
}

/** How long a connection must have held for the next attempt to count as the first. */
const STABLE_MS = 5_000
