// The types by which a program says what a channel carries, and what it is given in these types.
import type { HistoryEntry, Json, JsonObject, ReservedName } from '@websockets.do/protocol'
import type { Status } from './connection'
import type { WebSocketsError } from './error'
import type { ChannelEvent } from './event'
import type { Member } from './presence'

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

/** A channel's own kinds of events. A published event of such a name, or of one that is kept for later, is heard by `event` alone. */
export interface OwnEvents<T extends ChannelTypes = ChannelTypes> {
  /** An unnamed payload. */
  data: ChannelEvent<DataOf<HeardTypes<T>>>
  /** Whatever was published, named or not. */
  event: AnyEvent<T>
  status: Status
  error: WebSocketsError
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
  /** Oldest first. */
  readonly history: readonly HistoryEntry[]
}
