// createServer: channels behind three doors — `fetch`, `upgrade`, and the program's own `channel()` — and how they are closed.
import type { Limits, MemberEntry } from '@websockets.do/protocol'
import { Authorizer } from './authorizer'
import { isPromiseLike } from './core/maybe-async'
import { channelNameFault } from './core/names'
import type { Clock, Connection, Socket } from './core/ports'
import { Pulse } from './core/pulse'
import { Registry, type Stats } from './core/registry'
import { Retention } from './core/retention'
import { type Saved, savedFault, type SavedLine } from './core/saved'
import { idsOf, logError, systemClock } from './defaults'
import { WebSocketsError } from './error'
import { Flood } from './flood'
import { type Accept, Handler, type Peer } from './http/handler'
import { policyFault } from './http/origin'
import { defaultGraceMs, defaultHeartbeat, defaultHistory, limitsOf, type ServerOptions } from './options'
import { ServerChannel } from './server-channel'
import { guardedJournal } from './guarded-journal'
import { contractsFault, Validator } from './validator'

/** A server of channels that knows no runtime: an adapter hands it requests and sockets. Throws BAD_PARAMETER for an origin or a contract that is none. */
export function createServer(options: ServerOptions = {}): Server {
  return new Server(options)
}

export class Server {
  /** What is in force: the defaults and what the options changed. */
  readonly limits: Limits
  readonly #registry: Registry
  readonly #handler: Handler
  readonly #validator: Validator
  readonly #clock: Clock
  readonly #onError: (error: unknown, context: string) => void
  #draining = false
  #closed = false

