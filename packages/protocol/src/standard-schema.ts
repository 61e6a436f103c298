// What validators have in common: as much of Standard Schema v1 (standardschema.dev) as is used here, so that zod, valibot, arktype and
// whatever else follows it fit by their shape.

/** A validator: it takes `Input` and gives `Output`, which differ where it transforms. */
export interface StandardSchema<Input = unknown, Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    /** For the compiler alone: no validator need have it. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

export type InputOf<Schema> = Schema extends StandardSchema<infer Input> ? Input : never
export type OutputOf<Schema> = Schema extends StandardSchema<unknown, infer Output> ? Output : never

/** Whether it looks like a validator that can be asked. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  // Those of arktype are functions.
  const standard = (value as Partial<StandardSchema> | null | undefined)?.['~standard']
  return standard?.version === 1 && typeof standard.validate === 'function'
}
