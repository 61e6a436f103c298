// What a component may and may not write with the hooks, checked by the compiler: an error that is expected and does not come fails
// `npm run check`.
import type { EmitResult, Status } from '@websockets.do/client'
import { defineChannel } from '@websockets.do/client/contract'
import { people } from '@websockets.do/client/people'
import {
  createChannelHooks,
  useChannel,
  useConnection,
  useEmit,
  useEvent,
  useEvents,
  useLostConnection,
  useMember,
  useMembers,
  useOthers,
  usePresence,
  useSelf,
  useSetPresence,
} from '@websockets.do/react'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'

interface Room {
  presence: { name: string; typing?: boolean }
  events: { message: { text: string }; wave: null }
  data: { hello: string }
}

const contract = defineChannel({
  events: {
    message: z.object({ text: z.string(), tags: z.array(z.string()).default([]) }),
    moved: z.object({ at: z.iso.datetime().transform((text) => new Date(text)) }),
    wave: z.null(),
  },
  presence: z.object({ name: z.string(), away: z.boolean().default(false) }),
  data: z.string().transform(Number),
})

interface Presence {
  name: string
  away?: boolean | undefined
}

describe('hooks without types', () => {
  it('carry any JSON, by names that are not known', () => {
    const useNever = () => {
      const { status, self, latency, emit } = useChannel('room', { presence: { any: 1 }, rewind: 5, enabled: true })
      expectTypeOf(status).toEqualTypeOf<Status>()
      expectTypeOf(latency).toEqualTypeOf<number>()
      expectTypeOf(self?.clientID).toEqualTypeOf<string | undefined>()
      if (status.state === 'open') expectTypeOf(status.clientID).toEqualTypeOf<string>()
      void emit('anything', { any: 1 }, { requireAck: true })
      void emit({ any: 'payload' })
      // @ts-expect-error a bare string is the name of an event, and options come third
      void emit('anything', { any: 1 }, { requireAcks: true })
      // @ts-expect-error no such option
      useChannel('room', { present: {} })
      // @ts-expect-error only null is no name
      useChannel(undefined)
      useChannel(null)
      useEvent('room', 'anything', ({ data }) => void data)
      useEvent('room', ({ payload }) => void payload)
      useEvent('room', 'join', ({ presence }) => void presence['name'])
      useEvent('room', 'status', ({ state }) => expectTypeOf(state).toEqualTypeOf<Status['state']>())
      // @ts-expect-error a status has no payload
      useEvent('room', 'status', ({ payload }) => void payload)
      expectTypeOf(useConnection()).toEqualTypeOf<Status>()
      useLostConnection(undefined, (event) => expectTypeOf(event).toEqualTypeOf<'lost' | 'restored' | 'failed'>())
      // @ts-expect-error the name comes first
      useLostConnection(() => undefined)
    }
    expectTypeOf(useNever).returns.toBeVoid()
  })

  it('select what they are asked for', () => {
    const useNever = () => {
      expectTypeOf(useMembers('room', ({ length }) => length)).toEqualTypeOf<number>()
      expectTypeOf(useOthers('room', ([other]) => other?.clientID)).toEqualTypeOf<string | undefined>()
      expectTypeOf(useMember('room', 'client_0', (member) => Boolean(member))).toEqualTypeOf<boolean>()
      expectTypeOf(useSelf('room', (self) => self?.clientID)).toEqualTypeOf<string | undefined>()
      expectTypeOf(useMembers('room', people)[0]?.members[0]?.clientID).toEqualTypeOf<string | undefined>()
      useMembers(
        'room',
        ({ length }) => length,
        (a, b) => a === b,
      )
      const areEqual = (a: string, b: string): boolean => a === b
      // @ts-expect-error what is compared is what was selected
      useMembers('room', (members) => members.length, areEqual)
      // @ts-expect-error a list can't be changed
      useMembers('room').push(useMembers('room')[0])
    }
    expectTypeOf(useNever).returns.toBeVoid()
  })
})

