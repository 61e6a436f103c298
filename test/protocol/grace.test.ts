// The while for which a member that has a session may be away: how long it is, who has none, and what the others see meanwhile.
import { describe, expect, it } from 'vitest'
import { post } from '../support/requests'
import { cutOff, joinWithSession, resume, tokenOf } from '../support/session'
import { createWorld } from '../support/world'

describe('the grace', () => {
  it('ends after 30 seconds: LEFT once, and then it is a new member [RS-3, RS-4]', async () => {
    const world = createWorld()
    const [member, watcher] = [await joinWithSession(world), await world.connect('room')]
    await cutOff(world, member)
    await world.advance('29s')
    expect(watcher.of('PRESENCE:LEFT')).toEqual([])
    await world.advance('2s')
    expect(watcher.of('PRESENCE:LEFT').map(({ payload }) => payload.clientID)).toEqual([member.clientID])
    const back = await resume(world, member)
    expect(back.last('CONNECTED')!.payload).toMatchObject({ resumed: false, recovered: true })
    expect(back.clientID).not.toBe(member.clientID)
    await world.advance('60s')
    expect(watcher.of('PRESENCE:LEFT')).toHaveLength(1)
  })

  it.each([100, 5_000, 90_000])('is %i ms where the option says so, never less [RS-3]', async (graceMs) => {
    const world = createWorld({ graceMs })
    const members = [await joinWithSession(world), await joinWithSession(world)] as const
    await world.advance(333)
    await cutOff(world, ...members)
    await world.advance(graceMs - 1)
    expect((await resume(world, members[0])).last('CONNECTED')!.payload.resumed).toBe(true)
    await world.advance(graceMs / 10 + 1_000)
    expect((await resume(world, members[1])).last('CONNECTED')!.payload.resumed).toBe(false)
  })

  it('is none where the option is 0 [RS-4]', async () => {
    const world = createWorld({ graceMs: 0 })
    const member = await joinWithSession(world)
    await cutOff(world, member)
    expect(world.members('room')).toEqual([])
  })

  it('is not for who has no session: that one leaves when its socket closes [RS-4]', async () => {
    const world = createWorld()
    const [member, watcher] = [await world.connect('room'), await world.connect('room')]
    await cutOff(world, member)
    expect(watcher.of('PRESENCE:LEFT')).toHaveLength(1)
  })

  it.each([1000, 1001, undefined, 4400, 4403])(
    'is not for who closes with %s: that one leaves at once [RS-5]',
    async (code) => {
      const left: unknown[] = []
      const world = createWorld({ onLeave: ({ code: told }) => left.push(told) })
      const [member, watcher] = [await joinWithSession(world), await world.connect('room')]
      // No browser lets a page say 1001: it says so itself.
      if (code === 1001) await world.request('/room/send', post({ type: 'CLOSE', code }, { session: tokenOf(member) }))
      else member.close(code)
      await world.settled()
      expect(watcher.of('PRESENCE:LEFT')).toHaveLength(1)
      expect(left).toEqual([code ?? 1005])
      expect((await resume(world, member)).last('CONNECTED')!.payload.resumed).toBe(false)
    },
  )

  it.each([4000, 4401, 4408, 4413, 4429, 3000])('is for who closes with %i [RS-5]', async (code) => {
    const world = createWorld()
    const [member, watcher] = [await joinWithSession(world), await world.connect('room')]
    member.close(code)
    await world.settled()
    expect(watcher.of('PRESENCE:LEFT')).toEqual([])
    expect((await resume(world, member)).clientID).toBe(member.clientID)
  })

  it.each([
    ['PING_TIMEOUT', 4408, true],
    ['UNAUTHORIZED', 4401, true],
    ['RATE_LIMITED', 4429, true],
    ['INTERNAL', 1011, true],
    ['BAD_MESSAGE', 4400, false],
    ['FORBIDDEN', 4403, false],
  ] as const)('after the server closed with %s, %i: %s [RS-5]', async (code, close, hasGrace) => {
    const world = createWorld()
    const [member, watcher] = [await joinWithSession(world), await world.connect('room')]
    world.server.channel('room').disconnect(member.clientID, { code })
    await world.settled()
    expect(member.closed?.code).toBe(close)
    expect(watcher.of('PRESENCE:LEFT')).toHaveLength(hasGrace ? 0 : 1)
    expect((await resume(world, member)).last('CONNECTED')!.payload.resumed).toBe(hasGrace)
  })

  it('is cut short by the program: who is FORBIDDEN while it is away has left [RS-5]', async () => {
    const world = createWorld()
    const [member, watcher] = [await joinWithSession(world), await world.connect('room')]
    await cutOff(world, member)
    expect(world.server.channel('room').disconnect(member.clientID, { code: 'UNAUTHORIZED' })).toBe(true)
    expect(watcher.of('PRESENCE:LEFT')).toEqual([])
    expect(world.server.channel('room').disconnect(member.clientID)).toBe(true)
    await world.settled()
    expect(watcher.of('PRESENCE:LEFT')).toHaveLength(1)
    expect(world.server.channel('room').disconnect(member.clientID)).toBe(false)
  })

  it('tells onJoin and onLeave once, with the code of the connection that was lost [RS-3, RS-5]', async () => {
    const told: unknown[] = []
    const world = createWorld({
      onJoin: ({ member }) => told.push(['join', member.clientID]),
      onLeave: ({ member, code }) => told.push(['leave', member.clientID, code]),
    })
    const member = await joinWithSession(world)
    member.close(4000)
    await world.settled()
    const back = await resume(world, member)
    await cutOff(world, back)
    await world.advance('31s')
    expect(told).toEqual([
      ['join', member.clientID],
      ['leave', member.clientID, 1006],
    ])
  })

  it('outlasts a stall of the process: nobody is dropped who could not come back [RS-4, I17]', async () => {
    const world = createWorld()
    const member = await joinWithSession(world)
    await cutOff(world, member)
    world.clock.freeze(600_000)
    await world.advance('20s')
    expect((await resume(world, member)).last('CONNECTED')!.payload.resumed).toBe(true)
  })

  it('needs no timer of its own, and leaves none behind [I10, CH-4]', async () => {
    const world = createWorld()
    const members = await Promise.all(Array.from({ length: 20 }, () => joinWithSession(world)))
    await cutOff(world, ...members)
    expect(world.clock.pending).toBe(1)
    expect(world.server.stats()).toMatchObject({ channels: 1, members: 20, away: 20 })
    await world.advance('31s')
    expect(world.server.stats()).toMatchObject({ channels: 0, members: 0, away: 0 })
    expect(world.clock.pending).toBe(0)
  })

  it('ends with the server: nobody is left behind who was away [RS-5, HL-1]', async () => {
    const left: unknown[] = []
    const world = createWorld({ onLeave: ({ code }) => left.push(code) })
    const [away, here] = [await joinWithSession(world), await joinWithSession(world)]
    await cutOff(world, away)
    await world.server.close({ drainMs: 0 })
    await world.settled()
    expect(here.closed?.code).toBe(1012)
    expect(left).toEqual([1012, 1012])
    expect(world.server.stats()).toMatchObject({ channels: 0, members: 0, away: 0 })
    expect(world.clock.pending).toBe(0)
  })
})

