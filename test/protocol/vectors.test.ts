// The seed's examples as data: each must be what our server sends, as a subset.
import { describe, expect, it } from 'vitest'
import { createWorld } from '../support/world'
import vectors from '../vectors/seed-messages.json'

type Vector = { readonly type: string; readonly payload: Record<string, any>; readonly [field: string]: unknown }

const examples = vectors.serverToClient as unknown as Vector[]

/** The example with the ids that this run gave to its clients and its event. */
function withIDs(type: string, ids: Record<string, string>): object {
  const example = examples.find((vector) => vector.type === type)
  const text = JSON.stringify(example).replaceAll(/"((?:client|evt)_[\w-]+)"/g, (_, id: string) =>
    JSON.stringify(ids[id] ?? id),
  )
  return JSON.parse(text) as object
}

describe('the seed’s examples, as this server sends them', () => {
  it('sends DATA with the payload, the recipient and requires_ack [MS-3, ACK-2]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    world.pending('/room/emit?require-ack=true', { method: 'POST', body: '{"hello":"world"}' })
    await world.settled()
    const eventID = String(member.last('DATA')?.['eventID'])
    expect(member.last('DATA')).toMatchObject(
      withIDs('DATA', { client_fXoSDfqi: member.clientID, evt_gPVZZQC5: eventID }),
    )
  })

  it('sends PING with an empty payload [MS-3, CL-5]', async () => {
    const world = createWorld()
    const member = await world.connect('room')
    await world.advance(20_000)
    expect(member.last('PING')).toMatchObject(withIDs('PING', { client_fXoSDfqi: member.clientID }))
  })

  it('sends CONNECTED with the members that were there [MS-3, LI-5]', async () => {
    const world = createWorld()
    const first = await world.connect('room', { query: '?presence={"username":"Cerulean"}' })
    const second = await world.connect('room')
    const expected = withIDs('CONNECTED', { client_ZAqKx5ho: second.clientID, client_X0JBf69q: first.clientID })
    expect(second.last('CONNECTED')).toMatchObject(expected)
  })

  it('sends PRESENCE:JOINED, UPDATED and LEFT [MS-3, MS-4]', async () => {
    const world = createWorld()
    const watcher = await world.connect('room')
    const other = await world.connect('room')
    const joined = withIDs('PRESENCE:JOINED', { client_X0JBf69q: watcher.clientID, client_ZAqKx5ho: other.clientID })
    expect(watcher.last('PRESENCE:JOINED')).toMatchObject(joined)
    other.send({ type: 'PRESENCE', payload: { username: 'Cerulean' } })
    await world.settled()
    expect(other.last('PRESENCE:UPDATED')).toMatchObject(
      withIDs('PRESENCE:UPDATED', { client_hp39x_sa: other.clientID }),
    )
    other.close()
    await world.settled()
    const left = withIDs('PRESENCE:LEFT', { client_hp39x_sa: watcher.clientID, client_rTLNQ28O: other.clientID })
    expect(watcher.last('PRESENCE:LEFT')).toMatchObject(left)
  })

  it('sends ERROR PING_TIMEOUT with the seed’s text, then closes [MS-3, CL-5]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { autoPong: false })
    await world.advance(36_000)
    expect(member.last('ERROR')).toMatchObject(withIDs('ERROR', { client_fXoSDfqi: member.clientID }))
    expect(member.closed?.code).toBe(4408)
  })

  it('takes the ACK and the PONG of the seed, to the letter [CL-1]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { autoPong: false })
    const pending = world.pending('/room/emit?require-ack=true', { method: 'POST', body: '{"hello":"world"}' })
    await world.settled()
    const [ack, pong] = vectors.clientToServer.map((vector) => JSON.stringify(vector))
    member.sendText(String(ack).replace('evt_gPVZZQC5', String(member.last('DATA')?.['eventID'])))
    await world.settled()
    expect(pending.answer).toMatchObject({ status: 200, body: { acked: [member.clientID] } })
    await world.advance(20_000)
    member.sendText(String(pong))
    await world.advance(16_000)
    expect(member.closed).toBeUndefined()
    expect(member.of('ERROR')).toEqual([])
  })
})
