// /:channel/listen: how a member joins, and what a joiner and the others see of it.
import { describe, expect, it } from 'vitest'
import { listenWith } from '../support/bare-socket'
import { RawMember } from '@websockets.do/server-core/mock'
import { post, upgrade } from '../support/requests'
import { createWorld } from '../support/world'

const withPresence = (presence: unknown) => `?presence=${encodeURIComponent(JSON.stringify(presence))}`

describe('a plain GET of listen', () => {
  it('is 426, and says how to connect [LI-1]', async () => {
    const world = createWorld()
    const { status, headers, body } = await world.request('/room/listen')
    expect(status).toBe(426)
    expect(headers.get('upgrade')).toBe('websocket')
    expect(body).toMatchObject({ success: false, error: { code: 'UPGRADE_REQUIRED' } })
    expect(body.error.message).toMatch(/WebSocket/)
    expect(body.error.message).toMatch(/text\/event-stream/)
    expect(world.clock.pending).toBe(0)
  })
})

describe('joining', () => {
  it('tells the others first, then the joiner, who gets the others and no JOINED of its own [LI-5]', async () => {
    const world = createWorld()
    const others = [await world.connect('room', { query: withPresence({ n: 1 }) }), await world.connect('room')]
    const order: string[] = []
    others.forEach((member, n) =>
      member.socket.addEventListener('message', ({ data }) => order.push(`${n}: ${JSON.parse(String(data)).type}`)),
    )
    const joiner = new RawMember(new world.WebSocket(`${world.url.replace('http', 'ws')}/room/listen`))
    joiner.socket.addEventListener('message', ({ data }) => order.push(`joiner: ${JSON.parse(String(data)).type}`))
    await world.settled()
    expect(order).toEqual(['0: PRESENCE:JOINED', '1: PRESENCE:JOINED', 'joiner: CONNECTED'])
    expect(joiner.last('CONNECTED')!.payload.members).toEqual([
      { clientID: others[0]!.clientID, presence: { n: 1 } },
      { clientID: others[1]!.clientID, presence: {} },
    ])
    expect(others[0]!.last('PRESENCE:JOINED')!.payload).toEqual({ clientID: joiner.clientID, presence: {} })
  })

  it('welcomes with what a client needs to know [MS-6]', async () => {
    const world = createWorld({
      heartbeat: { intervalMs: 9_000, timeoutMs: 4_000 },
      limits: { maxMessageBytes: 1_000, maxPresenceBytes: 500, messagesPerSecond: 7 },
    })
    await world.request('/room/emit', post(1))
    await world.request('/room/emit', post(2))
    const member = await world.connect('room', { query: withPresence({ name: 'me' }) })
    const { payload } = member.last('CONNECTED')!
    expect(payload).toMatchObject({
      members: [],
      presence: { name: 'me' },
      heartbeat: { intervalMs: 9_000, timeoutMs: 4_000 },
      limits: { maxMessageBytes: 1_000, maxPresenceBytes: 500, messagesPerSecond: 7 },
      seq: 2,
    })
    expect(payload.epoch).toMatch(/./)
    for (const absent of ['session', 'resumed', 'recovered', 'user']) expect(payload).not.toHaveProperty(absent)
  })

  it('gives every joiner of a channel the same epoch, and the head as its position [MS-6, RS-1]', async () => {
    const world = createWorld()
    const first = await world.connect('room')
    await world.request('/room/emit', post(1))
    const second = await world.connect('room')
    const [one, two] = [first.last('CONNECTED')!.payload, second.last('CONNECTED')!.payload]
    expect(two.epoch).toBe(one.epoch)
    expect([one.seq, two.seq]).toEqual([0, 1])
    await world.request('/room/emit', post(2))
    await world.settled()
    expect(second.last('DATA')!['seq']).toBe(2)
  })

  it('neither loses nor doubles an event between the snapshot and the subscription [LI-5, I8]', async () => {
    const world = createWorld()
    const watcher = await world.connect('room')
    const joiners: Promise<RawMember>[] = []
    for (let n = 0; n < 20; n++) {
      watcher.send({ type: 'EMIT', payload: n })
      watcher.send({ type: 'PRESENCE', payload: { n } })
      joiners.push(world.connect('room'))
      await Promise.resolve()
    }
    for (const joiner of await Promise.all(joiners)) {
      const { seq, members } = joiner.last('CONNECTED')!.payload
      const following = watcher.of('DATA').filter((event) => Number(event['seq']) > seq)
      expect(joiner.data).toEqual(following.map(({ payload }) => payload))
      const table = new Map(members.map((entry: any) => [entry.clientID, entry.presence]))
      for (const { payload } of joiner.of('PRESENCE:UPDATED')) table.set(payload.clientID, payload.presence)
      for (const { payload } of joiner.of('PRESENCE:JOINED')) table.set(payload.clientID, payload.presence)
      expect(table.get(watcher.clientID)).toEqual({ n: 19 })
      expect(table.size).toBe(20)
    }
  })

  it('twice over gives two members with ids of their own [MS-9, I7]', async () => {
    const world = createWorld()
    const members = await Promise.all(Array.from({ length: 30 }, () => world.connect('room')))
    expect(new Set(members.map(({ clientID }) => clientID)).size).toBe(30)
    for (const { clientID } of members) expect(clientID).toMatch(/^client_[\w-]{16,}$/)
  })
})

