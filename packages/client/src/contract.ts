// The entry for what a server and its clients share: a module of contracts imports this and a validator, and nothing else.
import {
  type Contract,
  type ContractDefinition,
  createContract,
  definitionFault,
  type Exact,
} from '@websockets.do/protocol/contract'
import { WebSocketsError } from './error'

export type { Contract, ContractDefinition, StandardSchema } from '@websockets.do/protocol'

/**
 * Says once what a channel carries, by any validators that follow Standard Schema (zod, valibot, arktype).
 * Throws BAD_PARAMETER for an event of a reserved name, a schema that is none, or a part that there isn't.
 */
export function defineChannel<const Definition extends ContractDefinition>(
  definition: Exact<Definition>,
): Contract<Definition> {
  const fault = definitionFault(definition)
  if (fault !== undefined) throw new WebSocketsError('BAD_PARAMETER', fault)
  return createContract<Definition>(definition)
}
