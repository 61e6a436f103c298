export { type ClosingCode, closeCode, closeCodeOf, type ErrorCode, httpStatus } from './codes'
export { type Decoded, decode, depthOf, type Frame, kindOf, namedEvent, overflows, utf8Bytes } from './codec'
// Types alone: a bundler that splits would take the code for part of whatever imports this.
export type { Checked, Contract, ContractDefinition, Path, ReservedName } from './contract'
export { isJsonObject, type Json, type JsonObject } from './json'
export { defaultLimits, type Limits } from './limits'
export type {
  Ack,
  AckedMessage,
  ClientMessage,
  CloseMessage,
  ConnectedMessage,
  DataMessage,
  EmitMessage,
  EmitResult,
  EmittedMessage,
  ErrorMessage,
  HistoryEntry,
  JoinedMessage,
  LeftMessage,
  MemberEntry,
  PingMessage,
  ServerMessage,
  UpdatedMessage,
  Welcome,
} from './messages'
export type { InputOf, OutputOf, StandardSchema } from './standard-schema'
