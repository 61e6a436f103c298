export type { Backoff } from './backoff'
export type { Channel, ChannelOptions } from './channel'
export type {
  ChannelTypes,
  EventName,
  Heard,
  History,
  HistoryEntry,
  OwnEvents,
  Presence,
  Snapshot,
} from './channel-types'
export { type Client, createClient } from './client'
export type { Reason, Status } from './connection'
export type { Emission, EmitOptions, PublishOptions } from './emission'
export type { Clock, WebSocketConstructor, WebSocketEvent, WebSocketLike } from './environment'
export { type ClientErrorCode, WebSocketsError } from './error'
export type { ChannelEvent } from './event'
export type { Member } from './presence'
export type { ClientOptions } from './settings'
export type { Ack, EmitResult, ErrorCode, Json, JsonObject } from '@websockets.do/protocol'
