// A server that does what a test says, frame by frame: for faults that the real one does not commit.
import { setImmediate } from 'node:timers'
import {
  type Client,
  type ClientOptions,
  createClient,
  type WebSocketConstructor,
  type WebSocketEvent,
} from '@websockets.do/client'
import { onTestFinished } from 'vitest'
import { VirtualClock } from '@websockets.do/server-core/mock'

/** Read by hand in tests. */
export type Frame = { readonly type: string; readonly payload?: any; readonly [field: string]: any }

/** One socket, seen from the server: what came in, and what a test wants to go out. */
export class ScriptedSocket {
  readonly url: URL
  readonly received: Frame[] = []
  /** How the client closed it, once it has. */
  closed: { code: number | undefined } | undefined
  readonly #listeners: { readonly type: string; readonly listener: (event: WebSocketEvent) => void }[] = []
  readonly #onClose: ((socket: ScriptedSocket) => void) | undefined
  #events = 0

  constructor(url: string, onClose?: (socket: ScriptedSocket) => void) {
    this.url = new URL(url)
    this.#onClose = onClose
  }

  // The client's side of it.
  addEventListener(type: string, listener: (event: WebSocketEvent) => void): void {
    this.#listeners.push({ type, listener })
  }

  send(text: string): void {
    this.received.push(JSON.parse(text) as Frame)
  }

  close(code?: number): void {
    this.closed ??= { code }
    this.#onClose?.(this)
  }

  // The server's side of it.
  deliver(frame: Frame | string): void {
    this.dispatch({ type: 'message', data: typeof frame === 'string' ? frame : JSON.stringify(frame) })
  }

  connected(payload: object = {}, clientID = 'client_self000000000000'): void {
    this.deliver({ type: 'CONNECTED', payload: { members: [], ...payload }, clientID, latency: 0 })
  }

  data(payload: unknown, more: object = {}): void {
    this.deliver({
      type: 'DATA',
      payload,
      eventID: `evt_${String(this.#events++).padStart(16, '0')}`,
      latency: 0,
      requires_ack: false,
      seq: 1,
      ...more,
    })
  }

  /** Answers the latest EMIT. */
  emitted(result: object): void {
    this.answer(this.of('EMIT').at(-1), result)
  }

  /** Answers an EMIT. */
  answer(emit: Frame | undefined, result: object): void {
    this.deliver({ type: 'EMITTED', payload: { ref: emit?.['ref'], ...result }, latency: 0 })
  }

  end(code = 1006, reason = ''): void {
    this.dispatch({ type: 'close', code, reason })
  }

  of(type: string): Frame[] {
    return this.received.filter((frame) => frame.type === type)
  }

  dispatch(event: WebSocketEvent): void {
    for (const { type, listener } of this.#listeners) if (type === event.type) listener(event)
  }
}

export interface Scripted {
  readonly client: Client
  readonly clock: VirtualClock
  readonly sockets: ScriptedSocket[]
  /** What reached the client's `onError`. */
  readonly errors: { readonly error: unknown; readonly context: unknown }[]
  /** The socket of the latest attempt. Settles first. */
  dialled(): Promise<ScriptedSocket>
  settled(): Promise<void>
  advance(ms: number): Promise<void>
}

export interface ScriptedOptions extends Partial<ClientOptions> {
  /** Runs inside the client's call of `close()`. */
  readonly onClose?: (socket: ScriptedSocket) => void
}

export function scripted({ onClose, ...options }: ScriptedOptions = {}): Scripted {
  const clock = new VirtualClock()
  const sockets: ScriptedSocket[] = []
  const errors: Scripted['errors'] = []
  let ids = 0
  class FakeWebSocket extends ScriptedSocket {
    constructor(url: string) {
      super(url, onClose)
      sockets.push(this)
    }
  }
  const client = createClient({
    url: 'http://scripted.test/base/',
    WebSocket: FakeWebSocket satisfies WebSocketConstructor,
    clock,
    random: () => 0.5,
    id: () => `evt_${String(++ids).padStart(16, '0')}`,
    onError: (error, context) => void errors.push({ error, context }),
    ...options,
  })
  const settle = async (): Promise<void> => {
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  onTestFinished(() => client.close())
  return {
    client,
    clock,
    sockets,
    errors,
    settled: settle,
    advance: (ms) => clock.advance(ms, settle),
    async dialled() {
      await settle()
      const socket = sockets.at(-1)
      if (!socket) throw new Error('expected the client to have dialled')
      return socket
    },
  }
}

/** How a promise ended, looked at without waiting for it. */
export function outcome<T>(promise: Promise<T>): { value?: T; error?: any } {
  const seen: { value?: T; error?: any } = {}
  promise.then(
    (value) => (seen.value = value),
    (error: unknown) => (seen.error = error),
  )
  return seen
}

/** A channel whose first connection is open, and the other end of it. */
export async function opened(welcome: object = {}) {
  const script = scripted()
  const channel = script.client.channel('room')
  const socket = await script.dialled()
  socket.connected(welcome)
  return { ...script, channel, socket }
}
