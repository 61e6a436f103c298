// Two connections of one session: the newer one has the place, and who resumes is authorised like anybody else.
import { describe, expect, it } from 'vitest'
import { post, upgrade } from '../support/requests'
import { cutOff, joinWithSession, positionOf, resume, tokenOf } from '../support/session'
import { createWorld } from '../support/world'

/** A member that is cut off, and a server that from then on authorises nobody until a test lets it, by the `waiting` in their order. */
async function awayFromSlowServer() {
  const waiting: (() => void)[] = []
  let isSlow = false
  const world = createWorld({
    authorize: () => !isSlow || new Promise<boolean>((resolve) => waiting.push(() => resolve(true))),
  })
  const member = await joinWithSession(world)
  await cutOff(world, member)
  isSlow = true
  return { world, member, waiting }
}

describe('a second connection of a session', () => {
  it('replaces the first, which is told REPLACED and closed with 4409, and nobody else notices [RS-6]', async () => {
    const world = createWorld()
    const [first, watcher] = [await joinWithSession(world), await world.connect('room')]
    const second = await resume(world, first, { query: 'attempt=1' })
    expect(first.last('ERROR')!.payload.code).toBe('REPLACED')
    expect(first.closed?.code).toBe(4409)
    expect(second.last('CONNECTED')!.payload.resumed).toBe(true)
    await world.emit('room', 1)
    await world.advance('60s')
    expect([first.data, second.data]).toEqual([[], [1]])
    expect(watcher.types().filter((type) => type.startsWith('PRESENCE'))).toEqual([])
    expect(second.closed).toBeUndefined()
  })

  it('silences the first: what that one still sends does nothing, and its close changes nothing [RS-6]', async () => {
    const world = createWorld()
    const [first, watcher] = [await joinWithSession(world), await world.connect('room')]
    first.network.hold('up')
    first.setPresence({ from: 'the grave' })
    first.emit('from the grave')
    const emit = world.pending(`/room/emit?require-ack=true&clients=${first.clientID}`, post(1))
    await world.settled()
    first.ack(first.last('DATA')!['eventID'])
    first.close(1000)
    const second = await resume(world, first)
    first.network.release()
    await world.settled()
    expect(watcher.types()).toEqual(['CONNECTED'])
    expect(emit.answer).toBeUndefined()
    expect(second.last('CONNECTED')!.payload.awaiting).toHaveLength(1)
    second.ack(second.last('CONNECTED')!.payload.awaiting[0])
    await world.settled()
    expect(emit.answer?.status).toBe(200)
    expect(world.members('room')).toHaveLength(2)
  })

  it.each([
    ['connected', false],
    ['away', true],
  ])('that is not newer is refused while the member is %s, and harms nothing [RS-6]', async (_, isAway) => {
    const world = createWorld()
    const first = await joinWithSession(world, 'room', { query: 'attempt=5' })
    const watcher = await world.connect('room')
    if (isAway) await cutOff(world, first)
    for (const attempt of [5, 4, 0]) {
      const stale = await resume(world, first, { query: `attempt=${attempt}&presence={"stale":true}` })
      expect(stale.types()).toEqual(['ERROR'])
      expect(stale.last('ERROR')!.payload.code).toBe('REPLACED')
      expect(stale.closed?.code).toBe(4409)
    }
    expect(first.closed?.code).toBe(isAway ? 1006 : undefined)
    expect((await resume(world, first, { query: 'attempt=6' })).last('CONNECTED')!.payload).toMatchObject({
      ...{ resumed: true, presence: {} },
    })
    expect(watcher.types()).toEqual(['CONNECTED'])
  })

  it('is newer where it gives no attempt: it counts as one more [RS-6]', async () => {
    const world = createWorld()
    const first = await joinWithSession(world, 'room', { query: 'attempt=7' })
    const second = await resume(world, first)
    expect([first.closed?.code, second.closed]).toEqual([4409, undefined])
    expect((await resume(world, first, { query: 'attempt=8' })).closed?.code).toBe(4409)
    expect((await resume(world, first, { query: 'attempt=9' })).closed).toBeUndefined()
  })

  it('that races another wins by its attempt, whichever comes first [RS-6]', async () => {
    for (const order of [
      [1, 2],
      [2, 1],
    ]) {
      const { world, member, waiting } = await awayFromSlowServer()
      const racing = [await resume(world, member, { query: 'attempt=1' })]
      racing.push(await resume(world, member, { query: 'attempt=2' }))
      for (const attempt of order) {
        waiting[attempt - 1]!()
        await world.settled()
      }
      expect(racing.map(({ closed }) => closed?.code)).toEqual([4409, undefined])
      expect(racing[1]!.clientID).toBe(member.clientID)
      expect(world.members('room')).toHaveLength(1)
    }
  })

  it.each(['', '-1', '1.5', 'x', '%2B1', '1e3', '1234567890123456'])(
    'with attempt=%s is 400 BAD_PARAMETER [RS-6, LI-4]',
    async (attempt) => {
      const world = createWorld()
      expect(await upgrade(world, `/room/listen?attempt=${attempt}`)).toMatchObject({
        status: 400,
        body: { error: { code: 'BAD_PARAMETER' } },
      })
      const inBand = await joinWithSession(world, 'room', { query: `attempt=${attempt}` })
      expect([inBand.types(), inBand.closed?.code]).toEqual([['ERROR'], 4400])
    },
  )
})

