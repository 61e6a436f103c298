// The entry for what a server and its clients share: a module of contracts imports this and a validator, and nothing else.
import { defineChannelWith } from '@websockets.do/protocol/contract'
import { WebSocketsError } from './error'

export type { Contract, ContractDefinition, StandardSchema } from '@websockets.do/protocol'

/**
 * Says once what a channel carries, by any validators that follow Standard Schema (zod, valibot, arktype).
 * Throws BAD_PARAMETER for an event of a reserved name, a schema that is none, or a part that there isn't.
 */
export const defineChannel = defineChannelWith((code, message, detail) => new WebSocketsError(code, message, detail))
