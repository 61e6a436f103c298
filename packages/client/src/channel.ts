// One channel as a program sees it: who is in it, what happens in it, and what one says. The socket below it is connection.ts.
import {
  type ClientMessage,
  type ConnectedMessage,
  type DataMessage,
  type Json,
  type JsonObject,
  namedEvent,
  type ServerMessage,
} from '@websockets.do/protocol'
import mitt from 'mitt'
import type {
  ChannelTypes,
  DataOf,
  EventData,
  EventName,
  Heard,
  History,
  OwnEvents,
  Presence,
  PresenceOf,
  Snapshot,
} from './channel-types'
import { Connection, type Status } from './connection'
import { type Emission, type EmitOptions, encode, Outgoing, refusal } from './emission'
import { utf8Bytes } from './environment'
import { tooLarge, WebSocketsError } from './error'
import { type ChannelEvent, createEvent, isOwnKind, namedKind } from './event'
import { iterate, onAbort } from './feed'
import { endpoint, request } from './http'
import { Outbox } from './outbox'
import { composed, type Members, missing, nobody, reduce } from './presence'
import type { Settings } from './settings'

export interface ChannelOptions<T extends ChannelTypes = ChannelTypes> {
  /** What to join with. */
  readonly presence?: PresenceOf<T> | undefined
  /** `manual`: nothing is acknowledged but by `event.ack()`. Default `auto`. */
  readonly ack?: 'auto' | 'manual' | undefined
  /** How many of the retained events to be given first, on joining. */
  readonly rewind?: number | undefined
  /** False leaves it idle until `connect()`. Default true. */
  readonly connect?: boolean | undefined
  /** The least time between two presence messages. Default 50. */
  readonly throttleMs?: number | undefined
}

export class Channel<T extends ChannelTypes = ChannelTypes> {
  readonly name: string
  readonly presence: Presence<PresenceOf<T>>
  readonly #settings: Settings
  readonly #isManual: boolean
  readonly #connection: Connection
  readonly #outbox: Outbox
  readonly #emitter = mitt<Record<string, unknown>>()
  #emits = 0
  #maxPresenceBytes = Infinity
  /** As the program has set it, if it has. */
  #presence: JsonObject | undefined
  #snapshot: Snapshot
  #notified: Snapshot