  constructor(options: ServerOptions) {
    const { clock = systemClock(), random = Math.random, graceMs = defaultGraceMs, contracts = {} } = options
    const limits = limitsOf(options)
    const heartbeat = { ...defaultHeartbeat, ...options.heartbeat }
    const { readable = false, maxTotalBytes, ...history } = { ...defaultHistory, ...options.history }
    const ids = idsOf(options.ids)
    const sweepMs = Math.min(
      1_000,
      heartbeat.intervalMs / 10,
      heartbeat.timeoutMs / 10,
      ...(graceMs > 0 ? [graceMs / 10] : []),
    )
    const onError = guarded(options.onError ?? logError)
    const origins = { origins: options.origins ?? [], publicOrigin: options.publicOrigin }
    const fault = policyFault(origins) ?? contractsFault(contracts)
    if (fault !== undefined) throw new WebSocketsError('BAD_PARAMETER', fault)
    this.limits = limits
    this.#clock = clock
    this.#onError = onError
    this.#registry = new Registry(
      {
        limits,
        heartbeat,
        graceMs,
        history,
        clock,
        ids,
        random,
        retention: new Retention(maxTotalBytes),
        pulse: new Pulse(clock.sleeps ? Infinity : sweepMs),
        journal: options.journal && guardedJournal(options.journal, onError),
        onJoin: (channel, member) => notify('onJoin', () => options.onJoin?.({ channel, member }), onError),
        onLeave: (channel, member, code) =>
          notify('onLeave', () => options.onLeave?.(left(channel, member, code)), onError),
        onError,
      },
      sweepMs,
    )
    const savedProblem = options.saved && savedFault(options.saved)
    // A deploy is not to fail for what it could do without.
    if (savedProblem) onError(new WebSocketsError('BAD_PARAMETER', savedProblem), 'the option `saved`')
    else if (options.saved) this.#registry.restore(options.saved)
    const authorizer = new Authorizer({
      authorize: options.authorize,
      historyReadable: readable,
      clock,
      timeoutMs: limits.handshakeTimeoutMs,
      onError,
    })
    this.#validator = new Validator({ contracts, clock, timeoutMs: limits.handshakeTimeoutMs, onError })
    this.#handler = new Handler({
      limits,
      registry: this.#registry,
      publishing: { authorizer, validator: this.#validator, onEmit: options.onEmit, limits, clock, onError },
      flood: new Flood(limits, clock),
      origins,
      trustProxy: options.trustProxy ?? false,
      getEmit: options.getEmit,
      isDraining: () => this.#draining,
      isClosed: () => this.#closed,
      onError,
    })
  }

  /** Answers an HTTP request; never rejects. */
  async fetch(request: Request, peer: Peer = {}): Promise<Response> {
    return await this.#handler.fetch(request, peer)
  }

  /** Answers a request to open a WebSocket: with a refusal, or with a function that takes the socket. Never rejects. */
  async upgrade(request: Request, peer: Peer = {}): Promise<Response | Accept> {
    return await this.#handler.upgrade(request, peer)
  }

  /** A channel, for the program itself. Throws BAD_CHANNEL for a name that no URL can carry. */
  channel(name: string): ServerChannel {
    const fault = channelNameFault(name, this.limits.maxChannelNameBytes)
    if (fault !== undefined) throw new WebSocketsError('BAD_CHANNEL', fault)
    return new ServerChannel(name, this.#registry, this.#validator)
  }

  /** One heartbeat sweep. The server runs it by its clock; a runtime that sleeps in between calls it itself. */
  beat(): void {
    this.#registry.beat()
  }

  /** Ms until `beat()` has something to do, for a clock that `sleeps`; undefined while it never will. Later calls may say less. */
  dueInMs(): number | undefined {
    return this.#registry.dueInMs()
  }

  /**
   * Takes back a socket that has outlived the process, for a member that `saved` had, with what the socket was last told to `save`. Undefined where
   * that member is not here, or has a connection already: then the socket is to be closed.
   */
  restore(channel: string, saved: SavedLine, socket: Socket): Connection | undefined {
    return this.#handler.restore(socket, channel, saved)
  }

  /** What there is at this moment. */
  stats(): Stats {
    return this.#registry.stats()
  }

  /**
   * The streams of all channels as plain JSON, for the option `saved` of the server that takes over. Who is connected is not in it.
   * Take it when nothing is published any more, as after `close()`: what comes later is lost, and its places in the stream are given
   * again, so that whoever had heard it cannot be told of a gap.
   */
  save(): Saved {
    return this.#registry.save()
  }

  /** For an adapter: hands a fault that is nobody's answer to `onError`. */
  report(error: unknown, context: string): void {
    this.#onError(error, context)
  }

  /** Takes no new listeners, waits up to `drainMs` (default 10,000) for awaited acknowledgements, then tells all listeners and closes them. */
  async close({ drainMs = 10_000 }: { readonly drainMs?: number } = {}): Promise<void> {
    this.#draining = true
    if (drainMs > 0) await this.#settled(drainMs)
    const error = {
      code: 'DRAINING',
      message: 'this server is going down: connect again',
      retryAfterMs: 1_000,
    } as const
    this.#closed = true
    for (const channel of this.#registry.all()) channel.cutAll(error)
    this.#registry.close()
  }

  #settled(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#registry.awaitedCount === 0) return resolve()
      // A clock that sleeps repeats nothing, so each look sets the next.
      const look = () => {
        cancelLook = this.#clock.after(20, look)
        if (this.#registry.awaitedCount === 0) stop()
      }
      let cancelLook = this.#clock.after(20, look)
      const stop = () => {
        cancelLook()
        cancelDeadline()
        resolve()
      }
      const cancelDeadline = this.#clock.after(withinMs, stop)
    })
  }
}

function left(
  channel: string,
  member: MemberEntry,
  code: number | undefined,
): { channel: string; member: MemberEntry; code?: number } {
  return code === undefined ? { channel, member } : { channel, member, code }
}

// An async hook that rejects is a fault like one that throws.
function notify(name: string, run: () => unknown, onError: (error: unknown, context: string) => void): void {
  try {
    const outcome = run()
    if (isPromiseLike(outcome)) void outcome.then(undefined, (error: unknown) => onError(error, name))
  } catch (error) {
    onError(error, name)
  }
}

// The last resort must hold even when the program's own handler throws or rejects.
function guarded(onError: (error: unknown, context: string) => unknown): (error: unknown, context: string) => void {
  return (error, context) => {
    notify(
      'onError',
      () => onError(error, context),
      (another) => {
        logError(another, 'onError')
        logError(error, context)
      },
    )
  }
}
