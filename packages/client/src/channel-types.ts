// The types by which a program says what a channel carries, and what it is given in these types.
import type { HistoryEntry, Json, JsonObject, ReservedName } from '@websockets.do/protocol'
import type { Status } from './connection'
import type { Emission, EmitOptions } from './emission'
import type { WebSocketsError } from './error'
import type { ChannelEvent } from './event'
import type { Member } from './presence'
import type { Gap } from './resumption'

/** The shape of presence, the data of each named event, and unnamed payloads. */
export interface ChannelTypes {
  readonly presence?: object
  readonly events?: object
  readonly data?: unknown
  /** What handlers are given, where that is not what was published: a contract's schemas may transform. Presence is told as it was said. */
  readonly heard?: { readonly events: object; readonly data?: unknown }
}

export type PresenceOf<T extends ChannelTypes> = T extends { presence: infer P extends object } ? P : JsonObject
export type DataOf<T extends ChannelTypes> = T extends { data: infer Data } ? Data : Json
export type MemberOf<T extends ChannelTypes> = Member<PresenceOf<T>>

/** The types of what handlers are given. */
type HeardTypes<T extends ChannelTypes> = T extends { heard: infer H extends ChannelTypes } ? H : T

/** Any event: under a contract one of those that it has, to be told apart by `name`. */
export type AnyEvent<T extends ChannelTypes> = T extends { heard: { events: infer Events } }
  ? | { [Name in keyof Events]: ChannelEvent<Events[Name]> & { readonly name: Name } }[keyof Events]
    | (ChannelEvent<DataOf<HeardTypes<T>>> & { readonly name: undefined })
  : ChannelEvent

/** A channel's own kinds of events. A published event of such a name is heard by `event` alone. */
export interface OwnEvents<T extends ChannelTypes = ChannelTypes> {
  /** An unnamed payload. */
  data: ChannelEvent<DataOf<HeardTypes<T>>>
  /** Whatever was published, named or not. */
  event: AnyEvent<T>
  status: Status
  /** What a server refuses of presence, and whatever it sends that can't be read. */
  error: WebSocketsError
  /** After a time without a connection events may be missing, and no server has them any more. */
  gap: Gap
  /** Another one is here; after a reconnect also each one that came meanwhile. Not told of those who were here first. */
  join: MemberOf<T>
  /** As it was last. */
  leave: MemberOf<T>
  update: MemberOf<T>
}

/** The names of published events; without a declaration any string, and the own kinds are still suggested. */
export type EventName<T extends ChannelTypes> = T extends { events: infer Events }
  ? Exclude<keyof Events, ReservedName> & string
  : string & Record<never, never>

export type EventData<T extends ChannelTypes, Name> = T extends { events: infer Events }
  ? Name extends keyof Events
    ? Events[Name]
    : never
  : Json

/** What a handler of this kind is given. */
export type Heard<T extends ChannelTypes, Name> = Name extends keyof OwnEvents
  ? OwnEvents<T>[Name]
  : ChannelEvent<EventData<HeardTypes<T>, Name>>

/** Everything about a channel that changes over time, at one moment. */
export interface Snapshot<T extends ChannelTypes = ChannelTypes> {
  readonly status: Status
  /** All that are in the channel, oneself first. */
  readonly members: readonly MemberOf<T>[]
  readonly others: readonly MemberOf<T>[]
  readonly self: MemberOf<T> | undefined
  readonly presence: PresenceOf<T>
  /** The last round trip that the server measured, in whole ms; 0 until it did. */
  readonly latency: number
}

export interface Presence<P = JsonObject> {
  readonly current: P
  /** Replaces the whole: seen at once by oneself, sent throttled, told again after each reconnect. */
  set(presence: P): void
  /** Merges a patch, one level deep, or sets what a function makes of the current one. */
  update(patch: Partial<P> | ((current: P) => P)): void
}

export interface History {
  /** Null where the channel does not exist. */
  readonly epoch: string | null
  /** The newest event's, listed or not, so `<epoch>:<seq>` is a position to go on from [HI-1]. 0 where there was none. */
  readonly seq: number
  /** Oldest first. */
  readonly history: readonly HistoryEntry[]
}

export interface ChannelOptions<T extends ChannelTypes = ChannelTypes> {
  /** What to join with. */
  readonly presence?: PresenceOf<T> | undefined
  /** `manual`: nothing is acknowledged but by `event.ack()`. Default `auto`. */
  readonly ack?: 'auto' | 'manual' | undefined
  /** How many of the retained events to be given first, on joining. */
  readonly rewind?: number | undefined
  /** Begin after this position, `<epoch>:<seq>`: a page that was rendered with the history goes on from there [RS-2]. */
  readonly since?: string | undefined
  /** False leaves it idle until `connect()`. Default true. */
  readonly connect?: boolean | undefined
  /** The least time between two presence messages. Default 50. */
  readonly throttleMs?: number | undefined
}

export interface Channel<T extends ChannelTypes = ChannelTypes> extends Omit<Snapshot<T>, 'presence'>, Disposable {
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

/** What follows a name in an emit: only where `null` is data may it be left out. */
export type DataAndOptions<Data> = null extends Data
  ? [data?: Data, options?: EmitOptions]
  : [data: Data, options?: EmitOptions]
