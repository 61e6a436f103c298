// From a contract to the types of its channel: what a program says is the schemas' input, what it hears their output.
import type { Contract, ContractDefinition, InputOf, OutputOf } from '@websockets.do/protocol'
import type { ChannelTypes } from './channel-types'

/** Of a channel that runs a contract: `client.channel('room', room)`. */
export type ContractTypes<C extends Contract> = Said<C['schemas']> & { readonly heard: HeardBy<C['schemas']> }

/** Of a channel that is told no more than types, a contract's or plain ones: nothing runs, so what is heard is what was said. */
export type DeclaredTypes<T extends ChannelTypes | Contract> = T extends Contract ? Said<T['schemas']> : T

// A contract without events has none, and no other names than its own.
type Said<D extends ContractDefinition> = {
  readonly events: { readonly [Name in keyof D['events']]: InputOf<D['events'][Name]> }
} & (D extends { readonly presence: infer Schema } ? { readonly presence: InputOf<Schema> } : unknown) &
  (D extends { readonly data: infer Schema } ? { readonly data: InputOf<Schema> } : unknown)

type HeardBy<D extends ContractDefinition> = {
  readonly events: { readonly [Name in keyof D['events']]: OutputOf<D['events'][Name]> }
} & (D extends { readonly data: infer Schema } ? { readonly data: OutputOf<Schema> } : unknown)