describe('hooks with plain types', () => {
  it('know what a channel carries', () => {
    const useNever = () => {
      const { emit, self } = useChannel<Room>('room', { presence: { name: 'Ann' } })
      expectTypeOf(self?.presence).toEqualTypeOf<Room['presence'] | undefined>()
      void emit('message', { text: 'hi' }, { requireAck: true })
      void emit('wave')
      void emit({ hello: 'world' })
      // @ts-expect-error no such event
      void emit('massage', { text: 'hi' })
      // @ts-expect-error its data is missing
      void emit('message')
      // @ts-expect-error not its presence
      useChannel<Room>('room', { presence: { nick: 'Ann' } })
      const [mine, set] = usePresence<Room>('room')
      expectTypeOf(mine).toEqualTypeOf<Room['presence']>()
      set({ typing: true })
      set((current) => ({ ...current, typing: false }))
      // @ts-expect-error not its presence
      set({ nick: 'Ann' })
      // @ts-expect-error not its presence
      useSetPresence<Room>('room')({ nick: 'Ann' })
      const [send, state] = useEmit<Room>('room')
      expectTypeOf(send('message', { text: 'hi' })).toEqualTypeOf<Promise<EmitResult>>()
      if (state.status === 'success') expectTypeOf(state.result).toEqualTypeOf<EmitResult>()
      if (state.status === 'pending') expectTypeOf(state.result).toEqualTypeOf<undefined>()
      if (state.status === 'error') expectTypeOf(state.error.message).toEqualTypeOf<string>()
      // @ts-expect-error no such event
      void send('massage', { text: 'hi' })
      useEvent<Room, 'message'>('room', 'message', ({ data }) => expectTypeOf(data).toEqualTypeOf<{ text: string }>())
      expectTypeOf(useMembers<Room>('room')[0]?.presence).toEqualTypeOf<Room['presence'] | undefined>()
      const [messages, { status }] = useEvents<Room, 'message'>('room', { type: 'message', limit: 5 })
      expectTypeOf(messages[0]?.data).toEqualTypeOf<{ text: string } | undefined>()
      expectTypeOf(status).toEqualTypeOf<'loading' | 'ready' | 'failed'>()
      // @ts-expect-error what is kept can't be acknowledged any more
      messages[0]?.ack()
      // @ts-expect-error no such event
      useEvents<Room, 'massage'>('room', { type: 'massage' })
    }
    expectTypeOf(useNever).returns.toBeVoid()
  })
})

