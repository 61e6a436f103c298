// What a program may and may not write, checked by the compiler: an error that is expected and does not come fails `npm run check`.
import { createClient } from '@websockets.do/client'
import { describe, expectTypeOf, it } from 'vitest'

interface Room {
  presence: { name: string; typing?: boolean }
  events: { message: { text: string }; wave: null }
  data: { hello: string }
}

const client = createClient({ url: 'http://localhost' })
const room = client.channel<Room>('typed', { connect: false, presence: { name: 'Ann' } })
const any = client.channel('untyped', { connect: false })

describe('a typed channel', () => {
  it('knows what its events carry', () => {
    room.on('message', ({ data, from }) => {
      expectTypeOf(data).toEqualTypeOf<{ text: string }>()
      expectTypeOf(from).toEqualTypeOf<string | undefined>()
    })
    room.on('data', ({ data }) => expectTypeOf(data).toEqualTypeOf<{ hello: string }>())
    expectTypeOf(room.others[0]?.presence).toEqualTypeOf<Room['presence'] | undefined>()
  })

  it('refuses events that it does not have, and data that is not theirs', () => {
    const never = () => {
      // @ts-expect-error no such event
      void room.emit('massage', { text: 'hi' })
      // @ts-expect-error its data is missing
      void room.emit('message')
      // @ts-expect-error not its data
      void room.emit('message', { txt: 'hi' })
      // @ts-expect-error options come third
      void room.emit('wave', { requireAck: true })
      // @ts-expect-error no such event
      room.on('massage', () => undefined)
      // @ts-expect-error not its presence
      room.presence.set({ nick: 'Ann' })
      // @ts-expect-error a bare string is the name of an event
      void room.emit('hello world')
    }
    expectTypeOf(never).returns.toBeVoid()
  })

  it('takes what it declares', () => {
    const never = () => {
      void room.emit('message', { text: 'hi' }, { requireAck: true })
      void room.emit('wave')
      void room.emit('wave', null, { echo: false })
      void room.emit({ hello: 'world' }, { clients: 1 })
      room.presence.update({ typing: true })
      room.presence.update((current) => ({ ...current, typing: false }))
      void any.emit('anything')
      void any.emit('anything', [1, 2, 3])
      void any.emit({ any: 'payload' })
    }
    expectTypeOf(never).returns.toBeVoid()
  })
})