  constructor(settings: Settings, name: string, options: ChannelOptions<T>) {
    const { presence, ack, rewind, throttleMs = 50 } = options
    this.name = name
    this.#settings = settings
    this.#isManual = ack === 'manual'
    this.#connection = new Connection(settings, {
      locate: (token) => {
        const own = JSON.stringify(this.#presence) as string | undefined
        return endpoint('ws', settings, name, 'listen', {
          session: 'new',
          presence: own && encodeURIComponent(own).length <= MAX_PRESENCE_PARAMETER_BYTES ? own : undefined,
          rewind: this.self ? undefined : rewind,
          token,
        })
      },
      followed: (status) => this.#follow(status),
      received: (message) => this.#receive(message),
    })
    this.#outbox = new Outbox(settings.clock, this.#connection, throttleMs)
    this.#snapshot = Object.freeze({ ...nobody, status: this.#connection.status, presence: {}, latency: 0 })
    this.#notified = this.#snapshot
    const current = (): JsonObject => this.#snapshot.presence
    const set = (next: object): void => this.#present(next)
    const update = (patch: object | ((current: JsonObject) => object)): void =>
      set(typeof patch === 'function' ? patch(current()) : { ...current(), ...patch })
    const own = {
      get current() {
        return current()
      },
      set,
      update,
    }
    this.presence = own as unknown as Presence<PresenceOf<T>>
    if (presence) set(presence)
  }

  get status(): Status {
    return this.#snapshot.status
  }

  get members(): Snapshot<T>['members'] {
    return this.snapshot().members
  }

  get others(): Snapshot<T>['others'] {
    return this.snapshot().others
  }

  get self(): Snapshot<T>['self'] {
    return this.snapshot().self
  }

  get latency(): number {
    return this.#snapshot.latency
  }

  connect(): void {
    // Without a server to connect to, the caller shall hear it here.
    endpoint('ws', this.#settings, this.name, '')
    this.#connection.connect()
  }

  /** For good: whatever is still pending is rejected with CLOSED. */
  close(): void {
    this.#connection.close({ code: 'CLOSED', message: 'closed' })
  }

  /** Hears one of the channel's own kinds of events, or a named event that somebody publishes. */
  on<Name extends keyof OwnEvents | EventName<T>>(type: Name, handler: (event: Heard<T, Name>) => unknown): () => void {
    return this.#listen(isOwnKind(type) ? type : namedKind(type), handler as (event: unknown) => unknown)
  }

  /** Publishes a named event, or a payload as it is. While there is no connection it waits for one, in order. */
  emit<Name extends EventName<T>>(event: Name, data?: EventData<T, Name>, options?: EmitOptions): Emission
  emit(payload: Exclude<DataOf<T>, string>, options?: EmitOptions): Emission
  emit(first: unknown, second?: unknown, third?: EmitOptions): Emission {
    const isNamed = typeof first === 'string'
    const options = (isNamed ? third : (second as EmitOptions | undefined)) ?? {}
    const { clients, echo, requireAck, progress = requireAck, timeoutMs = 5_000, signal } = options
    const { eventID = this.#settings.id() } = options
    const ref = String(++this.#emits)
    const outgoing = new Outgoing(ref, timeoutMs + 10_000, signal)
    try {
      signal?.throwIfAborted()
      const name = isNamed ? first : namedEvent(first as Json)?.event
      if (name !== undefined && isOwnKind(name))
        throw new WebSocketsError('BAD_PARAMETER', `expected another name than ${name}`)
      const json = encode(isNamed ? (second ?? null) : first)
      const payload = isNamed ? `{"event":${JSON.stringify(first)},"data":${json}}` : json
      const more = { eventID, ref, clients, echo, requires_ack: requireAck, progress, timeout: timeoutMs }
      this.#outbox.add(outgoing, `{"type":"EMIT","payload":${payload},${JSON.stringify(more).slice(1)}`)
    } catch (error) {
      outgoing.reject(error)
    }
    return outgoing.emission
  }

  /** The retained public events, the newest window of them; it takes the server's permission. */
  history(window: { readonly limit?: number; readonly before?: string } = {}): Promise<History> {
    return request(this.#settings, this.name, 'history', { ...window }) as Promise<History>
  }

  /**
   * Every event from now on, until `signal` aborts, the loop is left, or the channel closes.
   * A reader that leaves more than 1,000 unread gets SLOW_CONSUMER thrown.
   */
  events({ signal }: { readonly signal?: AbortSignal | undefined } = {}): AsyncIterableIterator<ChannelEvent> {
    return iterate<ChannelEvent>((feed) => {
      const leave = (): void => {
        for (const undo of cleanups.splice(0)) undo()
      }
      const end = (): void => {
        leave()
        feed.close()
      }
      const cleanups = [
        this.on('event', (event) => {
          if (feed.desiredSize) return feed.enqueue(event)
          leave()
          feed.error(new WebSocketsError('SLOW_CONSUMER', 'too many unread events'))
        }),
        this.on('status', ({ state }) => state === 'closed' && end()),
        onAbort(signal, end),
      ]
      if (signal?.aborted || this.status.state === 'closed') end()
      return leave
    }, 1_000)
  }

  /** Called once after each change of the snapshot, however much changed in it. */
  subscribe(listener: () => void): () => void {
    return this.#listen('change', listener)
  }

  /** The same frozen object until something in it changes. */
  snapshot(): Snapshot<T> {
    return this.#snapshot as Snapshot<T>
  }

  #receive(message: ServerMessage): void {
    if (message.type !== 'PONG') this.#set({ latency: message.latency ?? this.latency })
    switch (message.type) {
      case 'CONNECTED':
        this.#welcome(message)
        break
      case 'DATA':
        this.#deliver(message)
        break
      case 'PRESENCE:JOINED':
      case 'PRESENCE:LEFT':
        this.#setMembers(reduce(this.#snapshot, message))
        break
      case 'PRESENCE:UPDATED':
        this.#setMembers(reduce(this.#snapshot, message))
        this.#emitter.emit('update', message.payload)
        break
      case 'EMITTED':
        this.#outbox.emitted(message.payload)
        break
      case 'ACKED':
        this.#outbox.acked(message.payload)
        break
      case 'ERROR':
        // An emit has an answer of its own: what is told in this way to be too fast is presence.
        if (message.payload.code === 'RATE_LIMITED') this.#outbox.present(this.#presence, message.payload.retryAfterMs)
        this.#emitter.emit('error', refusal(message.payload))
        break
      case 'PING':
      case 'PONG':
        break
      default:
        message satisfies never
    }
    this.#notify()
  }

  #welcome({ clientID, payload }: ConnectedMessage): void {
    const { members, presence: known = {}, user, limits } = payload
    const { status } = this.#connection
    const presence = this.#presence ?? Object.freeze(known)
    const isKnown = JSON.stringify(presence) === JSON.stringify(known)
    this.#maxPresenceBytes = limits?.maxPresenceBytes ?? Infinity
    this.#set({ status, presence })
    this.#setMembers(composed(this.#snapshot, { clientID, presence, user }, members))
    this.#outbox.open(limits, isKnown ? undefined : presence)
    this.#emitter.emit('status', status)
  }

  #deliver(message: DataMessage): void {
    const event = createEvent(message, (reply) => {
      const ack: ClientMessage = { type: 'ACK', payload: { ...reply, eventID: message.eventID } }
      if (this.#connection.isOpen) this.#connection.send(JSON.stringify(ack))
    })
    this.#emitter.emit('event', event)
    this.#emitter.emit(event.name === undefined ? 'data' : namedKind(event.name), event)
    if (!this.#isManual) event.ack()
  }

  #follow(status: Status): void {
    this.#set({ status })
    if (status.state === 'reconnecting') this.#outbox.lost()
    if (status.state === 'closed') {
      this.#set(nobody)
      this.#outbox.close(new WebSocketsError(status.reason.code, status.reason.message))
    }
    this.#emitter.emit('status', status)
    this.#notify()
  }

  #present(next: object): void {
    const text = encode(next)
    if (utf8Bytes(text) > this.#maxPresenceBytes) throw tooLarge(this.#maxPresenceBytes)
    // A copy, as the others will see it.
    const presence = Object.freeze(JSON.parse(text) as JsonObject)
    this.#presence = presence
    this.#set({ presence })
    const { self, others } = this.#snapshot
    this.#setMembers(composed(this.#snapshot, self && { ...self, presence }, others))
    this.#outbox.present(presence)
    this.#notify()
  }

  /** Those who came and went while there was no connection have come and gone all the same. */
  #setMembers(after: Members): void {
    const before = this.#snapshot
    this.#set(after)
    // Whom one found there did not join.
    if (!before.self) return
    for (const member of missing(before, after)) this.#emitter.emit('leave', member)
    for (const member of missing(after, before)) this.#emitter.emit('join', member)
  }

  #set(parts: Partial<Snapshot>): void {
    const before = this.#snapshot
    const after = { ...before, ...parts }
    const isSame = (Object.keys(after) as (keyof Snapshot)[]).every((key) => after[key] === before[key])
    if (!isSame) this.#snapshot = Object.freeze(after)
  }

  #notify(): void {
    if (this.#snapshot === this.#notified) return
    this.#notified = this.#snapshot
    this.#emitter.emit('change', undefined)
  }

  /** A handler is called at once; whether it throws or rejects, that ends in the same place and goes no further. */
  #listen(kind: string, handler: (event: unknown) => unknown): () => void {
    const guarded = async (event: unknown): Promise<void> => {
      try {
        await handler(event)
      } catch (error) {
        this.#settings.onError(error, { channel: this.name })
      }
    }
    this.#emitter.on(kind, guarded)
    return () => this.#emitter.off(kind, guarded)
  }
}

/** What does not fit into the URL is sent once connected. */
const MAX_PRESENCE_PARAMETER_BYTES = 2_048
