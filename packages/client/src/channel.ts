// One channel as a program sees it: who is in it, what happens in it, and what one says. The socket below it is connection.ts.
import {
  type ConnectedMessage,
  type Contract,
  type DataMessage,
  type Json,
  type JsonObject,
  namedEvent,
  type ServerMessage,
  type Welcome,
} from '@websockets.do/protocol'
import mitt from 'mitt'
import type { Channel, ChannelOptions, History, Snapshot } from './channel-types'
import { createConnection, type Status } from './connection'
import { type EmitOptions, encode, refusal } from './emission'
import { utf8Bytes } from './environment'
import { tooLarge, WebSocketsError } from './error'
import { createEvent, isOwnKind, namedKind } from './event'
import { endpoint, request } from './http'
import { createOutbox } from './outbox'
import { type Change, isMember, reconcile, reduce, same } from './presence'
import { readEvents } from './read-events'
import { createResumption } from './resumption'
import type { Settings } from './settings'

export function createChannel(settings: Settings, name: string, given: ChannelOptions, contract?: Contract): Channel {
  const { onError, id } = settings
  const { ack, rewind, since, throttleMs = 50 } = given
  const emitter = mitt<Record<string, unknown>>()
  /** Apart from the channel's own kinds: nobody may forge an `error` by publishing one. */
  const named = mitt<Record<string, unknown>>()
  const resumption = createResumption(since)
  const connection = createConnection(settings, { locate, follow, receive, garbled })
  const outbox = createOutbox(settings, throttleMs, connection.send)
  /** Unknown until CONNECTED tells: what is too large is refused then. */
  let limits: Partial<NonNullable<Welcome['limits']>> = {}
  /** A server that refuses it there is told after CONNECTED. */
  let fitsURL = true
  let state = Object.freeze<Snapshot>({
    status: { state: 'idle' },
    members: [],
    others: [],
    self: undefined,
    presence: {},
    latency: 0,
  })
  let notified = state

  function locate(token: string | undefined): string {
    const presence = JSON.stringify(state.presence)
    return endpoint('ws', settings, name, 'listen', {
      ...resumption.parameters(),
      presence: fitsURL && encodeURIComponent(presence).length <= 2_048 ? presence : undefined,
      rewind: state.self ? undefined : rewind,
      token,
    })
  }

  function set(parts: Partial<Snapshot>): void {
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
    if (status.state === 'reconnecting') outbox.lost()
    if (status.state === 'closed') {
      set({ self: undefined, others: [] })
      outbox.close(new WebSocketsError(status.reason.code, status.reason.message))
    }
    emitter.emit('status', status)
    notify()
  }

  function receive(message: ServerMessage): void {
    const { latency } = message as { latency?: unknown }
    if (typeof latency === 'number' && latency !== state.latency) set({ latency })
    switch (message.type) {
      case 'CONNECTED':
        welcome(message)
        break
      case 'DATA':
        deliver(message)
        break
      case 'PRESENCE:JOINED':
      case 'PRESENCE:UPDATED':
      case 'PRESENCE:LEFT':
        tell(reduce(state.others, message))
        break
      case 'EMITTED':
      case 'ACKED':
        outbox.answered(message.type, message.payload)
        break
      case 'ERROR': {
        const { code, retryAfterMs } = message.payload
        // An emit has an answer of its own: what is told in this way to be too fast is presence.
        if (code === 'RATE_LIMITED') outbox.present(state.presence, retryAfterMs)
        if (code === 'PAYLOAD_TOO_LARGE') fitsURL = false
        emitter.emit('error', refusal(message.payload))
        break
      }
      case 'PING':
      case 'PONG':
        break
      default:
        message satisfies never
    }
    notify()
  }

  function garbled(cause: unknown): void {
    emitter.emit('error', new WebSocketsError('BAD_MESSAGE', 'expected a message', { cause }))
  }

  function tell({ others, news }: Change): void {
    for (const [type, member] of news) {
      set({ others })
      emitter.emit(type, member)
    }
  }

  function welcome({ clientID, payload }: ConnectedMessage): void {
    const { members, user, presence: known = {}, resumed = false } = payload
    const before = state.self
    const gap = resumption.begin(payload, connection.send)
    limits = payload.limits ?? {}
    let { presence } = state
    let refused: unknown
    try {
      encodeWithin(limits.maxPresenceBytes, presence)
    } catch (error) {
      refused = error
      presence = {}
    }
    const self = { clientID, presence, user }
    const { others, news } = reconcile(state.others, members.filter(isMember))
    const status = { state: 'open', clientID, resumed, recovered: !gap } as const
    set({ status, others, presence, self: same(before, self) ? before : self })
    outbox.open(limits, same(presence, known) ? undefined : presence)
    const announce = (type: string, what: unknown): void => {
      // A handler may have closed it.
      if (state.status === status && what) emitter.emit(type, what)
    }
    announce('status', status)
    announce('error', refused)
    announce('gap', gap)
    if (before) for (const [type, member] of news) announce(type, member)
  }

  function deliver(message: DataMessage): void {
    if (!resumption.isNew(message, connection.send)) return
    const asked = state.self?.clientID
    const event = createEvent(message, (reply) => acknowledge(message.eventID, asked, reply))
    if (contract) {
      try {
        const payload = contract.readPayload(event.payload)
        event.data = event.name === undefined ? payload : (payload as typeof event).data
      } catch (error) {
        emitter.emit('error', error)
        return event.nack((error as Error).message)
      }
    }
    emitter.emit('event', event)
    if (event.name === undefined) emitter.emit('data', event)
    else named.emit(namedKind(event.name), event)
    if (ack !== 'manual') event.ack()
  }

  /** Throws where the reply can't be sent; then the emitter hears that. */
  function acknowledge(eventID: string, asked: string | undefined, reply: JsonObject): void {
    const text = encodeWithin(limits.maxMessageBytes, { type: 'ACK', payload: { ...reply, eventID } })
    resumption.acknowledged(eventID, text)
    // Whoever has become another member in the meantime was not asked.
    if (state.self?.clientID === asked) connection.send(text)
  }

  function present(next: unknown): void {
    // A copy, as the others will see it.
    const presence = JSON.parse(encodeWithin(limits.maxPresenceBytes, next)) as JsonObject
    contract?.readPresence(presence)
    const { self } = state
    set({ presence, self: self && { ...self, presence } })
    outbox.present(presence)
    notify()
  }

  function encodeWithin(maxBytes = Infinity, value: unknown): string {
    const text = encode(value)
    const bytes = utf8Bytes(text)
    if (bytes > maxBytes) throw tooLarge(bytes, maxBytes)
    return text
  }

  /** A handler is called at once; whether it throws or rejects, that ends in the same place and goes no further. */
  function listen(kind: string, handler: (event: never) => unknown, from = emitter): () => void {
    const guarded = (event: unknown): void => {
      try {
        const outcome = handler(event as never) as Partial<Promise<unknown>> | undefined
        outcome?.then?.(undefined, onError)
      } catch (error) {
        void onError(error)
      }
    }
    from.on(kind, guarded)
    return () => from.off(kind, guarded)
  }

  const close = (): void => connection.close({ code: 'CLOSED', message: 'closed' })

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
    close,
    [Symbol.dispose]: close,
    on: (type, handler) => (isOwnKind(type) ? listen(type, handler) : listen(namedKind(type), handler, named)),
    emit(first: unknown, second?: unknown, third?: EmitOptions) {
      const isNamed = typeof first === 'string'
      const options = { ...(isNamed ? third : (second as EmitOptions | undefined)) }
      const { clients, echo, requireAck, progress = requireAck, eventID = id() } = options
      const encodeEmit = (ref: string): string => {
        const event = isNamed ? first : namedEvent(first as Json)?.event
        if (event !== undefined && isOwnKind(event))
          throw new WebSocketsError('BAD_PARAMETER', `expected another name than ${event}`)
        const payload = isNamed ? `{"event":${JSON.stringify(first)},"data":${encode(second ?? null)}}` : encode(first)
        // What travels is what was said: who reads it runs the validators again.
        contract?.readPayload(JSON.parse(payload))
        const more = { eventID, ref, clients, echo, requires_ack: requireAck, progress }
        return `{"type":"EMIT","payload":${payload},${JSON.stringify(more).slice(1)}`
      }
      return outbox.add(encodeEmit, { ...options, eventID })
    },
    history: (window) => request(settings, name, 'history', { ...window }) as Promise<History>,
    events: ({ signal } = {}) => readEvents(listen, state.status.state === 'closed', signal),
    subscribe: (listener) => listen('change', listener),
    snapshot: () => state,
  }
  if (given.presence) present(given.presence)
  return channel
}
