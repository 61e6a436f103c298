// The Durable Object of a channel: a server that is put away while nothing happens, and made again from its storage and its sockets.
// Only conversion: requests, frames and alarms go in; what the core wants kept goes into the storage.
import type { Clock, Connection } from '../../core/ports'
import type { Peer } from '../../http/handler'
import { routeOf } from '../../http/route'
import { urlOf } from '../../http/url-of'
import type { ServerOptions } from '../../options'
import { createServer, type Server } from '../../server'
import { belowBasePath } from '../base-path'
import { asksForWebSocket, subprotocolOf } from '../handshake'
import { globals, type HibernatingSocket, type ObjectState } from './runtime'
import { attachmentOf, endSocket, socketOf } from './socket'
import { ChannelStorage } from './storage'

export interface ObjectOptions extends Omit<ServerOptions, 'clock' | 'journal' | 'saved'> {
  readonly basePath?: string
}

/** What the runtime calls. All of it but `server` is the runtime's to call, and nobody else's. */
export class HibernatingObject {
  /** For a subclass: what a program has of a server, such as `this.server.channel(name).disconnect(clientID)`. */
  readonly server: Server
  readonly #state: ObjectState
  readonly #basePath: string
  readonly #storage: ChannelStorage
  readonly #connections = new WeakMap<HibernatingSocket, Connection>()
  /** Unix ms; undefined while none is set. */
  #alarmAt: number | undefined
  #sweptAt = 0
  #isArranging = false

  constructor(state: ObjectState, { basePath = '', heartbeat, ...options }: ObjectOptions) {
    this.#state = state
    this.#basePath = basePath
    this.#storage = new ChannelStorage(state.storage, () => this.#arrange())
    const saved = this.#storage.load(Date.now())
    this.server = createServer({
      ...options,
      heartbeat: { intervalMs: RARE_MS, ...heartbeat },
      clock: this.#clock(),
      journal: this.#storage,
      ...(saved && { saved }),
    })
    const { WebSocketRequestResponsePair } = globals()
    // The client's own probe is answered without waking the object [CL-6].
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('{"type":"PING"}', '{"type":"PONG"}'))
    for (const webSocket of state.getWebSockets(OURS)) this.#takeBack(webSocket)
    // Whoever is not back by now has lost its socket with the process.
    this.#sweep()
    void state.blockConcurrencyWhile(async () => {
      this.#alarmAt = (await state.storage.getAlarm()) ?? undefined
      this.#arrange()
    })
  }

  async fetch(request: Request): Promise<Response> {
    this.#sweepIfDue()
    try {
      const below = belowBasePath(request, this.#basePath) ?? request
      return asksForWebSocket(request) ? await this.#upgrade(below) : await this.server.fetch(below, peerOf(request))
    } finally {
      this.#arrange()
    }
  }

  webSocketMessage(webSocket: HibernatingSocket, message: unknown): void {
    this.#sweepIfDue()
    this.#connections.get(webSocket)?.receive(message)
    this.#arrange()
  }

  webSocketClose(webSocket: HibernatingSocket, code: number, reason: string): void {
    this.#sweepIfDue()
    this.#connections.get(webSocket)?.closed(code)
    endSocket(webSocket, code, reason)
    this.#arrange()
  }

  webSocketError(webSocket: HibernatingSocket): void {
    this.#connections.get(webSocket)?.closed(ABNORMAL)
    this.#arrange()
  }

  alarm(): void {
    this.#alarmAt = undefined
    this.#sweep()
    this.#arrange()
  }

  async #upgrade(request: Request): Promise<Response> {
    const accept = await this.server.upgrade(request, peerOf(request))
    if (accept instanceof Response) return accept
    const { 0: theirs, 1: ours } = new (globals().WebSocketPair)()
    this.#state.acceptWebSocket(ours, [OURS])
    const route = routeOf(urlOf(request).pathname, this.server.limits)
    this.#connections.set(ours, accept(socketOf(ours, route.kind === 'channel' ? route.channel : '')))
    const protocol = subprotocolOf(request)
    const init = {
      status: 101,
      webSocket: theirs,
      ...(protocol && { headers: { 'sec-websocket-protocol': protocol } }),
    }
    return new Response(null, init)
  }

  #takeBack(webSocket: HibernatingSocket): void {
    const attachment = attachmentOf(webSocket)
    if (!attachment) return
    const { channel, line } = attachment
    const connection = this.server.restore(channel, line, socketOf(webSocket, channel))
    if (connection) this.#connections.set(webSocket, connection)
    else endSocket(webSocket, LOST, 'LOST')
  }

  /** While the object is awake it keeps time like any other server, without a timer that would keep it awake. */
  #sweepIfDue(): void {
    if (Date.now() - this.#sweptAt >= SWEEP_MS) this.#sweep()
  }

  #sweep(): void {
    this.#sweptAt = Date.now()
    this.server.beat()
  }

  #clock(): Clock {
    return {
      sleeps: true,
      // The runtime's clock moves with what comes in alone, and never back.
      now: () => Date.now(),
      unixNow: () => Date.now(),
      after: (ms, run) => {
        const timer = setTimeout(() => {
          run()
          this.#arrange()
        }, ms)
        return () => clearTimeout(timer)
      },
      every: () => () => {},
    }
  }

  /** Once at the end of a turn: writes what is to be written, and sets the alarm where it would come too late. */
  #arrange(): void {
    if (this.#isArranging) return
    this.#isArranging = true
    queueMicrotask(() => {
      this.#isArranging = false
      this.#settle().catch((error: unknown) => this.server.report(error, 'the storage of a channel'))
    })
  }

  async #settle(): Promise<void> {
    this.#storage.flush()
    const dueInMs = this.server.dueInMs()
    if (dueInMs === undefined) {
      const clearing = this.#storage.clearIfEmpty()
      // At once: whoever comes meanwhile has to set it anew.
      if (clearing) this.#alarmAt = undefined
      return clearing
    }
    const at = Math.ceil(Date.now() + dueInMs)
    if (this.#alarmAt !== undefined && this.#alarmAt <= at) return
    this.#alarmAt = at
    await this.#state.storage.setAlarm(at)
  }
}

// Set by the edge, whatever a caller has sent.
function peerOf({ headers }: Request): Peer {
  const address = headers.get('cf-connecting-ip')
  return { ...(address !== null && { address }), exposure: 'public' }
}

/** Each PING of a member wakes its object, and the edge tells when a socket is dead: [CL-5] may be rare here. */
const RARE_MS = 300_000
const SWEEP_MS = 1_000
const ABNORMAL = 1006
/** Tells our WebSockets from those that a subclass may have beside them. */
const OURS = 'websockets.do'
/** Service restart: whoever is told so comes back. */
const LOST = 1012
