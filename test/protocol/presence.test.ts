// Who is there, with what presence, and how everybody else hears of it.
import { describe, expect, it } from 'vitest'
import { observe } from '../support/event-stream'
import type { RawMember } from '@websockets.do/server-core/mock'
import { cutOff, joinWithSession, resume } from '../support/session'
import { createWorld } from '../support/world'

/** The member table that a raw member would show: the snapshot and all that followed. */
function table(member: RawMember): Record<string, unknown> {
  const view: Record<string, unknown> = {}
  for (const { type, payload } of member.received) {
    if (type === 'CONNECTED') for (const entry of payload.members) view[entry.clientID] = entry.presence
    if (type === 'CONNECTED') view[member.clientID] = payload.presence
    if (type === 'PRESENCE:JOINED' || type === 'PRESENCE:UPDATED') view[payload.clientID] = payload.presence
    if (type === 'PRESENCE:LEFT') delete view[payload.clientID]
  }
  return view
}

describe('PRESENCE', () => {
  it('replaces the sender’s presence, and everyone hears it, the sender and observers included [CL-3, MS-4]', async () => {
    const world = createWorld()
    const [sender, other] = [
      await world.connect('room', { query: '?presence={"a":1,"b":2}' }),
      await world.connect('room'),
    ]
    const stream = await observe(world, 'room')
    sender.send({ type: 'PRESENCE', payload: { b: 3 } })
    await world.settled()
    const expected = { clientID: sender.clientID, presence: { b: 3 } }
    for (const member of [sender, other])
      expect(member.of('PRESENCE:UPDATED').map(({ payload }) => payload)).toEqual([expected])
    expect(stream.of('PRESENCE:UPDATED').map(({ data }) => data.payload)).toEqual([expected])
    expect(world.server.channel('room').members()[0]).toEqual(expected)
    expect(other.last('PRESENCE:UPDATED')!['clientID']).toBe(other.clientID)
  })

  it('is confirmed though it changes nothing, and never merged [MS-4]', async () => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room')]
    for (const n of [1, 1, 2, 3]) sender.send({ type: 'PRESENCE', payload: { n } })
    sender.send({ type: 'PRESENCE', payload: {} })
    await world.settled()
    for (const member of [sender, other]) {
      expect(member.of('PRESENCE:UPDATED').map(({ payload }) => payload.presence)).toEqual([
        { n: 1 },
        { n: 1 },
        { n: 2 },
        { n: 3 },
        {},
      ])
    }
  })

  it.each([null, [], 'text', 1, true, undefined])(
    'with the payload %j is ERROR BAD_PAYLOAD, and the connection stays [CL-3]',
    async (payload) => {
      const world = createWorld()
      const [sender, other] = [
        await world.connect('room', { query: '?presence={"kept":1}' }),
        await world.connect('room'),
      ]
      sender.send({ type: 'PRESENCE', payload })
      await world.settled()
      expect(sender.of('ERROR').map((error) => error.payload.code)).toEqual(['BAD_PAYLOAD'])
      expect(sender.closed).toBeUndefined()
      expect(other.types()).toEqual(['CONNECTED'])
      expect(world.server.channel('room').members()[0]!.presence).toEqual({ kept: 1 })
    },
  )

  it.each([
    ['8,192 bytes', 'x'.repeat(8_192 - '{"a":""}'.length), true],
    ['8,193 bytes', 'x'.repeat(8_193 - '{"a":""}'.length), false],
    ['8,193 bytes in half the characters', `${'é'.repeat((8_192 - '{"a":""}'.length) / 2)}x`, false],
  ])('may have 8 KiB: %s [LM-1, CL-3]', async (_, a, fits) => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room')]
    sender.send({ type: 'PRESENCE', payload: { a } })
    await world.settled()
    expect(other.of('PRESENCE:UPDATED')).toHaveLength(fits ? 1 : 0)
    expect(sender.of('ERROR').map((error) => error.payload.code)).toEqual(fits ? [] : ['PAYLOAD_TOO_LARGE'])
    expect(sender.closed).toBeUndefined()
    expect((await world.connect('room')).last('CONNECTED')!.payload.members).toHaveLength(2)
  })

  it('may use any key: __proto__, constructor, clientID [CL-3, ER-1]', async () => {
    const world = createWorld()
    const [sender, other] = [await world.connect('room'), await world.connect('room')]
    sender.sendText(
      '{"type":"PRESENCE","payload":{"__proto__":{"polluted":1},"constructor":{"name":"x"},"clientID":"client_forged"}}',
    )
    await world.settled()
    const text = `"payload":{"clientID":"${sender.clientID}","presence":{"__proto__":{"polluted":1},"constructor":{"name":"x"},"clientID":"client_forged"}}`
    expect(other.texts.at(-1)).toContain(text)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect((await world.connect('room')).texts[0]).toContain('{"__proto__":{"polluted":1}')
  })

  it('of others cannot be set: what names another client changes only the sender’s [CL-3, I12]', async () => {
    const world = createWorld()
    const [victim, sender] = [await world.connect('room'), await world.connect('room')]
    sender.send({
      type: 'PRESENCE',
      payload: { forged: true },
      clientID: victim.clientID,
      from: victim.clientID,
      user: 'root',
    })
    await world.settled()
    expect(victim.last('PRESENCE:UPDATED')!.payload).toEqual({ clientID: sender.clientID, presence: { forged: true } })
    expect(world.server.channel('room').members()[0]!.presence).toEqual({})
  })

  it('has the presence that it came back with, not one that it had said before and that was still waiting [LI-4, EM-9]', async () => {
    const waiting: (() => void)[] = []
    const world = createWorld({
      authorize: ({ action }) =>
        action !== 'emit' || new Promise<boolean>((resolve) => waiting.push(() => resolve(true))),
    })
    const [member, watcher] = [await joinWithSession(world), await world.connect('room')]
    member.emit('slow')
    member.setPresence({ n: 'old' })
    await world.settled()
    await cutOff(world, member)
    const back = await resume(world, member, { presence: { n: 'new' } })
    back.setPresence({ n: 'newest' })
    waiting[0]!()
    await world.settled()
    expect(watcher.of('PRESENCE:UPDATED').map(({ payload }) => payload.presence)).toEqual([
      { n: 'new' },
      { n: 'newest' },
    ])
    expect(back.of('ERROR')).toEqual([])
  })
})

