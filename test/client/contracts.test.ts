// A channel with a contract at the client: what is checked before it is sent, and what is made of what arrives.
import { describe, expect, it } from 'vitest'
import { defineChannel } from '@websockets.do/client/contract'
import { z } from 'zod'
import { schema } from '../support/contracts'
import { createWorld } from '../support/world'

const room = defineChannel({
  events: { message: z.object({ text: z.string() }), sized: z.string().transform((text) => text.length) },
  presence: z.object({ name: z.string() }),
  data: z.number(),
})

describe('a channel with a contract', () => {
  it('is given what the schemas make of what arrives [MS-10]', async () => {
    const world = createWorld()
    const heard: unknown[] = []
    const channel = world.client().channel('room', room)
    channel.on('sized', ({ data, payload }) => void heard.push(data, payload))
    channel.on('data', ({ data }) => void heard.push(data))
    channel.on('event', ({ data }) => void heard.push(data))
    await world.settled()
    await world.server.channel('room').emit({ event: 'sized', data: 'four' })
    await world.server.channel('room').emit(7)
    await world.settled()
    expect(heard).toEqual([4, 4, { event: 'sized', data: 'four' }, 7, 7])
  })

  it('sends nothing that does not fit, and says where it is wrong [ER-3]', async () => {
    const world = createWorld()
    const watcher = await world.connect('room')
    const channel = world.client().channel('room', room)
    await world.settled()
    await expect(channel.emit('message', { text: 5 as never })).rejects.toMatchObject({
      code: 'BAD_PAYLOAD',
      path: ['data', 'text'],
    })
    await expect(channel.emit('massage' as never, 1 as never)).rejects.toMatchObject({
      code: 'BAD_PAYLOAD',
      path: ['event'],
    })
    expect(() => channel.presence.set({ name: 5 as never })).toThrow(
      expect.objectContaining({ code: 'BAD_PAYLOAD', path: ['name'] }),
    )
    expect(channel.presence.current).toEqual({})
    await world.settled()
    expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED'])
  })

  it('hands nobody what does not fit: an error, and a negative acknowledgement [ER-3, ACK-6]', async () => {
    const world = createWorld()
    const told: unknown[] = []
    const channel = world.client().channel('room', room)
    channel.on('event', (event) => void told.push(event))
    channel.on('error', ({ code, path }) => void told.push([code, path]))
    await world.settled()
    const emitting = world.server.channel('room').emit({ event: 'message', data: {} }, { requireAck: true })
    await world.settled()
    const error = 'data.text: Invalid input: expected string, received undefined'
    expect((await emitting).failed).toMatchObject([{ error }])
    expect(told).toEqual([['BAD_PAYLOAD', ['data', 'text']]])
  })

  it('takes no asynchronous validator [ER-3]', async () => {
    const world = createWorld()
    const slow = defineChannel({ data: schema(() => Promise.reject(new Error('later'))) })
    const channel = world.client().channel('slow', slow)
    await expect(channel.emit(1)).rejects.toMatchObject({
      code: 'BAD_PARAMETER',
      message: 'expected a synchronous validator',
    })
  })
})
