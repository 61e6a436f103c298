// One channel as a program sees it: who is in it, what happens in it, and what one says. The socket below it is connection.ts.
import {
  type Ack,
  type ClientMessage,
  type ConnectedMessage,
  type DataMessage,
  type EmitResult,
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
import { createConnection, type Status } from './connection'
import { type Emission, type EmitOptions, encode, refusal } from './emission'
import { utf8Bytes } from './environment'
import { tooLarge, WebSocketsError } from './error'
import { type ChannelEvent, createEvent, isOwnKind, namedKind } from './event'
import { createFeed } from './feed'
import { endpoint, request } from './http'
import { createOutbox } from './outbox'
import { reduce } from './presence'
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

export interface Channel<T extends ChannelTypes = ChannelTypes> extends Omit<Snapshot<T>, 'presence'> {
  readonly name: string
  readonly presence: Presence<PresenceOf<T>>
  /** Throws where there is no server to connect to; otherwise it goes on trying. */
  connect(): void
  /** For good: whatever is still pending is rejected with CLOSED. */
  close(): void
  /** Hears one of the channel's own kinds of events, or a named event that somebody publishes; the result stops that. */
  on<Name extends keyof OwnEvents | EventName<T>>(type: Name, handler: (event: Heard<T, Name>) => unknown): () => void
  /** Publishes a named event. While there is no connection it waits for one, in order. */
  emit<Name extends EventName<T>>(event: Name, ...dataAndOptions: DataAndOptions<EventData<T, Name>>): Emission
  /** Publishes a payload as it is. */
  emit(payload: Exclude<DataOf<T>, string>, options?: EmitOptions): Emission
  /** The retained public events, the newest window of them; it takes the server's permission. */
  history(window?: { readonly limit?: number; readonly before?: string }): Promise<History>
  /**
   * Every event from now on, until `signal` aborts, the loop is left, or the channel closes.
   * A reader that leaves more than 1,000 unread gets SLOW_CONSUMER thrown.
   */
  events(options?: { readonly signal?: AbortSignal | undefined }): AsyncGenerator<ChannelEvent, void>
  /** Called once after each change of the snapshot, however much changed in it. */
  subscribe(listener: () => void): () => void
  /** The same frozen object until something in it changes. */
  snapshot(): Snapshot<T>
}

/** Only where `null` is data may it be left out. */
type DataAndOptions<Data> = null extends Data
  ? [data?: Data, options?: EmitOptions]
  : [data: Data, options?: EmitOptions]

export function createChannel(settings: Settings, name: string, given: ChannelOptions): Channel {
  const { clock, onError, id } = settings
  const { ack, rewind, throttleMs = 50 } = given
  const emitter = mitt<Record<string, unknown>>()
  const connection = createConnection(
    settings,
    (token) => {
      told = JSON.stringify(state.presence)
      if (encodeURIComponent(told).length > 2_048) told = undefined
      return endpoint('ws', settings, name, 'listen', {
        session: 'new',
        presence: told,
        rewind: state.self ? undefined : rewind,
        token,
      })
    },
    follow,
    receive,
  )
  const outbox = createOutbox(clock, throttleMs, connection.send)
  /** The presence that the URL of this connection carries, as JSON text. */
  let told: string | undefined
  /** The protocol's default, until CONNECTED tells. */
  let maxPresenceBytes = 8_192
  let state = Object.freeze<Snapshot>({
    status: { state: 'idle' },
    members: [],
    others: [],
    self: undefined,
    presence: {},
    latency: 0,
  })
  let notified = state

  function set(parts: Partial<Snapshot>): void {
    if (Object.entries(parts).every(([key, value]) => state[key as keyof Snapshot] === value)) return
    const next = { ...state, ...parts }
    if (parts.self || parts.others) next.members = next.self ? [next.self, ...next.others] : []
    state = Object.freeze(next)
  }

  function notify(): void {
    if (state === notified) return
    notified = state
    emitter.emit('change', undefined)
  }

  function follow(status: Status): void {
    set({ status })
    // There is more in CONNECTED: it is told when all of that is known.
    if (status.state === 'open') return
    if (status.state === 'reconnecting') outbox.lost()
    if (status.state === 'closed') {
      set({ self: undefined, others: [] })
      outbox.close(new WebSocketsError(status.reason.code, status.reason.message))
    }
    emitter.emit('status', status)
    notify()
  }

  function receive(message: ServerMessage): void {
    set({ latency: (message as { latency?: number }).latency ?? state.latency })
    switch (message.type) {
      case 'CONNECTED':
        welcome(message)
        break
      case 'DATA':
        deliver(message)
        break
      case 'PRESENCE:JOINED':
      case 'PRESENCE:LEFT':
      case 'PRESENCE:UPDATED':
        set({ others: reduce(state.others, message) })
        break
      case 'EMITTED':
      case 'ACKED': {
        const { ref, ...answer } = message.payload
        outbox.sent(ref)?.[message.type](answer as Ack & EmitResult)
        break
      }
      case 'ERROR':
        // An emit has an answer of its own: what is told in this way to be too fast is presence.
        if (message.payload.code === 'RATE_LIMITED') outbox.present(state.presence, message.payload.retryAfterMs)
        emitter.emit('error', refusal(message.payload))
        break
      case 'PING':
      case 'PONG':
        break
      default:
        message satisfies never
    }
    notify()
  }

  function welcome({ clientID, payload }: ConnectedMessage): void {
    const { members, user, limits } = payload
    const { presence } = state
    maxPresenceBytes = limits?.maxPresenceBytes ?? Infinity
    set({ others: members, self: { clientID, presence, user } })
    outbox.open(limits, JSON.stringify(presence) === told ? undefined : presence)
    emitter.emit('status', state.status)
  }

  function deliver(message: DataMessage): void {
    const { eventID } = message
    const event = createEvent(message, (reply) =>
      connection.send(JSON.stringify({ type: 'ACK', payload: { ...reply, eventID } } satisfies ClientMessage)),
    )
    emitter.emit('event', event)
    emitter.emit(event.name === undefined ? 'data' : namedKind(event.name), event)
    if (ack !== 'manual') event.ack()
  }

  function present(next: unknown): void {
    const text = encode(next)
    const bytes = utf8Bytes(text)
    if (bytes > maxPresenceBytes) throw tooLarge(bytes)
    // A copy, as the others will see it.
    const presence = JSON.parse(text) as JsonObject
    const { self } = state
    set({ presence, self: self && { ...self, presence } })
    outbox.present(presence)
    notify()
  }

  /** A handler is called at once; whether it throws or rejects, that ends in the same place and goes no further. */
  function listen(kind: string, handler: (event: never) => unknown): () => void {
    const guarded = async (event: unknown): Promise<void> => {
      try {
        await handler(event as never)
      } catch (error) {
        onError(error)
      }
    }
    emitter.on(kind, guarded)
    return () => emitter.off(kind, guarded)
  }

  const channel: Channel = {
    name,
    get status() {
      return state.status
    },
    get members() {
      return state.members
    },
    get others() {
      return state.others
    },
    get self() {
      return state.self
    },
    get latency() {
      return state.latency
    },
    presence: {
      get current() {
        return state.presence
      },
      set: present,
      update: (patch) => present(typeof patch === 'function' ? patch(state.presence) : { ...state.presence, ...patch }),
    },
    connect() {
      // Without a server to connect to, the caller shall hear it here.
      endpoint('ws', settings, name, '')
      connection.connect()
    },
    close: () => connection.close({ code: 'CLOSED', message: 'closed' }),
    on: (type, handler) => listen(isOwnKind(type) ? type : namedKind(type), handler),
    emit(first: unknown, second?: unknown, third?: EmitOptions) {
      const isNamed = typeof first === 'string'
      const options = (isNamed ? third : (second as EmitOptions | undefined)) ?? {}
      return outbox.add((ref) => {
        const { clients, echo, requireAck, progress = requireAck, timeoutMs, eventID = id() } = options
        const event = isNamed ? first : namedEvent(first as Json)?.event
        if (event !== undefined && isOwnKind(event))
          throw new WebSocketsError('BAD_PARAMETER', `expected another name than ${event}`)
        const payload = isNamed ? `{"event":${JSON.stringify(first)},"data":${encode(second ?? null)}}` : encode(first)
        const more = { eventID, ref, clients, echo, requires_ack: requireAck, progress, timeout: timeoutMs }
        return `{"type":"EMIT","payload":${payload},${JSON.stringify(more).slice(1)}`
      })
    },
    history: (window) => request(settings, name, 'history', { ...window }) as Promise<History>,
    events({ signal } = {}) {
      const stop = (): void => {
        for (const forget of heard) forget()
        signal?.removeEventListener('abort', stop)
        feed.end()
      }
      const feed = createFeed<ChannelEvent>(stop)
      const heard = [
        listen('status', (status: Status) => status.state === 'closed' && stop()),
        listen('event', (event: ChannelEvent) => {
          if (feed.push(event) <= 1_000) return
          feed.end(new WebSocketsError('SLOW_CONSUMER', 'too many unread'))
          stop()
        }),
      ]
      signal?.addEventListener('abort', stop)
      if (signal?.aborted || state.status.state === 'closed') stop()
      return feed.read()
    },
    subscribe: (listener) => listen('change', listener),
    snapshot: () => state,
  }
  if (given.presence) present(given.presence)
  return channel
}
