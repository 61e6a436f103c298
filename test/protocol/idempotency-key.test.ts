// The header Idempotency-Key: an event id for publishers that bring a key of another shape.
import { describe, expect, it } from 'vitest'
import { post } from '../support/requests'
import { createWorld } from '../support/world'

const ID = 'evt_0123456789abcdef'
const byID = `/room/emit?_event-id=${ID}`
const withKey = (payload: unknown, key = 'key-1') => post(payload, { 'idempotency-key': key })

describe('Idempotency-Key', () => {
  it('maps to an id of the server’s, and a repeat is delivered once [EM-8]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const first = await world.request('/room/emit', withKey({ n: 1 }))
    const repeat = await world.request('/room/emit', withKey({ n: 1 }))
    await world.settled()
    expect(first.body.eventID).toMatch(/^evt_/)
    expect(repeat.body).toEqual(first.body)
    expect(member.of('DATA').map(({ eventID }) => eventID)).toEqual([first.body.eventID])
  })

  it('with another payload is 409 [EM-8]', async () => {
    const world = createWorld()
    await world.request('/room/emit', withKey(1))
    expect(await world.request('/room/emit', withKey(2))).toMatchObject({
      status: 409,
      body: { error: { code: 'EVENT_ID_USED' } },
    })
  })

  it('of two people is two keys [EM-8]', async () => {
    const world = createWorld({ authorize: ({ token }) => ({ user: token ?? 'nobody' }) })
    const member = await world.connect('room')
    await world.request('/room/emit?_token=alice', withKey('from alice'))
    expect((await world.request('/room/emit?_token=bob', withKey('from bob'))).status).toBe(200)
    await world.settled()
    expect(member.data).toEqual(['from alice', 'from bob'])
  })

  it('of two channels is two keys [EM-8]', async () => {
    const world = createWorld()
    const first = await world.request('/room/emit', withKey(1))
    const second = await world.request('/other/emit', withKey(2))
    expect([first.status, second.status]).toEqual([200, 200])
    expect(second.body.eventID).not.toBe(first.body.eventID)
  })

  it.each(['x', '!', '~', 'x'.repeat(200), '__proto__', 'evt_0123456789abcdef'])('may be %j [EM-8]', async (key) => {
    const world = createWorld()
    const member = await world.connect('room')
    expect((await world.request('/room/emit', withKey(1, key))).status).toBe(200)
    expect((await world.request('/room/emit', withKey(1, key))).status).toBe(200)
    await world.settled()
    expect(member.data).toEqual([1])
  })

  it.each(['', 'x'.repeat(201), 'two words', 'caf\u00e9', 'a\tb'])('may not be %j [EM-8]', async (key) => {
    const world = createWorld()
    const member = await world.connect('room')
    expect(await world.request('/room/emit', withKey(1, key))).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_PARAMETER' } },
    })
    await world.settled()
    expect(member.data).toEqual([])
  })

  it('is never taken for an event id, nor the other way round [EM-8]', async () => {
    const world = createWorld()
    await world.request('/room/emit', withKey('by key', ID))
    const byItsID = await world.request(byID, post('by id'))
    expect(byItsID).toMatchObject({ status: 200, body: { eventID: ID } })
  })
})
