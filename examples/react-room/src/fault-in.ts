// Why a text would be refused, before it is sent.
import * as v from 'valibot'

/** In words, by the schema that the server checks it with as well; undefined when nothing is wrong. */
export function faultIn(schema: v.GenericSchema<string>, text: string): string | undefined {
  return v.safeParse(schema, text).issues?.[0].message
}
