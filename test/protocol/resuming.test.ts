// Coming back after a position: what was missed comes first, all of it and once, or it is said that it does not.
import { describe, expect, it } from 'vitest'
import { observe } from '../support/event-stream'
import { post } from '../support/requests'
import { cutOff, joinWithSession, positionOf, resume, tokenOf } from '../support/session'
import { createWorld } from '../support/world'

describe('a member that comes back', () => {
  it('in the midst of 1,000 events has them all, each once and in order [RS-2, I3, I4]', async () => {
    const world = createWorld({ history: { maxEvents: 2_000 } })
    const member = await joinWithSession(world)
    for (let n = 0; n < 1_000; n++) {
      void world.emit('room', n)
      if (n === 400) member.network.dropAfter(20)
      if (n === 700) await world.settled()
    }
    await cutOff(world, member)
    expect(member.data.length).toBeLessThan(1_000)
    const back = await resume(world, member)
    void world.emit('room', 'new')
    await world.settled()
    expect(back.last('CONNECTED')!.payload).toMatchObject({ resumed: true, recovered: true })
    expect([...member.data, ...back.data]).toEqual([...Array(1_000).keys(), 'new'])
  })

  it('is told as `seq` the position that it gave, or the head where that is lost [RS-2, MS-6]', async () => {
    const world = createWorld()
    const member = await joinWithSession(world)
    for (let n = 1; n <= 5; n++) await world.emit('room', n)
    const { epoch } = member.last('CONNECTED')!.payload
    const seqOf = async (since: string) => {
      const { seq, recovered } = (await resume(world, member, { since })).last('CONNECTED')!.payload
      return [seq, recovered]
    }
    expect(await seqOf(`${epoch}:2`)).toEqual([2, true])
    expect(await seqOf(`${epoch}:5`)).toEqual([5, true])
    expect(await seqOf(`${epoch}:6`)).toEqual([5, false])
    expect(await seqOf('another_epoch:2')).toEqual([5, false])
    expect(await seqOf('nonsense')).toEqual([5, false])
    expect(await seqOf(`${epoch}:-1`)).toEqual([5, false])
    expect(await seqOf('')).toEqual([5, false])
  })

  it('gets its place back although the events are gone: all or nothing [RS-2, RS-3, I5]', async () => {
    const world = createWorld({ history: { maxEvents: 3 } })
    const member = await joinWithSession(world)
    await cutOff(world, member)
    for (let n = 1; n <= 4; n++) await world.emit('room', n)
    const back = await resume(world, member)
    expect(back.types()).toEqual(['CONNECTED'])
    expect(back.last('CONNECTED')!.payload).toMatchObject({ resumed: true, recovered: false, seq: 4 })
    expect(back.clientID).toBe(member.clientID)
  })

  it('gets what was addressed to it, and nobody else does [RS-9, RS-2]', async () => {
    const world = createWorld()
    const [one, two] = [await joinWithSession(world), await joinWithSession(world)]
    const since = positionOf(one)
    await cutOff(world, one, two)
    await world.request(`/room/emit?clients=${one.clientID}`, post('for one'))
    await world.request(`/room/emit?clients=${two.clientID}`, post('for two'))
    await world.request(`/room/emit?clients=${one.clientID},${two.clientID}`, post('for both'))
    await world.request('/room/emit', post('for all'))
    expect((await resume(world, one, { since })).data).toEqual(['for one', 'for both', 'for all'])
    expect((await resume(world, two, { since })).data).toEqual(['for two', 'for both', 'for all'])
    expect((await world.connect('room', { query: `since=${since}` })).data).toEqual(['for all'])
    expect((await joinWithSession(world, 'room', { query: `since=${since}` })).data).toEqual(['for all'])
    expect((await observe(world, 'room', { query: `?since=${since}` })).data).toEqual(['for all'])
  })

  it('does not hear what it emitted for the others alone [CL-4, RS-2]', async () => {
    const world = createWorld()
    const [member, watcher] = [await joinWithSession(world), await world.connect('room')]
    member.emit('for the others', { echo: false })
    member.emit('for all')
    await world.settled()
    const since = `${member.last('CONNECTED')!.payload.epoch}:0`
    expect((await resume(world, member, { since })).data).toEqual(['for all'])
    expect(watcher.data).toEqual(['for the others', 'for all'])
  })

  it('owes the acknowledgements that it owed: a late one counts [ACK-4, RS-3, CL-2]', async () => {
    const world = createWorld()
    const [member, other] = [await joinWithSession(world), await world.connect('room', { autoAck: true })]
    await cutOff(world, member)
    const emit = world.pending('/room/emit?require-ack=true', post(1))
    await world.settled()
    expect(emit.answer).toBeUndefined()
    const back = await resume(world, member)
    expect(back.last('DATA')).toMatchObject({ payload: 1, requires_ack: true })
    expect(back.last('CONNECTED')!.payload).not.toHaveProperty('awaiting')
    back.ack(back.last('DATA')!['eventID'])
    await world.settled()
    expect(emit.answer).toMatchObject({ status: 200, body: { recipients: 2 } })
    expect(emit.answer!.body.acked.toSorted()).toEqual([member.clientID, other.clientID].toSorted())
  })

  it('is told in `awaiting` what it has seen and still owes, so that an ACK that was lost can be repeated [RS-3, MS-6]', async () => {
    const world = createWorld()
    const member = await joinWithSession(world)
    const first = world.pending('/room/emit?require-ack=true', post('seen'))
    await world.settled()
    member.network.hold('up')
    member.ack(member.last('DATA')!['eventID'])
    await cutOff(world, member)
    const second = world.pending('/room/emit?require-ack=true', post('missed'))
    await world.settled()
    const back = await resume(world, member)
    expect(back.last('CONNECTED')!.payload.awaiting).toEqual([member.last('DATA')!['eventID']])
    expect(back.data).toEqual(['missed'])
    back.ack(member.last('DATA')!['eventID'])
    back.ack(back.last('DATA')!['eventID'])
    await world.settled()
    expect([first.answer?.status, second.answer?.status]).toEqual([200, 200])
  })

  it('is told all that it owes where the events are lost [RS-3, MS-6]', async () => {
    const world = createWorld()
    const member = await joinWithSession(world)
    await cutOff(world, member)
    const emit = world.pending('/room/emit?require-ack=true', post(1))
    await world.settled()
    const back = await resume(world, member, { since: '' })
    const { awaiting, recovered } = back.last('CONNECTED')!.payload
    expect([awaiting.length, recovered]).toEqual([1, false])
    back.ack(awaiting[0])
    await world.settled()
    expect(emit.answer).toMatchObject({ status: 200, body: { acked: [member.clientID] } })
  })

  it('is asked for no acknowledgement that nobody waits for any more [CL-2, ACK-3]', async () => {
    const world = createWorld()
    const member = await joinWithSession(world)
    await cutOff(world, member)
    const emit = world.pending('/room/emit?require-ack=true', post(1))
    await world.advance('6s')
    expect(emit.answer).toMatchObject({
      status: 408,
      body: { error: { code: 'ACK_TIMEOUT' }, pending: [member.clientID], left: [] },
    })
    expect((await resume(world, member)).last('DATA')).toMatchObject({ payload: 1, requires_ack: false })
  })

  it('moves to `left` when its grace ends, and not before [ACK-4]', async () => {
    const world = createWorld()
    const member = await joinWithSession(world)
    await cutOff(world, member)
    await world.advance('28s')
    const emit = world.pending('/room/emit?require-ack=true', post(1))
    await world.settled()
    expect(emit.answer).toBeUndefined()
    await world.advance('3s')
    expect(emit.answer).toMatchObject({
      status: 408,
      body: { error: { code: 'ACK_INCOMPLETE' }, left: [member.clientID], pending: [] },
    })
  })

  it('after having read too slowly has nothing missing [RS-5, LM-1]', async () => {
    const world = createWorld({ limits: { maxBufferedBytes: 10_000 } })
    const [slow, watcher] = [await joinWithSession(world), await world.connect('room')]
    slow.network.hold('down')
    for (let n = 0; n < 40; n++) {
      void world.emit('room', [n, 'x'.repeat(1_000)])
      await world.settled()
    }
    slow.network.release()
    await world.settled()
    expect(slow.closed?.code).toBe(4413)
    const back = await resume(world, slow)
    expect([...slow.data, ...back.data].map((payload) => (payload as [number])[0])).toEqual([...Array(40).keys()])
    expect(back.closed).toBeUndefined()
    expect(watcher.of('PRESENCE:LEFT')).toEqual([])
  })

  it('shows a presence that it gives only where it is another one: CONNECTED, what was missed, then UPDATED [LI-4, MS-4]', async () => {
    const world = createWorld()
    const member = await joinWithSession(world, 'room', { presence: { n: 1 } })
    const watcher = await world.connect('room')
    await cutOff(world, member)
    await world.emit('room', 'missed')
    const same = await resume(world, member, { presence: { n: 1 } })
    expect(same.types()).toEqual(['CONNECTED', 'DATA'])
    expect(same.last('CONNECTED')!.payload.presence).toEqual({ n: 1 })
    const changed = await resume(world, member, { presence: { n: 2 } })
    expect(changed.types()).toEqual(['CONNECTED', 'DATA', 'PRESENCE:UPDATED'])
    expect(changed.last('CONNECTED')!.payload.presence).toEqual({ n: 2 })
    expect(changed.last('PRESENCE:UPDATED')!.payload).toEqual({ clientID: member.clientID, presence: { n: 2 } })
    expect(watcher.of('PRESENCE:UPDATED')).toHaveLength(1)
    expect((await resume(world, member)).last('CONNECTED')!.payload.presence).toEqual({ n: 2 })
  })

  it('gets no rewind, which is for who is new [RS-8]', async () => {
    const world = createWorld({ history: { readable: true } })
    const member = await joinWithSession(world)
    for (let n = 1; n <= 3; n++) await world.emit('room', n)
    expect((await resume(world, member, { query: 'rewind=2' })).data).toEqual([])
    expect((await resume(world, member, { since: 'other:0', query: 'rewind=2' })).data).toEqual([])
  })

  it('gets the answers to what it emitted before: EMITTED and ACKED come on its new connection [CL-4, RS-3]', async () => {
    const world = createWorld()
    const [member, other] = [await joinWithSession(world), await world.connect('room')]
    member.emit('x', { requires_ack: true, echo: false, progress: true, ref: 'r' })
    await world.settled()
    await cutOff(world, member)
    const back = await resume(world, member)
    other.ack(other.last('DATA')!['eventID'])
    await world.settled()
    expect(back.types()).toEqual(['CONNECTED', 'ACKED', 'EMITTED'])
    expect(back.last('EMITTED')!.payload).toMatchObject({ success: true, ref: 'r', acked: [other.clientID] })
  })

  it('may repeat an EMIT whose answer was lost: it is delivered once, and answered [EM-8, CL-4]', async () => {
    const world = createWorld()
    const [member, other] = [await joinWithSession(world), await world.connect('room')]
    const eventID = 'evt_0123456789abcdef'
    member.network.hold('down')
    member.emit('once', { eventID, ref: '1' })
    await cutOff(world, member)
    const back = await resume(world, member)
    back.emit('once', { eventID, ref: '2' })
    await world.settled()
    expect(other.data).toEqual(['once'])
    expect(back.data).toEqual(['once'])
    expect(back.last('EMITTED')!.payload).toMatchObject({ success: true, eventID, ref: '2', recipients: 2 })
  })

  it('may repeat an EMIT that was still being authorised: once, in its order, and each is answered [EM-8, EM-9]', async () => {
    const waiting: (() => void)[] = []
    const world = createWorld({
      authorize: ({ action }) =>
        action !== 'emit' || new Promise<boolean>((resolve) => waiting.push(() => resolve(true))),
    })
    const [member, other] = [await joinWithSession(world), await world.connect('room')]
    const eventID = 'evt_0123456789abcdef'
    member.emit('once', { eventID, ref: '1' })
    member.emit('second')
    await world.settled()
    await cutOff(world, member)
    const back = await resume(world, member)
    back.emit('once', { eventID, ref: '2' })
    for (let n = 0; n < 3; n++) {
      await world.settled()
      waiting.shift()!()
    }
    await world.settled()
    expect(other.data).toEqual(['once', 'second'])
    expect(back.of('EMITTED').map(({ payload }) => [payload.ref, payload.success])).toEqual([
      ['1', true],
      [undefined, true],
      ['2', true],
    ])
  })
})

