// Which channel has which contract, and what a contract can be made of.
import { describe, expect, it } from 'vitest'
import { defineChannel } from '@websockets.do/server-core/contract'
import { z } from 'zod'
import { post } from '../support/requests'
import { createWorld } from '../support/world'

const said = (event: string, data: unknown) => ({ event, data })

describe('the contracts of a server', () => {
  const only = (word: string) => defineChannel({ data: z.literal(word) })

  it('are found by the exact name, then by the longest beginning with a star [CH-1]', async () => {
    const contracts = {
      room: only('room'),
      'chat:*': only('chat'),
      'chat:vip:*': only('vip'),
      'chat:vip:1': only('one'),
    }
    const world = createWorld({ contracts })
    const taken = async (channel: string) => {
      const words = ['room', 'chat', 'vip', 'one', 'anything']
      const sent = await Promise.all(words.map((word) => world.request(`/${channel}/emit`, post(word))))
      return words.filter((_, at) => sent[at]?.status === 200)
    }
    expect(await taken('room')).toEqual(['room'])
    expect(await taken('chat:')).toEqual(['chat'])
    expect(await taken('chat:2')).toEqual(['chat'])
    expect(await taken('chat:vip:2')).toEqual(['vip'])
    expect(await taken('chat:vip:1')).toEqual(['one'])
    for (const free of ['rooms', 'chat', 'constructor', '__proto__']) expect(await taken(free)).toHaveLength(5)
  })

  it('are for every channel under a star alone [CH-1]', async () => {
    const world = createWorld({ contracts: { '*': only('any') } })
    expect((await world.request('/whatever/emit', post('any'))).status).toBe(200)
    expect((await world.request('/whatever/emit', post('else'))).status).toBe(400)
  })

  it('may be found by a function; its faults are INTERNAL for who asked, and nobody else’s [ER-1]', async () => {
    const world = createWorld({
      contracts(channel) {
        if (channel === 'broken') throw new Error('no such table')
        return channel === 'free' ? undefined : only(channel)
      },
    })
    expect((await world.request('/a/emit', post('a'))).status).toBe(200)
    expect((await world.request('/a/emit', post('b'))).status).toBe(400)
    expect((await world.request('/free/emit', post('b'))).status).toBe(200)
    const { status, body } = await world.request('/broken/emit', post('b'))
    expect({ status, code: body.error.code }).toEqual({ status: 500, code: 'INTERNAL' })
    expect(JSON.stringify(body)).not.toContain('table')
    expect(world.errors).toMatchObject([{ context: 'the contract of channel broken' }])
  })

  it('must be contracts: else the server is not made [ER-2]', () => {
    expect(() => createWorld({ contracts: { room: { schemas: {} } as never } })).toThrow(
      expect.objectContaining({ code: 'BAD_PARAMETER' }),
    )
  })
})

describe('defineChannel', () => {
  it.each(['data', 'error', 'event', 'gap', 'join', 'leave', 'status', 'update'])(
    'refuses an event of the reserved name %s [ER-2]',
    (name) => {
      const events = { [name]: z.string() }
      const code = 'BAD_PARAMETER'
      expect(() => defineChannel({ events } as never)).toThrow(
        expect.objectContaining({ code, message: expect.stringContaining(name) }),
      )
    },
  )

  it.each([
    undefined,
    null,
    [],
    { events: [] },
    { events: { a: 1 } },
    { presence: {} },
    { presense: z.object({}) },
    { data: null },
    { data: { '~standard': {} } },
  ])('refuses %j, which has no schemas [ER-2]', (definition) => {
    expect(() => defineChannel(definition as never)).toThrow(expect.objectContaining({ code: 'BAD_PARAMETER' }))
  })

  it('takes events of any other name, and keeps its schemas for whoever wants to reuse them [MS-10]', async () => {
    const odd = z.string()
    const contract = defineChannel({ events: { ['__proto__']: odd, constructor: odd, 'a b': odd } })
    expect(contract.schemas.events['a b']).toBe(odd)
    const world = createWorld({ contracts: { room: contract } })
    for (const name of ['__proto__', 'constructor', 'a b']) {
      expect((await world.request('/room/emit', post(said(name, 'text')))).status).toBe(200)
      expect((await world.request('/room/emit', post(said(name, 1)))).status).toBe(400)
    }
  })
})
