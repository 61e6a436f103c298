export type { Action, Ask, Authorize, Grant, Refusal, Verdict } from './authorizer'
export type { Clock, Connection, Ids, Journal, Random, Socket } from './core/ports'
export type { Stats } from './core/registry'
export type { Saved, SavedChannel, SavedEvent, SavedLine, SavedMember, SavedRequest } from './core/saved'
export type { Emission } from './emission'
export { WebSocketsError } from './error'
export type { Accept, Peer } from './http/handler'
export { SUBPROTOCOL } from './http/token'
export type { ServerOptions } from './options'
export type { Emitted, EmitVerdict, OnEmit } from './publish'
export { createServer, type Server } from './server'
export type { EmitOptions, ServerChannel } from './server-channel'
export type { Contracts } from './validator'
export type {
  Ack,
  EmitResult,
  ErrorCode,
  HistoryEntry,
  Json,
  JsonObject,
  Limits,
  MemberEntry,
} from '@websockets.do/protocol'