describe('who resumes', () => {
  it('is asked for its token like anybody else, and may be refused by then [RS-7, LI-6]', async () => {
    let isBanned = false
    const asked: unknown[] = []
    const world = createWorld({
      authorize: ({ action, token }) => {
        asked.push([action, token])
        return isBanned ? { refuse: 'FORBIDDEN' } : true
      },
    })
    const member = await joinWithSession(world, 'room', { query: 'token=one' })
    await cutOff(world, member)
    const back = await resume(world, member, { query: 'token=two' })
    expect(back.last('CONNECTED')!.payload.resumed).toBe(true)
    expect(asked).toEqual([
      ['listen', 'one'],
      ['listen', 'two'],
    ])
    isBanned = true
    const refused = await resume(world, member, { query: 'token=three' })
    expect([refused.types(), refused.closed?.code]).toEqual([['ERROR'], 4403])
  })

  it('emits by the token of its newest connection [RS-7, OR-3]', async () => {
    const world = createWorld({ authorize: ({ action, token }) => action !== 'emit' || token === 'two' })
    const member = await joinWithSession(world, 'room', { query: 'token=one' })
    member.emit(1)
    await world.settled()
    expect(member.last('EMITTED')!.payload.error.code).toBe('FORBIDDEN')
    const back = await resume(world, member, { query: 'token=two' })
    back.emit(2)
    await world.settled()
    expect(back.last('EMITTED')!.payload.success).toBe(true)
  })

  it('after its token has expired comes back with another one, until that expires [RS-7, OR-2]', async () => {
    const world = createWorld({ authorize: ({ token }) => ({ user: 'ada', expiresAt: Number(token) }) })
    const start = world.clock.unixNow()
    const member = await joinWithSession(world, 'room', { query: `token=${start + 10_000}` })
    const watcher = await world.connect('room', { query: `token=${start + 10_000_000}` })
    await world.advance('11s')
    expect(member.closed?.code).toBe(4401)
    await world.emit('room', 'missed')
    const back = await resume(world, member, { query: `token=${start + 60_000}` })
    expect(back.last('CONNECTED')!.payload).toMatchObject({ resumed: true, recovered: true })
    expect(back.data).toEqual(['missed'])
    await world.advance('40s')
    expect(back.closed).toBeUndefined()
    await world.advance('10s')
    expect(back.closed?.code).toBe(4401)
    expect(watcher.of('PRESENCE:LEFT')).toEqual([])
  })

  it('under another name is a new member, and the old place is kept for its own [RS-7]', async () => {
    const world = createWorld({ authorize: ({ token }) => ({ user: { name: token ?? '' } }) })
    const member = await joinWithSession(world, 'room', { query: 'token=ada' })
    await world.request(`/room/emit?clients=${member.clientID}`, post('for ada'))
    const thief = await resume(world, member, { query: 'token=bob' })
    expect(thief.last('CONNECTED')!.payload).toMatchObject({ resumed: false, user: { name: 'bob' } })
    expect(thief.clientID).not.toBe(member.clientID)
    expect(member.closed).toBeUndefined()
    expect(thief.data).toEqual([])
    await cutOff(world, member)
    const back = await resume(world, member, { query: 'token=ada' })
    expect(back.clientID).toBe(member.clientID)
  })

  it('needs no `history` for what came after it had joined [RS-7, OR-3]', async () => {
    const asked: string[] = []
    const world = createWorld({
      authorize: ({ action }) => {
        asked.push(action)
        return action !== 'history'
      },
    })
    await world.emit('room', 'before')
    const member = await joinWithSession(world)
    const { epoch } = member.last('CONNECTED')!.payload
    await cutOff(world, member)
    await world.emit('room', 'missed')
    expect((await resume(world, member)).data).toEqual(['missed'])
    expect((await resume(world, member, { since: `other:0`, query: 'rewind=5' })).data).toEqual([])
    expect(asked.splice(0)).toEqual(['listen', 'listen', 'listen'])
    const older = await resume(world, member, { since: `${epoch}:0` })
    expect(older.last('CONNECTED')!.payload).toMatchObject({ resumed: true, recovered: false })
    expect(older.data).toEqual([])
    expect(asked.splice(0)).toEqual(['listen', 'history'])
    const stranger = await world.connect('room', { query: `since=${positionOf(member)}` })
    expect(stranger.last('CONNECTED')!.payload.recovered).toBe(false)
    expect(asked).toEqual(['listen', 'history'])
  })

  it('with `history` may go back beyond its joining [RS-7, RS-2]', async () => {
    const world = createWorld({ authorize: () => true })
    await world.emit('room', 'before')
    const member = await joinWithSession(world)
    const { epoch } = member.last('CONNECTED')!.payload
    expect((await resume(world, member, { since: `${epoch}:0` })).data).toEqual(['before'])
  })

  it('while its grace ends during the authorisation is a new member, and needs leave for the past [RS-3, RS-7]', async () => {
    const asked: string[] = []
    const waiting: (() => void)[] = []
    const world = createWorld({
      graceMs: 2_000,
      authorize: ({ action, token }) => {
        asked.push(action)
        if (action === 'history') return false
        return token !== 'slow' || new Promise<boolean>((resolve) => waiting.push(() => resolve(true)))
      },
    })
    const [member, watcher] = [await joinWithSession(world), await world.connect('room')]
    await cutOff(world, member)
    await world.emit('room', 'missed')
    const back = await resume(world, member, { query: 'token=slow' })
    await world.advance('4s')
    expect(watcher.of('PRESENCE:LEFT')).toHaveLength(1)
    waiting[0]!()
    await world.settled()
    expect(back.types()).toEqual(['CONNECTED'])
    expect(back.last('CONNECTED')!.payload).toMatchObject({ resumed: false, recovered: false })
    expect(asked).toEqual(['listen', 'listen', 'listen', 'history'])
  })

  it('while its grace ends as leave for the past is asked for is a new member, with as much as was granted [RS-3, RS-7]', async () => {
    const waiting: ((verdict: boolean) => void)[] = []
    const world = createWorld({
      graceMs: 2_000,
      authorize: ({ action }) => action !== 'history' || new Promise<boolean>((resolve) => waiting.push(resolve)),
    })
    await world.emit('room', 'before')
    const [member] = [await joinWithSession(world), await world.connect('room')]
    await cutOff(world, member)
    await world.request(`/room/emit?clients=${member.clientID}`, post('private'))
    const since = `${member.last('CONNECTED')!.payload.epoch}:0`
    const back = [await resume(world, member, { since }), await resume(world, member, { since, query: 'rewind=1' })]
    await world.advance('4s')
    waiting[0]!(true)
    waiting[1]!(false)
    await world.settled()
    expect(back.map(({ data }) => data)).toEqual([['before'], []])
    const told = back.map((one) => one.last('CONNECTED')!.payload)
    expect(told).toMatchObject([
      { resumed: false, recovered: true },
      { resumed: false, recovered: false },
    ])
  })

  it('while the server goes down is told so, and its place is gone [HL-1, RS-3]', async () => {
    const { world, member, waiting } = await awayFromSlowServer()
    const back = await resume(world, member)
    await world.server.close({ drainMs: 0 })
    waiting[0]!()
    await world.settled()
    expect(back.last('ERROR')!.payload.code).toBe('DRAINING')
    expect(back.closed?.code).toBe(1012)
    expect(world.server.stats().members).toBe(0)
    expect(world.clock.pending).toBe(0)
  })

  it('is not heard before it was let in: no frame of the old connection counts as its own [RS-6, RS-7]', async () => {
    const world = createWorld()
    const [member, watcher] = [await joinWithSession(world), await world.connect('room')]
    await cutOff(world, member)
    member.emit('from the grave')
    await world.settled()
    expect(watcher.data).toEqual([])
    expect(tokenOf(await resume(world, member))).toBe(tokenOf(member))
  })
})
