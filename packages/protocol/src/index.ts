export { type ClosingCode, closeCode, closeCodeOf, type ErrorCode, httpStatus } from './codes'
export { type Decoded, decode, depthOf, type Frame, kindOf, namedEvent, overflows, utf8Bytes } from './codec'
export {
  type Checked,
  type Contract,
  type ContractDefinition,
  createContract,
  definitionFault,
  type Exact,
  type Path,
  type ReservedName,
} from './contract'
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
