// One and the same contract, written with each of the validators that are tested, and validators that misbehave.
import { defineChannel, type StandardSchema } from '@websockets.do/server-core/contract'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'

const zod = defineChannel({
  events: {
    message: z.object({ text: z.string() }),
    typing: z.boolean(),
    lines: z.array(z.object({ words: z.array(z.string()) })),
    counted: z.string().transform((text) => text.length),
  },
  presence: z.object({ name: z.string() }),
  data: z.number(),
})

const valibot = defineChannel({
  events: {
    message: v.object({ text: v.string() }),
    typing: v.boolean(),
    lines: v.array(v.object({ words: v.array(v.string()) })),
    counted: v.pipe(
      v.string(),
      v.transform((text) => text.length),
    ),
  },
  presence: v.object({ name: v.string() }),
  data: v.number(),
})

const arktype = defineChannel({
  events: {
    message: type({ text: 'string' }),
    typing: type('boolean'),
    lines: type({ words: 'string[]' }).array(),
    counted: type('string').pipe((text) => text.length),
  },
  presence: type({ name: 'string' }),
  data: type('number'),
})

export const vendors = [
  ['zod', zod],
  ['valibot', valibot],
  ['arktype', arktype],
] as const

export const room = zod

/** A validator made by hand. */
export function schema<Input = unknown>(
  validate: StandardSchema<Input>['~standard']['validate'],
): StandardSchema<Input> {
  return { '~standard': { version: 1, vendor: 'test', validate } }
}