describe('a position without a session', () => {
  it('gives a new member what was public since, and it is told a `recovered` [RS-2, LI-4]', async () => {
    const world = createWorld()
    const first = await world.connect('room')
    const since = positionOf(first)
    await world.emit('room', 1)
    await world.emit('room', 2)
    const second = await world.connect('room', { query: `since=${since}` })
    expect(second.types()).toEqual(['CONNECTED', 'DATA', 'DATA'])
    expect(second.data).toEqual([1, 2])
    expect(second.last('CONNECTED')!.payload).toMatchObject({ recovered: true, seq: 0 })
    expect(second.last('CONNECTED')!.payload).not.toHaveProperty('resumed')
  })

  it('gives an observer the same; Last-Event-ID, which is newer, wins [RS-2, LI-2]', async () => {
    const world = createWorld()
    const first = await world.connect('room')
    for (let n = 1; n <= 3; n++) await world.emit('room', n)
    const { epoch } = first.last('CONNECTED')!.payload
    expect((await observe(world, 'room', { query: `?since=${epoch}:1` })).data).toEqual([2, 3])
    const headers = { 'last-event-id': `${epoch}:2` }
    expect((await observe(world, 'room', { query: `?since=${epoch}:1`, headers })).data).toEqual([3])
  })

  it('of an earlier life of the server gives what was saved, to a new member [RS-1, RS-2, RS-3]', async () => {
    const world = createWorld()
    const member = await joinWithSession(world)
    await world.emit('room', 1)
    await world.request(`/room/emit?clients=${member.clientID}`, post('private'))
    await world.emit('room', 2)
    await world.restart()
    await world.settled()
    const { epoch } = member.last('CONNECTED')!.payload
    const back = await resume(world, member, { since: `${epoch}:1` })
    expect(back.last('CONNECTED')!.payload).toMatchObject({ resumed: false, recovered: true })
    expect(tokenOf(back)).not.toBe(tokenOf(member))
    expect(back.data).toEqual([2])
    await world.restart({ history: false })
    expect((await resume(world, back)).last('CONNECTED')!.payload).toMatchObject({ resumed: false, recovered: false })
  })
})