describe('the parameters of listen', () => {
  it.each<object>([
    {},
    { name: 'é🎉', nested: { list: [null, 1.5, { deep: true }] } },
    { clientID: 'client_x', user: 'root' },
    { constructor: { prototype: 1 }, toString: 'x' },
  ])('presence=%j is the initial presence [LI-4]', async (presence) => {
    const world = createWorld()
    const watcher = await world.connect('room')
    const member = await world.connect('room', { query: withPresence(presence) })
    expect(member.last('CONNECTED')!.payload.presence).toEqual(presence)
    expect(watcher.last('PRESENCE:JOINED')!.payload).toEqual({ clientID: member.clientID, presence })
  })

  it('presence takes __proto__ as a key like any other, for all who come later too [LI-4, ER-1]', async () => {
    const world = createWorld()
    await world.connect('room', { query: `?presence=${encodeURIComponent('{"__proto__":{"polluted":true}}')}` })
    const late = await world.connect('room')
    expect(late.texts[0]).toContain('"presence":{"__proto__":{"polluted":true}}')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    const response = await world.fetch(`${world.url}/room/members`)
    expect(await response.text()).toContain('"presence":{"__proto__":{"polluted":true}}')
  })

  it.each(['', 'null', '[]', '1', '"text"', 'true', '{', '{"a":}', 'nonsense'])(
    'presence=%s is refused with 400 and no JOINED [LI-4]',
    async (text) => {
      const world = createWorld()
      const watcher = await world.connect('room')
      const { status, body } = await upgrade(world, `/room/listen?presence=${encodeURIComponent(text)}`)
      expect(status).toBe(400)
      expect(['BAD_PARAMETER', 'BAD_PAYLOAD']).toContain(body.error.code)
      await world.settled()
      expect(watcher.types()).toEqual(['CONNECTED'])
    },
  )

  const encodedOf = (length: number) => `%7B%22a%22%3A%22${'x'.repeat(length - '%7B%22a%22%3A%22%22%7D'.length)}%22%7D`

  it.each([
    [2_048, 101],
    [2_049, 413],
  ])('presence of %i bytes as it stands in the URL is answered %i [LI-4, LM-1]', async (length, status) => {
    const world = createWorld()
    const answer = await upgrade(world, `/room/listen?presence=${encodedOf(length)}`)
    expect(answer.status).toBe(status)
    if (status === 413) expect(answer.body.error.code).toBe('PAYLOAD_TOO_LARGE')
  })

  it('presence is measured however its name is written, and wherever it stands [LI-4, LM-1]', async () => {
    const world = createWorld()
    for (const query of [
      `%70resence=${encodedOf(2_049)}`,
      `a=1&presence=${encodedOf(2_049)}`,
      `presenc%65=${encodedOf(2_049)}&b=2`,
    ]) {
      expect({ query: query.slice(0, 20), status: (await upgrade(world, `/room/listen?${query}`)).status }).toEqual({
        query: query.slice(0, 20),
        status: 413,
      })
    }
  })

  it('presence is measured encoded: fewer characters of more bytes each [LI-4, LM-1]', async () => {
    const world = createWorld()
    expect((await upgrade(world, `/room/listen${withPresence({ a: '🎉'.repeat(160) })}`)).status).toBe(101)
    expect((await upgrade(world, `/room/listen${withPresence({ a: '🎉'.repeat(180) })}`)).status).toBe(413)
  })

  it.each([
    [64, 101],
    [65, 400],
    [900, 400],
  ])('presence nested %i deep is answered %i [LI-4, LM-1]', async (depth, status) => {
    const world = createWorld()
    const presence = `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    expect((await upgrade(world, `/room/listen?presence=${presence}`)).status).toBe(status)
  })

  it('do not let a client choose its id [MS-9]', async () => {
    const world = createWorld()
    const member = await world.connect('room', {
      query: '?clientID=client_mine&client_id=client_mine&clients=client_mine',
    })
    expect(member.clientID).not.toBe('client_mine')
    expect(member.received[0]!.type).toBe('CONNECTED')
  })

  it('that are unknown are ignored [LI-4, MS-8]', async () => {
    const world = createWorld()
    const member = await world.connect('room', { query: '?x=1&__proto__=2&require-ack=maybe&attempt=3' })
    expect(member.types()).toEqual(['CONNECTED'])
  })
})

describe('a full channel', () => {
  it('takes 1,000 members and refuses the next with 503 CHANNEL_FULL; one that leaves makes room [LM-1]', async () => {
    const world = createWorld()
    const members = await Promise.all(Array.from({ length: 1_000 }, () => listenWith(world, 'room')))
    expect(world.server.channel('room').members()).toHaveLength(1_000)
    expect(await upgrade(world, '/room/listen')).toMatchObject({
      status: 503,
      body: { error: { code: 'CHANNEL_FULL' } },
    })
    const inBand = await world.connect('room', { query: '?session=new' })
    expect(inBand.last('ERROR')!.payload.code).toBe('CHANNEL_FULL')
    expect(inBand.closed?.code).toBe(1013)
    expect(await upgrade(world, '/other/listen')).toMatchObject({ status: 101 })
    members[5]!.closed(1000)
    const next = await world.connect('room')
    expect(next.last('CONNECTED')!.payload.members).toHaveLength(999)
  })

  it('is not overfilled by upgrades that were accepted at the same time: the last hears CHANNEL_FULL, and nobody of it [LM-1, LI-5]', async () => {
    const world = createWorld({ limits: { maxMembers: 2 }, authorize: () => Promise.resolve(true) })
    const address = `${world.url.replace('http', 'ws')}/room/listen`
    const members = [1, 2, 3].map(() => new RawMember(new world.WebSocket(address)))
    await world.settled()
    const inside = members.filter((member) => member.of('CONNECTED').length > 0)
    const outside = members.filter((member) => member.of('CONNECTED').length === 0)
    expect([inside.length, outside.length]).toEqual([2, 1])
    expect(outside[0]!.last('ERROR')!.payload.code).toBe('CHANNEL_FULL')
    expect(outside[0]!.closed?.code).toBe(1013)
    expect(inside[0]!.of('PRESENCE:JOINED')).toHaveLength(1)
    expect(inside.flatMap((member) => member.of('PRESENCE:LEFT'))).toEqual([])
    expect(world.server.channel('room').members()).toHaveLength(2)
  })
})