describe('hooks under a contract', () => {
  const hooks = createChannelHooks(contract)

  it('say what its schemas take', () => {
    const useNever = () => {
      const { emit, self } = hooks.useChannel('room', { presence: { name: 'Ann' } })
      expectTypeOf(self?.presence).toEqualTypeOf<Presence | undefined>()
      void emit('message', { text: 'hi' })
      void emit('moved', { at: '2026-11-23T00:00:00Z' })
      void emit('wave')
      // @ts-expect-error no such event
      void emit('massage', { text: 'hi' })
      // @ts-expect-error what the schema gives is not what it takes
      void emit('moved', { at: new Date(0) })
      // @ts-expect-error an object is no unnamed payload here
      void emit({ n: 1 })
      // @ts-expect-error not its presence
      hooks.useChannel('room', { presence: { nick: 'Ann' } })
      const [send] = hooks.useEmit('room')
      void send('message', { text: 'hi', tags: ['a'] }, { requireAck: true })
      // @ts-expect-error not its data
      void send('message', { txt: 'hi' })
      const [mine, set] = hooks.usePresence('room', { presence: { name: 'Ann' }, throttleMs: 30 })
      expectTypeOf(mine).toEqualTypeOf<Presence>()
      set({ away: true })
      hooks.useSetPresence('room')((current) => ({ ...current, name: 'Bea' }))
      // @ts-expect-error not its presence
      set({ away: 'yes' })
    }
    expectTypeOf(useNever).returns.toBeVoid()
  })

  it('hear what its schemas give', () => {
    const useNever = () => {
      hooks.useEvent('room', 'message', ({ data }) =>
        expectTypeOf(data).toEqualTypeOf<{ text: string; tags: string[] }>(),
      )
      hooks.useEvent('room', 'moved', ({ data }) => expectTypeOf(data).toEqualTypeOf<{ at: Date }>())
      hooks.useEvent('room', 'data', ({ data }) => expectTypeOf(data).toEqualTypeOf<number>())
      hooks.useEvent('room', 'join', ({ presence }) => expectTypeOf(presence).toEqualTypeOf<Presence>())
      hooks.useEvent('room', (event) => {
        if (event.name === 'moved') expectTypeOf(event.data).toEqualTypeOf<{ at: Date }>()
        if (event.name === undefined) expectTypeOf(event.data).toEqualTypeOf<number>()
        // @ts-expect-error no such event
        void (event.name === 'massage')
      })
      // @ts-expect-error no such event
      hooks.useEvent('room', 'massage', () => undefined)
      const [all] = hooks.useEvents('room')
      for (const event of all) {
        if (event.name === 'moved') expectTypeOf(event.data).toEqualTypeOf<{ at: Date }>()
        expectTypeOf(event.name).toEqualTypeOf<'message' | 'moved' | 'wave' | undefined>()
      }
      const [moves] = hooks.useEvents('room', { type: 'moved', limit: 5 })
      expectTypeOf(moves[0]?.data).toEqualTypeOf<{ at: Date } | undefined>()
      // @ts-expect-error no such event
      hooks.useEvents('room', { type: 'massage' })
      // @ts-expect-error what is kept can't be acknowledged any more
      all[0]?.ack()
    }
    expectTypeOf(useNever).returns.toBeVoid()
  })

  it('see its presence', () => {
    const useNever = () => {
      expectTypeOf(hooks.useMembers('room')[0]?.presence).toEqualTypeOf<Presence | undefined>()
      expectTypeOf(hooks.useOthers('room', (others) => others.map(({ presence }) => presence.name))).toEqualTypeOf<
        string[]
      >()
      expectTypeOf(hooks.useMember('room', 'client_0')?.presence.away).toEqualTypeOf<boolean | undefined>()
      expectTypeOf(hooks.useSelf('room', (self) => self?.presence.name)).toEqualTypeOf<string | undefined>()
      expectTypeOf(hooks.useMembers('room', people)[0]?.members[0]?.presence).toEqualTypeOf<Presence | undefined>()
      // @ts-expect-error not its presence
      hooks.useOthers('room', ([other]) => other?.presence.nick)
    }
    expectTypeOf(useNever).returns.toBeVoid()
  })

  it('of its types alone hear what was said: nothing transforms it', () => {
    const typed = createChannelHooks<typeof contract>()
    const plain = createChannelHooks<Room>()
    const useNever = () => {
      typed.useEvent('room', 'moved', ({ data }) => expectTypeOf(data).toEqualTypeOf<{ at: string }>())
      typed.useEvent('room', 'data', ({ data }) => expectTypeOf(data).toEqualTypeOf<string>())
      const [moves] = typed.useEvents('room', { type: 'moved' })
      expectTypeOf(moves[0]?.data).toEqualTypeOf<{ at: string } | undefined>()
      void typed.useChannel('room').emit('moved', { at: '2026-11-23T00:00:00Z' })
      plain.useEvent('room', 'message', ({ data }) => expectTypeOf(data).toEqualTypeOf<{ text: string }>())
      // @ts-expect-error no such event
      void plain.useChannel('room').emit('massage', { text: 'hi' })
      // @ts-expect-error no such event
      void typed.useChannel('room').emit('massage', { text: 'hi' })
    }
    expectTypeOf(useNever).returns.toBeVoid()
  })

  it('take no other than a contract, and no name that is none', () => {
    const useNever = () => {
      // @ts-expect-error no contract
      createChannelHooks({ schemas: {} })
      // @ts-expect-error only null is no name
      hooks.useMembers(undefined)
      hooks.useMembers(null)
      hooks.useConnection()
    }
    expectTypeOf(useNever).returns.toBeVoid()
  })
})
