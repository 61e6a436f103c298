// What a program may and may not write about a channel with a contract, checked by the compiler: an error that is expected and does not
// come fails `npm run check`.
import { type Channel, createClient } from '@websockets.do/client'
import { defineChannel } from '@websockets.do/client/contract'
import { createServer } from '@websockets.do/server-core'
import { defineChannel as defineChannelOnServer } from '@websockets.do/server-core/contract'
import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'

const { channel: open } = createClient({ url: 'http://localhost' })

const room = defineChannel({
  events: {
    message: z.object({ text: z.string(), tags: z.array(z.string()).default([]) }),
    moved: z.object({ at: z.iso.datetime().transform((text) => new Date(text)) }),
    typing: z.boolean(),
    wave: z.null(),
  },
  presence: z.object({ name: z.string(), away: z.boolean().default(false) }),
  data: z.string().transform(Number),
})
const lean = defineChannel({ events: { message: z.string() } })
const unnamed = defineChannel({ data: z.number() })

interface Message {
  text: string
  tags: string[]
}

describe('a channel with a contract', () => {
  it('is heard in what the schemas give, and spoken to in what they take', () => {
    const never = () => {
      const channel = open('room', room, { presence: { name: 'Ann' }, rewind: 5 })
      channel.on('message', ({ data, name }) => {
        expectTypeOf(data).toEqualTypeOf<Message>()
        expectTypeOf(name).toEqualTypeOf<string | undefined>()
      })
      channel.on('moved', ({ data }) => expectTypeOf(data).toEqualTypeOf<{ at: Date }>())
      channel.on('data', ({ data }) => expectTypeOf(data).toEqualTypeOf<number>())
      void channel.emit('message', { text: 'hi' }, { requireAck: true })
      void channel.emit('message', { text: 'hi', tags: ['a'] })
      void channel.emit('moved', { at: '2026-11-23T00:00:00Z' })
      void channel.emit('wave')
    }
    expectTypeOf(never).returns.toBeVoid()
  })

  it('tells its events apart by their names', () => {
    const never = () => {
      open('room', room).on('event', (event) => {
        if (event.name === 'message') expectTypeOf(event.data).toEqualTypeOf<Message>()
        if (event.name === 'moved') expectTypeOf(event.data).toEqualTypeOf<{ at: Date }>()
        if (event.name === undefined) expectTypeOf(event.data).toEqualTypeOf<number>()
        expectTypeOf(event.name).toEqualTypeOf<'message' | 'moved' | 'typing' | 'wave' | undefined>()
        // @ts-expect-error no such event
        void (event.name === 'massage')
      })
    }
    expectTypeOf(never).returns.toBeVoid()
  })

  it('has the presence that is said, for oneself and for others', () => {
    const never = () => {
      const channel = open('room', room)
      expectTypeOf(channel.presence.current).toEqualTypeOf<{ name: string; away?: boolean | undefined }>()
      expectTypeOf(channel.others[0]?.presence).toEqualTypeOf<
        { name: string; away?: boolean | undefined } | undefined
      >()
      channel.presence.set({ name: 'Ann' })
      channel.presence.update({ away: true })
      channel.presence.update((current) => ({ ...current, name: 'Bea' }))
    }
    expectTypeOf(never).returns.toBeVoid()
  })

  it('refuses events that it does not have, and data that is not theirs', () => {
    const never = () => {
      const channel = open('room', room)
      // @ts-expect-error no such event
      void channel.emit('massage', { text: 'hi' })
      // @ts-expect-error its data is missing
      void channel.emit('message')
      // @ts-expect-error not its data
      void channel.emit('message', { txt: 'hi' })
      // @ts-expect-error what the schema gives is not what it takes
      void channel.emit('moved', { at: new Date(0) })
      // @ts-expect-error options come third
      void channel.emit('wave', { requireAck: true })
      // @ts-expect-error no such event
      channel.on('massage', () => undefined)
      // @ts-expect-error an object is no unnamed payload here
      void channel.emit({ n: 1 })
      // @ts-expect-error not its presence
      channel.presence.set({ nick: 'Ann' })
      // @ts-expect-error not its presence
      channel.presence.update({ away: 'yes' })
      // @ts-expect-error not its presence
      open('room', room, { presence: { nick: 'Ann' } })
      // @ts-expect-error no contract
      open('room', { schemas: {} })
    }
    expectTypeOf(never).returns.toBeVoid()
  })

  it('has no events where the contract has none, and any presence and payload that it does not speak of', () => {
    const never = () => {
      const { on, emit, presence } = open('lean', lean)
      on('message', ({ data }) => expectTypeOf(data).toEqualTypeOf<string>())
      void emit({ any: 'payload' })
      presence.set({ any: 'presence' })
      open('unnamed', unnamed).on('data', ({ data }) => expectTypeOf(data).toEqualTypeOf<number>())
      void open('unnamed', unnamed).emit(4)
      // @ts-expect-error it has no events
      void open('unnamed', unnamed).emit('message', 4)
      // @ts-expect-error it has no events
      open('unnamed', unnamed).on('message', () => undefined)
    }
    expectTypeOf(never).returns.toBeVoid()
  })

  it('of types alone hears what was said: nothing transforms it', () => {
    const never = () => {
      const channel = open<typeof room>('room', { presence: { name: 'Ann' } })
      channel.on('message', ({ data }) =>
        expectTypeOf(data).toEqualTypeOf<{ text: string; tags?: string[] | undefined }>(),
      )
      channel.on('moved', ({ data }) => expectTypeOf(data).toEqualTypeOf<{ at: string }>())
      channel.on('data', ({ data }) => expectTypeOf(data).toEqualTypeOf<string>())
      void channel.emit('moved', { at: '2026-11-23T00:00:00Z' })
      // @ts-expect-error no such event
      void channel.emit('massage', { text: 'hi' })
      // @ts-expect-error not its presence
      open<typeof room>('room', { presence: { nick: 'Ann' } })
    }
    expectTypeOf(never).returns.toBeVoid()
  })

  it('leaves channels of plain types, and of none, as they were', () => {
    const never = () => {
      interface Plain {
        presence: { name: string }
        events: { message: { text: string } }
        data: { hello: string }
      }
      const plain = open<Plain>('plain', { presence: { name: 'Ann' } })
      expectTypeOf(plain).toEqualTypeOf<Channel<Plain>>()
      plain.on('message', ({ data }) => expectTypeOf(data).toEqualTypeOf<{ text: string }>())
      expectTypeOf(open('any')).toEqualTypeOf<Channel>()
      void open('any', { connect: false }).emit('anything', [1])
    }
    expectTypeOf(never).returns.toBeVoid()
  })
})

