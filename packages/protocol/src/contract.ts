// What a channel carries, said once for server, client and hooks: schemas, and the checks that are made of them.
// Whoever checks knows this type alone; the code comes with the contract, so a program without contracts carries none of it.
import { namedEvent } from './codec'
import { isJsonObject, type Json, type JsonObject } from './json'
import { isStandardSchema, type SchemaResult, type StandardSchema } from './standard-schema'

/** The names of a channel's own kinds of events, those to come included: nobody may publish what a client would take for one. */
export type ReservedName = 'data' | 'error' | 'event' | 'gap' | 'join' | 'leave' | 'status' | 'update'

export interface ContractDefinition {
  /** The data of each named event; an event that is not here is refused. */
  readonly events?: Readonly<Record<string, StandardSchema>> & { readonly [Name in ReservedName]?: never }
  /** Without it any object will do. */
  readonly presence?: StandardSchema<object>
  /** Unnamed payloads. Without it any will do. */
  readonly data?: StandardSchema
}

/** Refuses a definition's misspelt parts, which would check nothing. */
export type Exact<Definition> = Definition & {
  readonly [Part in Exclude<keyof Definition, keyof ContractDefinition>]: never
}

/** Where something is wrong, from the outside in: keys, and indices of arrays. */
export type Path = readonly (string | number)[]

/** `value` has the schema's output where its input was. */
export type Checked =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string; readonly path: Path }

/** What `defineChannel` gives. Both checks throw or reject where a validator does; they are as asynchronous as it is. */
export interface Contract<Definition extends ContractDefinition = ContractDefinition> {
  readonly schemas: Definition
  /** A named event by its name [MS-10], any other payload by `data`. */
  checkPayload(payload: Json): Checked | Promise<Checked>
  checkPresence(presence: JsonObject): Checked | Promise<Checked>
  /**
   * What the checks are to a reader that can't wait: gives the value, and throws where it does not fit, an error with the `code`
   * BAD_PAYLOAD and the `path`; for an asynchronous validator BAD_PARAMETER. They are here so that a client has no code for them.
   */
  readPayload(payload: Json): unknown
  readPresence(presence: JsonObject): unknown
}

/** Makes an exception of a package's own class. */
export type Fault = (code: 'BAD_PARAMETER' | 'BAD_PAYLOAD', message: string, detail?: { readonly path: Path }) => Error

/** `defineChannel`, with the exceptions of the package that has it. */
export function defineChannelWith(fault: Fault) {
  return function defineChannel<const Definition extends ContractDefinition>(
    definition: Exact<Definition>,
  ): Contract<Definition> {
    const wrong = definitionFault(definition)
    if (wrong !== undefined) throw fault('BAD_PARAMETER', wrong)
    return createContract<Definition>(definition, fault)
  }
}

/** What is wrong with a definition, in words; undefined when nothing is. */
function definitionFault(definition: unknown): string | undefined {
  if (!isJsonObject(definition)) return 'expected { events, presence, data }'
  const { events = {}, ...others } = definition
  if (!isJsonObject(events)) return 'expected an object of events'
  for (const [name, schema] of Object.entries(events)) {
    if (RESERVED.test(name)) return `expected another name than ${name}: it is a channel's own`
    if (!isStandardSchema(schema)) return `expected a Standard Schema validator as the event ${name}`
  }
  for (const [name, schema] of Object.entries(others)) {
    if (name !== 'presence' && name !== 'data') return `expected { events, presence, data }, got ${name} in it`
    if (schema !== undefined && !isStandardSchema(schema)) return `expected a Standard Schema validator as ${name}`
  }
  return undefined
}

/** Of a definition without fault. */
function createContract<Definition extends ContractDefinition>(
  schemas: Definition,
  fault: Fault,
): Contract<Definition> {
  const { presence, data } = schemas
  // Names come from outside: `constructor` must be no event.
  const events = new Map(Object.entries<StandardSchema>(schemas.events ?? {}))
  const contract: Contract<Definition> = {
    schemas,
    checkPayload(payload) {
      const named = namedEvent(payload)
      if (!named) return check(data, payload)
      const schema = events.get(named.event)
      if (schema) return check(schema, named.data, 'data', (output) => ({ event: named.event, data: output }))
      const known = [...events.keys()].join(', ')
      return refuse(events.size > 0 ? `expected one of the events ${known}` : 'expected no named event', ['event'])
    },
    checkPresence: (value) => check(presence, value),
    readPayload: (payload) => valueOf(contract.checkPayload(payload), fault),
    readPresence: (value) => valueOf(contract.checkPresence(value), fault),
  }
  return contract
}

function valueOf(outcome: Checked | Promise<Checked>, fault: Fault): unknown {
  if ('then' in outcome) {
    outcome.catch(() => undefined)
    throw fault('BAD_PARAMETER', 'expected a synchronous validator')
  }
  if (outcome.ok) return outcome.value
  throw fault('BAD_PAYLOAD', outcome.message, { path: outcome.path })
}

function check(
  schema: StandardSchema | undefined,
  value: unknown,
  at?: string,
  put: (output: unknown) => unknown = (output) => output,
): Checked | Promise<Checked> {
  if (!schema) return { ok: true, value }
  const read = (result: SchemaResult<unknown>): Checked => {
    if (!result.issues) return { ok: true, value: put(result.value) }
    const [{ message = 'not valid', path = [] } = {}] = result.issues as readonly Partial<Issue>[]
    // A plain array first: what is made of arktype's own kind of array is another of that kind.
    const keys = [...path].slice(0, MAX_KEYS).map((part) => keyOf(typeof part === 'object' ? part.key : part))
    return refuse(message, at === undefined ? keys : [at, ...keys])
  }
  const result = schema['~standard'].validate(value)
  return 'then' in result ? result.then(read) : read(result)
}

function refuse(words: string, path: Path): Checked {
  return { ok: false, message: cut(path.length > 0 ? `${path.join('.')}: ${words}` : words, MAX_MESSAGE), path }
}

function keyOf(key: PropertyKey): string | number {
  return Number.isInteger(key) ? (key as number) : cut(String(key), MAX_KEY)
}

// A validator may quote all that it was given.
function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}

type Issue = Extract<SchemaResult<unknown>, { issues: object }>['issues'][number]

const RESERVED = /^(?:data|error|event|gap|join|leave|status|update)$/
/** Characters. */
const MAX_MESSAGE = 500
const MAX_KEY = 100
const MAX_KEYS = 64
