// The bounds on what waits for acknowledgements: replies, and emits of one channel.
import { describe, expect, it } from 'vitest'
import { post } from '../support/requests'
import { createWorld } from '../support/world'

const AWAITED = '/room/emit?require-ack=true'

describe('replies', () => {
  it('are bounded all together: what exceeds the bound is a failure of that member’s [LM-1, ACK-6]', async () => {
    const world = createWorld({ limits: { maxRepliesBytes: 100 } })
    const members = [await world.connect('room'), await world.connect('room')]
    const emit = world.pending(AWAITED, post('hi'))
    await world.settled()
    const eventID = String(members[0]!.last('DATA')!['eventID'])
    const exact = { r: 'x'.repeat(50 - '{"r":""}'.length) }
    members[0]!.ack(eventID, exact)
    members[1]!.ack(eventID, exact)
    await world.settled()
    expect(emit.answer).toMatchObject({ status: 200, body: { replies: { [members[1]!.clientID]: exact } } })

    const recipients = [...members, await world.connect('room')]
    const second = world.pending(AWAITED, post('again'))
    await world.settled()
    const secondID = String(members[0]!.last('DATA')!['eventID'])
    recipients[0]!.ack(secondID, exact)
    recipients[1]!.ack(secondID, { r: `${exact.r}x` })
    recipients[2]!.ack(secondID)
    await world.settled()
    expect(second.answer!.body).toMatchObject({
      acked: [recipients[0]!.clientID, recipients[2]!.clientID],
      failed: [{ clientID: recipients[1]!.clientID }],
    })
  })

  it('that were refused for their size leave the others theirs [ER-1, LM-1]', async () => {
    const world = createWorld({ limits: { maxRepliesBytes: 100 } })
    const members = [await world.connect('room'), await world.connect('room')]
    const emit = world.pending(AWAITED, post('hi'))
    await world.settled()
    const eventID = String(members[0]!.last('DATA')!['eventID'])
    members[0]!.ack(eventID, { r: 'x'.repeat(1_000) })
    members[1]!.ack(eventID, { r: 'small' })
    await world.settled()
    expect(emit.answer!.body).toMatchObject({
      acked: [members[1]!.clientID],
      failed: [{ clientID: members[0]!.clientID }],
      replies: { [members[1]!.clientID]: { r: 'small' } },
    })
  })
})

describe('many awaited emits', () => {
  it('are refused past 1,000 of one channel, with 429 and Retry-After, and welcome again when one is answered [LM-1]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    const emits = Array.from({ length: 1_000 }, (_, n) => world.pending(AWAITED, post(n)))
    await world.settled()
    const beyond = await world.request(AWAITED, post('one more'))
    expect(beyond).toMatchObject({ status: 429, body: { success: false, error: { code: 'RATE_LIMITED' } } })
    expect(Number(beyond.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await world.request('/room/emit', post('not awaited'))).status).toBe(200)
    await world.connect('other')
    const elsewhere = world.pending('/other/emit?require-ack=true', post(1))
    await world.settled()
    expect(elsewhere.answer).toBeUndefined()
    member.ack(String(member.of('DATA')[0]!['eventID']))
    await world.settled()
    expect(emits[0]!.answer!.status).toBe(200)
    const welcome = world.pending(AWAITED, post('now'))
    await world.settled()
    expect(welcome.answer).toBeUndefined()
    expect(member.data.at(-1)).toBe('now')
  })
})
