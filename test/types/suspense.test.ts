// What a program may and may not write of hooks that suspend, checked by the compiler: an error that is expected and does not come fails `npm run check`.
import type { Channel, Member, Status } from '@websockets.do/client'
import { defineChannel } from '@websockets.do/client/contract'
import { createChannelHooks, useChannel, useConnection, useSelf } from '@websockets.do/react/suspense'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'

interface Chat {
  presence: { name: string }
  events: { message: { text: string } }
}

type Connected = Exclude<Status, { state: 'idle' | 'closed' }>

describe('what suspends', () => {
  it('knows that one is there, and has a connection or had one', () => {
    const useNever = () => {
      const { self, status, emit } = useChannel<Chat>('room')
      expectTypeOf(self).toEqualTypeOf<Member<Chat['presence']>>()
      expectTypeOf(status).toEqualTypeOf<Connected>()
      expectTypeOf(status.state).toEqualTypeOf<'connecting' | 'open' | 'reconnecting'>()
      expectTypeOf(emit).toEqualTypeOf<Channel<Chat>['emit']>()
      expectTypeOf(useSelf<Chat>('room').presence.name).toEqualTypeOf<string>()
      expectTypeOf(useSelf('room', ({ clientID }) => clientID)).toEqualTypeOf<string>()
      expectTypeOf(useConnection('room')).toEqualTypeOf<Status>()
      useConnection(null)
      useChannel<Chat>('room', { presence: { name: 'Ann' }, ack: 'manual', throttleMs: 100 })
    }
    expectTypeOf(useNever).returns.toBeVoid()
  })

  it('takes a name, and no option that it would wait by for ever, or that is over once it is there', () => {
    const useNever = () => {
      // @ts-expect-error no name to wait for
      useChannel(null)
      // @ts-expect-error no name to wait for
      useSelf(null)
      // @ts-expect-error nothing to wait for
      useChannel('room', { enabled: false })
      // @ts-expect-error nothing to wait for
      useChannel('room', { connect: false })
      // @ts-expect-error these events come before anybody can hear them
      useChannel('room', { rewind: 10 })
      // @ts-expect-error not its presence
      useChannel<Chat>('room', { presence: { nick: 'Ann' } })
    }
    expectTypeOf(useNever).returns.toBeVoid()
  })

  it('knows the same under a contract', () => {
    const contract = defineChannel({
      presence: z.object({ name: z.string() }),
      events: { message: z.object({ text: z.string() }) },
    })
    const useNever = () => {
      const hooks = createChannelHooks(contract)
      const typesAlone = createChannelHooks<typeof contract>()
      const { self, status, emit } = hooks.useChannel('room', { presence: { name: 'Ann' } })
      expectTypeOf(self.presence.name).toEqualTypeOf<string>()
      expectTypeOf(status).toEqualTypeOf<Connected>()
      expectTypeOf(hooks.useSelf('room', ({ presence }) => presence.name)).toEqualTypeOf<string>()
      expectTypeOf(typesAlone.useSelf('room').presence.name).toEqualTypeOf<string>()
      expectTypeOf(hooks.useMembers('room')[0]?.presence.name).toEqualTypeOf<string | undefined>()
      hooks.useEvent('room', 'message', ({ data }) => expectTypeOf(data).toEqualTypeOf<{ text: string }>())
      void emit('message', { text: 'hi' })
      // @ts-expect-error no such event
      void emit('massage', { text: 'hi' })
      // @ts-expect-error no name to wait for
      hooks.useMembers(null)
      // @ts-expect-error not its presence
      hooks.usePresence('room', { presence: { nick: 'Ann' } })
    }
    expectTypeOf(useNever).returns.toBeVoid()
  })
})