describe('a member in grace', () => {
  it('is still in every list of members [RS-3, MB-1, LI-5]', async () => {
    const world = createWorld()
    const member = await joinWithSession(world, 'room', { presence: { n: 1 } })
    await cutOff(world, member)
    const entry = { clientID: member.clientID, presence: { n: 1 } }
    expect((await world.request('/room/members')).body.members).toEqual([entry])
    expect((await world.connect('room')).last('CONNECTED')!.payload.members).toEqual([entry])
  })

  it('is a recipient, and gets what it missed when it comes back [RS-2, EM-6]', async () => {
    const world = createWorld()
    const member = await joinWithSession(world)
    await cutOff(world, member)
    expect((await world.request('/room/emit', post('missed'))).body.recipients).toBe(1)
    expect((await world.request(`/room/emit?clients=${member.clientID}`, post('private'))).body).toMatchObject({
      recipients: 1,
    })
    expect((await resume(world, member)).data).toEqual(['missed', 'private'])
  })

  it('is chosen by number only when there are not enough who are connected [EM-4]', async () => {
    const world = createWorld()
    const away = [await joinWithSession(world), await joinWithSession(world)]
    const here = [await world.connect('room'), await world.connect('room'), await world.connect('room')]
    await cutOff(world, ...away)
    const reached = new Map<string, number>()
    for (let n = 0; n < 200; n++) {
      await world.request('/room/emit?clients=1', post(n))
      await world.settled()
    }
    for (const member of here) reached.set(member.clientID, member.data.length)
    expect([...reached.values()].reduce((sum, count) => sum + count)).toBe(200)
    for (const count of reached.values()) expect(count).toBeGreaterThan(40)
    expect((await world.request('/room/emit?clients=4', post('most'))).body.recipients).toBe(4)
    for (const member of here) expect(member.data.at(-1)).toBe('most')
    const back = await Promise.all(away.map((member) => resume(world, member)))
    expect(back.flatMap(({ data }) => data)).toEqual(['most'])
    const { body } = await world.request('/room/emit?clients=6', post('all'))
    expect(body.error).toMatchObject({ code: 'NOT_ENOUGH_CLIENTS', available: 5 })
  })

  it('is not pinged, and is pinged again from when it came back [CL-5, RS-3]', async () => {
    const world = createWorld()
    const member = await joinWithSession(world, 'room', { autoPong: false })
    await world.advance('21s')
    await cutOff(world, member)
    await world.advance('25s')
    const back = await resume(world, member, { autoPong: false })
    await world.advance('19s')
    expect(back.types()).toEqual(['CONNECTED'])
    await world.advance('2s')
    expect(back.types()).toEqual(['CONNECTED', 'PING'])
    await world.advance('16s')
    expect(back.closed?.code).toBe(4408)
  })
})
