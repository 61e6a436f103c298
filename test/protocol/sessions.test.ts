// Sessions: a member that lost its connection keeps its place for a while, and comes back to it.
import { describe, expect, it } from 'vitest'
import { cutOff, joinWithSession, resume, tokenOf } from '../support/session'
import { createWorld } from '../support/world'

describe('a session', () => {
  it('is given to who asks for one: private, unguessable, nothing resumed and nothing missing [RS-4, RS-7, MS-6]', async () => {
    const world = createWorld()
    const [one, other] = [await joinWithSession(world), await joinWithSession(world)]
    expect(one.last('CONNECTED')!.payload).toMatchObject({ resumed: false, recovered: true })
    expect(tokenOf(one)).toMatch(/^[\w-]{16,}$/)
    expect(tokenOf(other)).not.toBe(tokenOf(one))
    expect(one.last('CONNECTED')!.payload).not.toHaveProperty('awaiting')
  })

  it('is told to nobody else, in no frame, list, saved stream or figure [RS-7, ER-2]', async () => {
    const world = createWorld({ history: { readable: true } })
    const [member, watcher] = [await joinWithSession(world), await world.connect('room')]
    member.emit({ n: 1 })
    member.setPresence({ n: 1 })
    await cutOff(world, member)
    const back = await resume(world, member, { query: 'presence={"n":2}' })
    await resume(world, back, { query: 'attempt=1' })
    await world.settled()
    const late = await world.connect('room')
    const seen = [watcher.texts, late.texts, world.server.save(), world.server.stats(), world.members('room')]
    expect(JSON.stringify([...seen, await world.request('/room/members')])).not.toContain(tokenOf(member))
    expect(JSON.stringify(world.errors)).not.toContain(tokenOf(member))
    expect([...back.of('PRESENCE:UPDATED'), ...back.of('DATA'), ...back.of('ERROR')].length).toBeGreaterThan(0)
    const others = back.texts.filter((text) => !text.includes('"type":"CONNECTED"'))
    expect(others.join('')).not.toContain(tokenOf(member))
  })

  it('gives back the same clientID, presence and place, and nobody sees it go or come [RS-3]', async () => {
    const world = createWorld()
    const member = await joinWithSession(world, 'room', { presence: { name: 'ada' } })
    const watcher = await world.connect('room')
    await cutOff(world, member)
    await world.advance('29s')
    const back = await resume(world, member)
    expect(world.server.stats()).toMatchObject({ members: 2, away: 0 })
    expect(back.clientID).toBe(member.clientID)
    expect(back.last('CONNECTED')!.payload).toMatchObject({
      ...{ resumed: true, recovered: true, presence: { name: 'ada' }, session: tokenOf(member) },
      members: [{ clientID: watcher.clientID, presence: {} }],
    })
    await world.advance('60s')
    expect(watcher.of('PRESENCE:LEFT')).toEqual([])
    expect(watcher.of('PRESENCE:JOINED')).toEqual([])
    expect(world.members('room')).toHaveLength(2)
    expect(back.closed).toBeUndefined()
  })

  it('may be resumed again and again [RS-3]', async () => {
    const world = createWorld()
    let member = await joinWithSession(world)
    const { clientID } = member
    for (let n = 1; n <= 5; n++) {
      await cutOff(world, member)
      await world.advance('20s')
      void world.emit('room', n)
      member = await resume(world, member)
      expect([member.clientID, member.data]).toEqual([clientID, [n]])
    }
  })

  it.each([
    ['an unknown token', 'session=session_of_somebody_else'],
    ['an empty one', 'session='],
    ['a name that objects have', 'session=__proto__'],
  ])('is a new one for who comes with %s, which is told so [RS-3, MS-6]', async (_, query) => {
    const world = createWorld()
    const member = await joinWithSession(world)
    const other = await world.connect('room', { query })
    expect(other.last('CONNECTED')!.payload).toMatchObject({ resumed: false, recovered: false })
    expect(other.clientID).not.toBe(member.clientID)
    await cutOff(world, other)
    expect((await resume(world, other)).last('CONNECTED')!.payload).toMatchObject({ resumed: true })
  })

  it('belongs to its channel: elsewhere it is a new member, and the place is kept [RS-3]', async () => {
    const world = createWorld()
    const member = await joinWithSession(world)
    await cutOff(world, member)
    const elsewhere = await resume(world, member, { channel: 'hall' })
    expect(elsewhere.last('CONNECTED')!.payload).toMatchObject({ resumed: false, recovered: false })
    expect(tokenOf(elsewhere)).not.toBe(tokenOf(member))
    expect((await resume(world, member)).clientID).toBe(member.clientID)
  })

  it('says nothing of itself to who did not ask for one [RS-4, MS-6]', async () => {
    const world = createWorld()
    const { payload } = (await world.connect('room')).last('CONNECTED')!
    for (const absent of ['session', 'resumed', 'recovered', 'awaiting']) expect(payload).not.toHaveProperty(absent)
  })

  it('keeps the place in a full channel, for nobody else [RS-3, LM-1]', async () => {
    const world = createWorld({ limits: { maxMembers: 2 } })
    const [member] = [await joinWithSession(world), await world.connect('room')]
    await cutOff(world, member)
    expect((await world.connect('room')).refused?.code).toBe('CHANNEL_FULL')
    expect((await joinWithSession(world)).last('ERROR')!.payload.code).toBe('CHANNEL_FULL')
    expect((await resume(world, member)).last('CONNECTED')!.payload.resumed).toBe(true)
  })
})
