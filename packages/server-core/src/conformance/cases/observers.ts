// Section 4 and 8: listening over server-sent events, and coming back after a position.
import { type ConformanceCase, full } from '../case'
import { absent, at, like, ok, same, Some, text } from '../match'
import { historyWhereTokens } from './session'

export const observerCases: readonly ConformanceCase[] = [
  full('LI-2', 'streams the same messages as events, CONNECTED first', async (t) => {
    const observer = await t.observe()
    const type = observer.response.headers.get('content-type') ?? ''
    ok(type.startsWith('text/event-stream'), `expected the Content-Type text/event-stream, got "${type}"`)
    const member = await t.join()
    await t.post({ text: 'line\nbreak \u2028 🦊' })
    await observer.nth(1, 'DATA')
    await member.leave()
    await observer.nth(1, 'PRESENCE:LEFT')
    const seen = observer.events.filter(({ comment }) => !comment)
    same(
      seen.map(({ event }) => event),
      ['CONNECTED', 'PRESENCE:JOINED', 'DATA', 'PRESENCE:LEFT'],
      'the events',
    )
    const mine = at(seen[0]?.data, 'clientID')
    for (const { event, data } of seen)
      like(data, { type: event, clientID: mine, latency: 0 }, `the message of ${event}`)
    like(seen[1]?.data, { payload: { clientID: member.clientID, presence: {} } }, 'PRESENCE:JOINED')
    like(seen[2]?.data, { payload: { text: 'line\nbreak \u2028 🦊' } }, 'DATA')
  }),
  full('LI-2', 'gives DATA alone an id: the position <epoch>:<seq>', async (t) => {
    const observer = await t.observe()
    await t.join()
    await t.post(1)
    const data = await observer.nth(1, 'DATA')
    const connected = observer.of('CONNECTED')[0]
    same(
      data.id,
      `${String(at(connected?.data, 'payload', 'epoch'))}:${String(at(data.data, 'seq'))}`,
      'the id of DATA',
    )
    for (const { event, id } of observer.events)
      if (event !== 'DATA') same(id, undefined, `the id of ${event || 'a comment'}`)
  }),
  full('LI-2', 'tells an observer a clientID, and nobody of the observer', async (t) => {
    const watcher = await t.join()
    const observer = await t.observe()
    const welcome = observer.of('CONNECTED')[0]?.data
    like(welcome, { clientID: text }, 'CONNECTED')
    const mine = String(at(welcome, 'clientID'))
    like(await t.post('x'), { body: { recipients: 1 } }, 'the answer to an event for everyone')
    const answer = await t.post('y', `clients=${mine}`)
    like(answer, { status: 200, body: { recipients: 0 } }, 'the answer to an event for the observer')
    const late = await t.join()
    await t.fence(watcher)
    const seen = JSON.stringify([await t.memberList(), late.welcome, watcher.frames.map(({ payload }) => payload)])
    ok(!seen.includes(mine), 'expected the observer in no member list and no PRESENCE:JOINED, but it was there')
  }),
  full('LI-2', 'gives an observer the public DATA, which it need not acknowledge', async (t) => {
    const member = await t.join({ ack: true })
    const observer = await t.observe()
    const addressed = await t.post('for one', `clients=${member.clientID}`)
    like(addressed, { status: 200 }, 'the answer to an addressed event')
    const answer = await t.post('for all', 'require-ack=true&_timeout=60000')
    like(answer, { status: 200 }, 'the answer')
    like(
      (await observer.nth(1, 'DATA')).data,
      { payload: 'for all', requires_ack: false },
      'the first DATA of an observer',
    )
  }),
  full(
    'LI-2',
    'keeps an observer’s stream alive by comments instead of PING',
    async (t) => {
      const observer = await t.observe()
      const interval = at(observer.of('CONNECTED')[0]?.data, 'payload', 'heartbeat', 'intervalMs')
      const ms = typeof interval === 'number' ? interval : 20_000
      await t.pass(ms)
      await observer.comment(5_000)
      same(observer.of('PING').length, 0, 'how many PING came')
    },
    { slow: 'heartbeat' },
  ),
  full('RS-2', 'replays all after Last-Event-ID in order, once, before anything new', async (t) => {
    await historyWhereTokens(t)
    const first = await t.observe()
    for (const payload of [1, 2, 3]) await t.post(payload)
    const { id } = await first.nth(1, 'DATA')
    await t.post('for nobody', 'clients=0')
    const again = await t.observe('', { 'last-event-id': String(id) })
    await t.post(4)
    await again.nth(3, 'DATA')
    like(again.of('CONNECTED')[0]?.data, { payload: { recovered: true } }, 'CONNECTED')
    same(
      again.of('DATA').map(({ data }) => at(data, 'payload')),
      [2, 3, 4],
      'what was heard after the position of 1',
    )
    const ids = new Set(again.of('DATA').map((event) => event.id))
    same(ids.size, 3, 'how many different positions there are')
  }),
  full('RS-2', 'replays nothing where the epoch is another, and says so', async (t) => {
    await t.post('before')
    for (const position of ['another:0', 'nonsense', '']) {
      const observer = await t.observe('', { 'last-event-id': position })
      await t.post(`after ${position}`)
      like((await observer.nth(1, 'DATA')).data, { payload: `after ${position}` }, 'the first DATA')
      const recovered = position === '' ? new Some('false or nothing', (value) => value !== true) : false
      like(observer.of('CONNECTED')[0]?.data, { payload: { recovered } }, `CONNECTED after the position "${position}"`)
    }
  }),
  full('RS-2', 'replays nothing where the position lies ahead of the stream', async (t) => {
    const first = await t.observe()
    await t.post('before')
    const { id = '' } = await first.nth(1, 'DATA')
    const [epoch = '', seq = ''] = id.split(':')
    const observer = await t.observe('', { 'last-event-id': `${epoch}:${Number(seq) + 10}` })
    like(observer.of('CONNECTED')[0]?.data, { payload: { recovered: false } }, 'CONNECTED')
    await t.post('after')
    like((await observer.nth(1, 'DATA')).data, { payload: 'after' }, 'the first DATA')
  }),
  full(
    'RS-2',
    'replays nothing where a part of it is gone, and says so',
    async (t) => {
      await t.join()
      const first = await t.observe()
      await t.post('known')
      const { id = '' } = await first.nth(1, 'DATA')
      await t.post('gone by then')
      await t.pass(60_000)
      await t.post('still there')
      await t.pass(63_000)
      const again = await t.observe('', { 'last-event-id': id })
      await t.post('new')
      like((await again.nth(1, 'DATA')).data, { payload: 'new' }, 'the first DATA')
      like(again.of('CONNECTED')[0]?.data, { payload: { recovered: false } }, 'CONNECTED')
    },
    { slow: true },
  ),
  full('RS-9', 'replays to an observer nothing that was addressed to somebody', async (t) => {
    await historyWhereTokens(t)
    const member = await t.join()
    const first = await t.observe()
    await t.post('public')
    const { id = '' } = await first.nth(1, 'DATA')
    await t.post('private', `clients=${member.clientID}`)
    const again = await t.observe('', { 'last-event-id': id })
    await t.post('later')
    like((await again.nth(1, 'DATA')).data, { payload: 'later' }, 'the first DATA after the position')
  }),
  full('LI-2', 'says `recovered` only to who asked for a position', async (t) => {
    const observer = await t.observe()
    const member = await t.join()
    like(observer.of('CONNECTED')[0]?.data, { payload: { recovered: absent, epoch: text } }, 'CONNECTED of an observer')
    like(member.welcome, { recovered: absent }, 'CONNECTED of a member')
  }),
]
