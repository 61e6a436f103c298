export type { Backoff } from './backoff'
export type {
  AnyEvent,
  Channel,
  ChannelOptions,
  ChannelTypes,
  DataAndOptions,
  DataOf,
  EventData,
  EventName,
  Heard,
  History,
  MemberOf,
  OwnEvents,
  Presence,
  PresenceOf,
  Snapshot,
} from './channel-types'
export { type Client, createClient } from './client'
export type { Reason, Status } from './connection'
export type { ContractTypes, DeclaredTypes } from './contract-types'
export type { Emission, EmitOptions, PublishOptions } from './emission'
export type { Clock, Fetch, Signal, Signals, WebSocketConstructor, WebSocketEvent, WebSocketLike } from './environment'
export { type ClientErrorCode, WebSocketsError } from './error'
export type { ChannelEvent } from './event'
export type { Member } from './presence'
export type { Gap } from './resumption'
export type { ClientOptions, OutboxLimits } from './settings'
export type { Ack, EmitResult, ErrorCode, HistoryEntry, Json, JsonObject } from '@websockets.do/protocol'