describe('a contract', () => {
  it('may be written with any validators, mixed as well', () => {
    const never = () => {
      const mixed = defineChannel({
        events: {
          zod: z.string().transform(Number),
          valibot: v.pipe(v.string(), v.transform(Number)),
          arktype: type('string').pipe(Number),
        },
        presence: v.object({ name: v.optional(v.string(), 'nobody') }),
        data: type({ n: 'number' }),
      })
      const channel = open('mixed', mixed, { presence: {} })
      for (const name of ['zod', 'valibot', 'arktype'] as const) {
        channel.on(name, ({ data }) => expectTypeOf(data).toEqualTypeOf<number>())
        void channel.emit(name, '4')
        // @ts-expect-error what the schema gives is not what it takes
        void channel.emit(name, 4)
      }
      channel.on('data', ({ data }) => expectTypeOf(data).toEqualTypeOf<{ n: number }>())
    }
    expectTypeOf(never).returns.toBeVoid()
  })

  it('refuses reserved names, presence that is no object, and what is no schema', () => {
    const never = () => {
      const odd = z.string()
      // @ts-expect-error reserved
      defineChannel({ events: { data: odd } })
      // @ts-expect-error reserved
      defineChannel({ events: { error: odd } })
      // @ts-expect-error reserved
      defineChannel({ events: { event: odd } })
      // @ts-expect-error reserved
      defineChannel({ events: { gap: odd } })
      // @ts-expect-error reserved
      defineChannel({ events: { join: odd } })
      // @ts-expect-error reserved
      defineChannel({ events: { leave: odd } })
      // @ts-expect-error reserved
      defineChannel({ events: { status: odd } })
      // @ts-expect-error reserved
      defineChannel({ events: { message: odd, update: odd } })
      // @ts-expect-error presence is an object
      defineChannel({ presence: odd })
      // @ts-expect-error no schema
      defineChannel({ events: { message: { text: 'string' } } })
      // @ts-expect-error no schema
      defineChannel({ data: String })
      // @ts-expect-error a word that is none of its own
      defineChannel({ events: {}, presense: z.object({}) })
    }
    expectTypeOf(never).returns.toBeVoid()
  })

  it('is the same for server and client, wherever it was defined', () => {
    const never = () => {
      const shared = defineChannelOnServer({ events: { message: z.object({ text: z.string() }) } })
      open('shared', shared).on('message', ({ data }) => expectTypeOf(data).toEqualTypeOf<{ text: string }>())
      createServer({ contracts: { room, shared, 'lean:*': lean } })
      createServer({ contracts: (channel) => (channel === 'room' ? room : undefined) })
      // @ts-expect-error no contract
      createServer({ contracts: { room: z.string() } })
    }
    expectTypeOf(never).returns.toBeVoid()
  })
})