describe('leaving', () => {
  it('is told once to everyone else, members and observers [MS-4, MS-3]', async () => {
    const world = createWorld()
    const [a, b, leaver] = [await world.connect('room'), await world.connect('room'), await world.connect('room')]
    const stream = await observe(world, 'room')
    leaver.close(1000)
    await world.advance(60_000)
    for (const member of [a, b])
      expect(member.of('PRESENCE:LEFT').map(({ payload }) => payload)).toEqual([{ clientID: leaver.clientID }])
    expect(stream.of('PRESENCE:LEFT').map(({ data }) => data.payload)).toEqual([{ clientID: leaver.clientID }])
    expect(leaver.of('PRESENCE:LEFT')).toEqual([])
  })

  it('is told once though the server cut it and its socket closes later, and nothing of it follows [MS-4, I7]', async () => {
    const world = createWorld()
    const [watcher, member] = [await world.connect('room'), await world.connect('room')]
    world.network.hold()
    member.send({ type: 'PRESENCE', payload: { last: true } })
    member.send({ type: 'EMIT', payload: 'last' })
    world.server.channel('room').disconnect(member.clientID)
    world.server.channel('room').disconnect(member.clientID)
    world.network.release()
    member.close()
    await world.settled()
    expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'PRESENCE:LEFT'])
    expect(member.of('EMITTED')).toEqual([])
  })

  it('happens in the order of the frames: what came before is told before [MS-4, I7]', async () => {
    const world = createWorld()
    const [watcher, member] = [await world.connect('room'), await world.connect('room')]
    member.send({ type: 'PRESENCE', payload: { n: 1 } })
    member.send({ type: 'EMIT', payload: 'bye' })
    member.close()
    await world.settled()
    expect(watcher.types()).toEqual(['CONNECTED', 'PRESENCE:JOINED', 'PRESENCE:UPDATED', 'DATA', 'PRESENCE:LEFT'])
  })

  it.each([1000, 3000, 4000, 4999, undefined])(
    'with close code %s is at once, without a session [RS-4, MS-4]',
    async (code) => {
      const world = createWorld()
      const [watcher, member] = [await world.connect('room'), await world.connect('room')]
      member.close(code)
      await world.settled()
      expect(watcher.of('PRESENCE:LEFT')).toHaveLength(1)
      expect(world.server.channel('room').members()).toHaveLength(1)
    },
  )

  it('before the upgrade was answered leaves nobody behind [I7, I10]', async () => {
    const world = createWorld()
    const watcher = await world.connect('room')
    const socket = new world.WebSocket(`${world.url.replace('http', 'ws')}/room/listen`)
    socket.close()
    await world.settled()
    expect(watcher.of('PRESENCE:JOINED').length).toBe(watcher.of('PRESENCE:LEFT').length)
    expect(world.server.channel('room').members()).toHaveLength(1)
  })
})

describe('every view of the members', () => {
  it('is the server’s own, after any storm of joins, leaves and updates [I6, I7, I8, LI-5]', async () => {
    const world = createWorld()
    const members: RawMember[] = []
    for (let round = 0; round < 30; round++) {
      members.push(await world.connect('room', { query: `?presence={"round":${round}}` }))
      for (const [at, member] of members.entries())
        if ((at + round) % 3 === 0 && !member.closed) member.send({ type: 'PRESENCE', payload: { at, round } })
      if (round % 4 === 3) members[round - 2]!.close()
      if (round % 5 === 4) world.server.channel('room').disconnect(members[round - 1]!.clientID)
    }
    await world.settled()
    const truth = Object.fromEntries(
      world.server
        .channel('room')
        .members()
        .map(({ clientID, presence }) => [clientID, presence]),
    )
    const present = members.filter(({ closed }) => !closed)
    expect(Object.keys(truth).sort()).toEqual(present.map(({ clientID }) => clientID).sort())
    for (const member of present) expect(table(member)).toEqual(truth)
  })
})

describe('GET /:channel/members', () => {
  it('lists the members as the program sees them, observers left out [MB-1]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { query: '?presence={"name":"é"}' })
    await observe(world, 'room')
    const { status, headers, body } = await world.request('/room/members')
    expect({ status, body }).toEqual({
      status: 200,
      body: { members: [{ clientID: member.clientID, presence: { name: 'é' } }] },
    })
    expect(headers.get('cache-control')).toBe('no-store')
    expect(world.server.channel('room').members()).toEqual(body.members)
    expect((await world.request('/__proto__/members')).body).toEqual({ members: [] })
  })
})
