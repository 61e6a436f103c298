// What a room carries: who is in it, what they say, and how they react. The server and the app share it, and both check by it.
import { defineChannel } from '@websockets.do/client/contract'
import * as v from 'valibot'

export const colours = ['coral', 'amber', 'olive', 'green', 'teal', 'blue', 'violet', 'rose'] as const

export const reactions = ['❤️', '👍', '😂', '🎉', '🔥'] as const

/** Its words are for people: the form of the name says the same as the server. */
export const nameSchema = v.pipe(
  v.string(),
  v.regex(/\S/u, 'A name needs at least one letter.'),
  v.maxLength(40, 'A name has at most 40 characters.'),
)

export const textSchema = v.pipe(
  v.string(),
  v.regex(/\S/u, 'There is nothing in it yet.'),
  v.maxLength(1_000, 'A message has at most 1,000 characters.'),
)

export const personSchema = v.object({
  /** The same in all tabs of a browser. */
  person: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/u)),
  name: nameSchema,
  colour: v.picklist(colours),
})

/** From 0 to 1, of the board's width or height: every board has another size. */
const shareSchema = v.pipe(v.number(), v.minValue(0), v.maxValue(1))

const presenceSchema = v.object({
  ...personSchema.entries,
  cursor: v.optional(v.object({ x: shareSchema, y: shareSchema })),
  typing: v.optional(v.boolean()),
})

const messageSchema = v.object({
  // Whoever said it may be gone when it is read.
  ...personSchema.entries,
  text: textSchema,
  /** When it was written: in ms, by the writer's clock, and no more than a Date can be. */
  at: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)),
})

export const room = defineChannel({
  events: {
    message: messageSchema,
    reaction: v.object({ emoji: v.picklist(reactions) }),
  },
  presence: presenceSchema,
})

export type Colour = (typeof colours)[number]
export type Emoji = (typeof reactions)[number]
export type Person = v.InferOutput<typeof personSchema>
export type Presence = v.InferOutput<typeof presenceSchema>
export type Message = v.InferOutput<typeof messageSchema>
