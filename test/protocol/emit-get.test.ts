// GET /:channel/emit: the query is the payload.
import { describe, expect, it } from 'vitest'
import { ask, post } from '../support/requests'
import { createWorld } from '../support/world'

describe('GET /:channel/emit', () => {
  it.each([
    ['?hello=world', { hello: 'world' }],
    ['?a=1&b=true&c=null', { a: '1', b: 'true', c: 'null' }],
    ['?a=first&a=last', { a: 'last' }],
    ['?a', { a: '' }],
    ['?=x', { '': 'x' }],
    ['?a=%F0%9F%8E%89&%C3%A9=1+2', { a: '🎉', é: '1 2' }],
    ['?constructor=x&toString=y', { constructor: 'x', toString: 'y' }],
    ['?token=public&timeout=1&event-id=x&session=s', { token: 'public', timeout: '1', 'event-id': 'x', session: 's' }],
    ['?a=1&_timeout=1000&require-ack=false&_token=t', { a: '1' }],
    ['?Clients=1&REQUIRE-ACK=x', { Clients: '1', 'REQUIRE-ACK': 'x' }],
    ['?requires_ack=1&_Token=x', { requires_ack: '1', _Token: 'x' }],
  ])('makes %s the payload, an object of strings [EM-2]', async (query, payload) => {
    const world = createWorld()
    const member = await world.connect('room')
    const { status, headers } = await world.request(`/room/emit${query}`)
    await world.settled()
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(member.data).toEqual([payload])
  })

  it('takes __proto__ as a name like any other [EM-2, ER-1]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    await world.request('/room/emit?__proto__=x')
    await world.settled()
    expect(member.texts.at(-1)).toContain('"payload":{"__proto__":"x"}')
  })

  it.each(['', '?', '?require-ack=false', '?clients=0', '?_timeout=10&_token=x&_event-id=evt_0123456789abcdef'])(
    'answers 400 NO_PAYLOAD to "%s" [EM-2]',
    async (query) => {
      const world = createWorld()
      const member = await world.connect('room')
      const { status, body, headers } = await world.request(`/room/emit${query}`)
      await world.settled()
      expect({ status, code: body.error.code, cache: headers.get('cache-control') }).toEqual({
        status: 400,
        code: 'NO_PAYLOAD',
        cache: 'no-store',
      })
      expect(member.data).toEqual([])
    },
  )

  it('takes its own parameters in the URL of a POST as well [EM-2]', async () => {
    const world = createWorld()
    const [first, second] = [await world.connect('room'), await world.connect('room')]
    const answer = world.pending(`/room/emit?clients=${second.clientID}&require-ack=true&_timeout=100`, post('hello'))
    await world.advance(100)
    expect(answer.answer).toMatchObject({ status: 408, body: { recipients: 1, pending: [second.clientID] } })
    expect([first.data, second.data]).toEqual([[], ['hello']])
  })

  it('can be switched off, and POST stays [EM-2, CH-2]', async () => {
    const world = createWorld({ getEmit: false })
    const member = await world.connect('room')
    const { status, headers } = await world.request('/room/emit?x=1')
    expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow: 'POST' })
    expect((await world.request('/room/emit', post('by post'))).status).toBe(200)
    await world.settled()
    expect(member.data).toEqual(['by post'])
  })

  it.each([
    ['public, without `authorize`', 'public', false, 405],
    ['public, with `authorize`', 'public', true, 200],
    ['on loopback, without `authorize`', 'loopback', false, 200],
  ] as const)('by default, %s, answers %4$i [EM-2]', async (_, exposure, authorized, expected) => {
    const world = createWorld(authorized ? { authorize: () => true } : {})
    const { status } = await ask(world, '/room/emit?x=1', {}, { exposure, address: '203.0.113.1' })
    expect(status === 403 ? 'wrong host' : status).toBe(exposure === 'loopback' ? 'wrong host' : expected)
    const atLocalhost = await world.server.fetch(new Request('http://localhost/room/emit?x=1'), { exposure })
    expect(atLocalhost.status).toBe(expected)
  })

  it('measures the payload like a body: 413 past 64 KiB [LM-1, EM-2]', async () => {
    const world = createWorld()
    const fits = `?x=${'a'.repeat(65_536 - '{"x":""}'.length)}`
    expect((await world.request(`/room/emit${fits}`)).status).toBe(200)
    expect(await world.request(`/room/emit${fits}a`)).toMatchObject({
      status: 413,
      body: { error: { code: 'PAYLOAD_TOO_LARGE' } },
    })
  })

  it.each([
    'clients=1&clients=1',
    'require-ack=true&require-ack=true',
    '_timeout=1&_timeout=1',
    '_event-id=evt_0123456789abcdef&_event-id=evt_0123456789abcdef',
  ])('answers 400 BAD_PARAMETER to a repeated parameter: %s [EM-5, EM-2]', async (parameters) => {
    const world = createWorld()
    const member = await world.connect('room')
    expect(await world.request(`/room/emit?x=1&${parameters}`)).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_PARAMETER' } },
    })
    await world.settled()
    expect(member.data).toEqual([])
  })
})
