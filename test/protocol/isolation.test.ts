// What one client does touches nobody else: not another member, not another channel, not the server.
import { describe, expect, it } from 'vitest'
import type { RawMember } from '@websockets.do/server-core/mock'
import { post } from '../support/requests'
import { createWorld } from '../support/world'

const HOSTILE: [string, (attacker: RawMember, victim: RawMember) => void][] = [
  ['floods with garbage', (attacker) => repeat(50, () => attacker.sendText('\u0000{'))],
  ['sends one frame that is far too large', (attacker) => attacker.sendText('x'.repeat(200_000))],
  ['floods with PONG', (attacker) => repeat(5_000, () => attacker.send({ type: 'PONG' }))],
  ['floods with PING', (attacker) => repeat(5_000, () => attacker.send({ type: 'PING' }))],
  [
    'forges what a server sends',
    (attacker, victim) => {
      for (const type of ['DATA', 'CONNECTED', 'PRESENCE:LEFT', 'PRESENCE:JOINED', 'ERROR', 'EMITTED']) {
        attacker.send({ type, payload: { clientID: victim.clientID, code: 'FORBIDDEN' }, clientID: victim.clientID })
      }
    },
  ],
  [
    'acknowledges what others were sent',
    (attacker, victim) => {
      for (const { eventID } of victim.of('DATA')) attacker.ack(String(eventID), { stolen: true })
    },
  ],
  [
    'nests as deep as it can',
    (attacker) => attacker.sendText(`{"type":"PRESENCE","payload":{"a":${'['.repeat(30_000)}`),
  ],
  [
    'addresses the prototype',
    (attacker) => {
      attacker.sendText('{"type":"EMIT","payload":1,"clients":["__proto__","constructor","toString"]}')
      attacker.sendText('{"type":"ACK","payload":{"eventID":"__proto__"}}')
      attacker.sendText('{"__proto__":{"type":"PONG"},"constructor":{"prototype":{"x":1}}}')
    },
  ],
]

function repeat(count: number, act: () => void): void {
  for (let n = 0; n < count; n++) act()
}

describe('a client that', () => {
  it.each(HOSTILE)('%s changes nothing for the others [ER-1, I12]', async (_, attack) => {
    const world = createWorld()
    const victim = await world.connect('room')
    const attacker = await world.connect('room')
    const awaited = world.pending(`/room/emit?require-ack=true&clients=${victim.clientID}`, post('before'))
    await world.settled()
    attack(attacker, victim)
    await world.settled()
    expect(awaited.answer).toBeUndefined()
    victim.ack(victim.last('DATA')!['eventID'], { mine: true })
    await world.settled()
    expect(awaited.answer!.body).toMatchObject({
      acked: [victim.clientID],
      replies: { [victim.clientID]: { mine: true } },
    })
    victim.send({ type: 'EMIT', payload: 'after', clients: [victim.clientID] })
    await world.settled()
    expect(victim.data).toEqual(['before', 'after'])
    const allowed = ['CONNECTED', 'PRESENCE:JOINED', 'PRESENCE:LEFT', 'DATA', 'EMITTED']
    expect(victim.types().filter((type) => !allowed.includes(type))).toEqual([])
    expect(victim.closed).toBeUndefined()
    expect(world.errors).toEqual([])
    expect(({} as { x?: number; polluted?: number }).x).toBeUndefined()
  })

  it('knows another’s id can target it, and do nothing in its name [I12, MS-5, EM-5]', async () => {
    const world = createWorld()
    const [victim, attacker] = [await world.connect('room'), await world.connect('room')]
    attacker.send({
      type: 'EMIT',
      payload: 'hi',
      clients: [victim.clientID],
      from: victim.clientID,
      clientID: victim.clientID,
    })
    await world.settled()
    expect(victim.last('DATA')).toMatchObject({ from: attacker.clientID, clientID: victim.clientID })
    expect(victim.of('EMITTED')).toEqual([])
  })
})

describe('channels', () => {
  it('share nothing: members, events, ids, history, targets [CH-1, EM-5, EM-8]', async () => {
    const world = createWorld({ history: { readable: true } })
    const [a, b] = [await world.connect('a'), await world.connect('b')]
    const id = 'evt_0123456789abcdef'
    await world.request(`/a/emit?_event-id=${id}`, post('for a'))
    await world.request(`/b/emit?_event-id=${id}`, post('for b'))
    await world.request(`/a/emit?clients=${b.clientID}`, post('astray'))
    a.send({ type: 'PRESENCE', payload: { in: 'a' } })
    await world.settled()
    expect([a.data, b.data]).toEqual([['for a'], ['for b']])
    expect(b.types()).toEqual(['CONNECTED', 'DATA'])
    expect((await world.request('/a/history')).body.history).toHaveLength(1)
    expect((await world.request('/b/members')).body.members).toEqual([{ clientID: b.clientID, presence: {} }])
    expect(a.last('CONNECTED')!.payload.epoch).not.toBe(b.last('CONNECTED')!.payload.epoch)
  })

  it('called __proto__ and constructor are channels like any other, side by side [CH-1]', async () => {
    const world = createWorld({ history: { readable: true } })
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'room']
    const members = await Promise.all(names.map((name) => world.connect(name)))
    for (const name of names) await world.request(`/${name}/emit`, post(name))
    await world.settled()
    for (const [at, name] of names.entries()) {
      expect(members[at]!.data).toEqual([name])
      expect((await world.request(`/${name}/history`)).body.history).toHaveLength(1)
    }
  })
})

describe('two servers in one process', () => {
  it('share nothing [CH-4]', async () => {
    const [one, two] = [createWorld(), createWorld()]
    const [a, b] = [await one.connect('room'), await two.connect('room')]
    await one.request('/room/emit', post(1))
    await one.settled()
    await two.settled()
    expect([a.data, b.data]).toEqual([[1], []])
    await one.server.close({ drainMs: 0 })
    await two.settled()
    expect(b.closed).toBeUndefined()
  })
})
