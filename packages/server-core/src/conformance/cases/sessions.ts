// Section 8: a member that loses its connection keeps its place, and comes back to it.
import { type ConformanceCase, full } from '../case'
import { absent, at, like, ok, same, text } from '../match'
import { historyWhereTokens, joined, lost, positionOf, resumed, tokenOf } from './session'

export const sessionCases: readonly ConformanceCase[] = [
  full(
    'RS-2',
    'gives a WebSocket with `since` what was public after it, and nothing that was addressed to somebody else',
    async (t) => {
      await historyWhereTokens(t)
      const first = await t.join()
      for (const payload of [1, 2, 3]) await t.post(payload)
      const since = `${String(at(first.welcome, 'epoch'))}:${Number(at(first.welcome, 'seq')) + 1}`
      await t.post('private', `clients=${first.clientID}`)
      const second = await t.join({ query: `since=${since}` })
      like(second.welcome, { recovered: true, session: absent }, 'CONNECTED')
      await t.fence(second)
      same(second.deliveries, [2, 3], 'what was heard')
    },
  ),
  full('RS-2', 'takes `null:0` for the time before the channel was there', async (t) => {
    await historyWhereTokens(t)
    const first = await t.join({ query: 'since=null:0' })
    like(first.welcome, { recovered: true }, 'CONNECTED of who was there first')
    for (const payload of [1, 2]) await t.post(payload)
    const second = await t.join({ query: 'since=null:0' })
    like(second.welcome, { recovered: true }, 'CONNECTED')
    await t.fence(second)
    same(second.deliveries, [1, 2], 'what was heard')
  }),
  full('RS-2', 'replays to a resumed member all that was for it, once, in order and before anything new', async (t) => {
    const member = await joined(t)
    const other = await t.join()
    await t.post('seen')
    await member.data('seen')
    const since = positionOf(member)
    await lost(member)
    await t.post('missed')
    await t.post('for the other', `clients=${other.clientID}`)
    await t.post('for it', `clients=${member.clientID}`)
    const back = await resumed(t, member, since)
    await t.post('new')
    await t.fence(back)
    like(back.welcome, { resumed: true, recovered: true }, 'CONNECTED')
    same(back.deliveries, ['missed', 'for it', 'new'], 'what was heard')
  }),
  full('RS-2', 'replays nothing to a resumed member whose position is none, and says so', async (t) => {
    const member = await joined(t)
    await lost(member)
    await t.post('missed')
    const back = await resumed(t, member, 'nonsense')
    await t.fence(back)
    like(back.welcome, { resumed: true, recovered: false }, 'CONNECTED')
    same(back.deliveries, [], 'what was heard')
  }),
  full('RS-3', 'gives back clientID and presence, and nobody sees it go or come', async (t) => {
    const member = await joined(t, 'presence=%7B%22n%22%3A1%7D')
    const watcher = await t.join()
    await lost(member)
    const back = await resumed(t, member)
    same(back.clientID, member.clientID, 'the clientID')
    like(back.welcome, { resumed: true, presence: { n: 1 } }, 'CONNECTED')
    await t.fence(watcher)
    const seen = watcher.frames.filter(({ type, payload }) => {
      return type.startsWith('PRESENCE') && at(payload, 'clientID') === member.clientID
    })
    same(seen.length, 0, 'how many frames about its presence the others got')
  }),
  full('RS-3', 'keeps its place in what is awaited: a late ACK counts', async (t) => {
    const member = await joined(t)
    await lost(member)
    const emit = await t.posting('missed', 'require-ack=true&_timeout=60000')
    const back = await resumed(t, member)
    const data = await back.data('missed')
    like(data.fields, { requires_ack: true }, 'the DATA')
    back.ack(data)
    like(await t.answered(emit), { status: 200, body: { acked: [member.clientID] } }, 'the answer')
  }),
  full('RS-3', 'tells in `awaiting` what was seen and is still to be acknowledged', async (t) => {
    const member = await joined(t)
    const emit = await t.posting('seen', 'require-ack=true&_timeout=60000')
    const data = await member.data('seen')
    await lost(member)
    const back = await resumed(t, member)
    like(back.welcome, { awaiting: [data.fields['eventID']] }, 'CONNECTED')
    back.ack(data)
    like(await t.answered(emit), { status: 200 }, 'the answer')
  }),
  full('RS-3', 'makes a new member with a new session of who comes with an unknown one', async (t) => {
    const member = await joined(t)
    const other = await t.join({ query: 'session=session_of_nobody' })
    like(other.welcome, { resumed: false, recovered: false, session: text }, 'CONNECTED')
    ok(other.clientID !== member.clientID, 'expected another clientID')
  }),
  full(
    'RS-3',
    'lets it leave when its time is over',
    async (t) => {
      const member = await joined(t)
      const watcher = await t.join()
      await lost(member)
      await t.pass(32_000)
      await watcher.first('PRESENCE:LEFT')
      const back = await resumed(t, member)
      like(back.welcome, { resumed: false }, 'CONNECTED')
    },
    { slow: true },
  ),
  full('RS-4', 'gives a session to who asks for one, and no grace to who does not', async (t) => {
    const member = await joined(t)
    like(member.welcome, { session: text, resumed: false, recovered: true }, 'CONNECTED with `session=new`')
    const plain = await t.join()
    like(plain.welcome, { session: absent, resumed: absent }, 'CONNECTED without `session`')
    await lost(plain)
    const left = await member.first('PRESENCE:LEFT')
    like(left.payload, { clientID: plain.clientID }, 'PRESENCE:LEFT')
  }),
  full('RS-4', 'keeps who is away in the list of members and among the recipients', async (t) => {
    const member = await joined(t)
    await lost(member)
    like(await t.memberList(), [{ clientID: member.clientID }], 'the members')
    like(await t.post('x'), { body: { recipients: 1 } }, 'the answer')
    await resumed(t, member)
  }),
  full('RS-5', 'lets it leave at once when it closes with 1000 or without a code', async (t) => {
    const watcher = await t.join()
    for (const [before, code] of [1000, undefined].entries()) {
      const member = await joined(t)
      member.socket.close(code)
      await watcher.nth(before + 1, 'PRESENCE:LEFT')
      like((await resumed(t, member)).welcome, { resumed: false }, `CONNECTED after a close with ${code}`)
    }
  }),
  full('RS-5', 'lets it leave at once when it is closed for bad messages', async (t) => {
    const watcher = await t.join()
    const member = await joined(t)
    for (let n = 0; n < 20; n++) member.sendRaw('no JSON')
    like(await member.ended(), { code: 4400 }, 'the close')
    await watcher.first('PRESENCE:LEFT')
    like((await resumed(t, member)).welcome, { resumed: false }, 'CONNECTED')
  }),
  full('RS-6', 'replaces a connection by one with a higher attempt', async (t) => {
    const first = await joined(t, 'attempt=1')
    const second = await resumed(t, first, positionOf(first), 'attempt=2')
    await first.error('REPLACED')
    like(await first.ended(), { code: 4409 }, 'the close of the first')
    same(second.clientID, first.clientID, 'the clientID')
    await t.fence(second)
  }),
  full('RS-6', 'refuses a connection whose attempt is not higher, and leaves the other alone', async (t) => {
    const first = await joined(t, 'attempt=2')
    for (const attempt of [2, 1]) {
      const stale = await t.open({ query: `session=${tokenOf(first)}&attempt=${attempt}` })
      await stale.error('REPLACED')
      like(await stale.ended(), { code: 4409 }, 'the close of the other')
    }
    await t.fence(first)
    ok(!first.ending, 'expected the first connection to stay, but it was closed')
  }),
  full('RS-6', 'refuses an attempt that is no whole number', async (t) => {
    const member = await t.open({ query: 'session=new&attempt=first' })
    await member.error('BAD_PARAMETER')
    like(await member.ended(), { code: 4400 }, 'the close')
  }),
  full('RS-7', 'shows a session to nobody else', async (t) => {
    const member = await joined(t)
    const watcher = await t.join()
    await lost(member)
    const back = await resumed(t, member, positionOf(member), 'presence=%7B%22n%22%3A2%7D')
    back.send({ type: 'EMIT', payload: 'hi' })
    await back.data('hi')
    await t.fence(watcher)
    const late = await t.join()
    const seen = [watcher, late].flatMap(({ frames }) => frames.map((frame) => frame.text)).join('')
    const list = JSON.stringify(await t.memberList())
    ok(!`${seen}${list}`.includes(tokenOf(member)), 'expected the token in no frame of others and in no list')
  }),
  full(
    'RS-7',
    'asks who resumes for its token',
    async (t) => {
      const member = await joined(t)
      await lost(member)
      const refused = await t.open({ query: `session=${tokenOf(member)}&token=wrong` })
      await refused.first('ERROR')
      await refused.ended()
      same(refused.of('CONNECTED').length, 0, 'how many CONNECTED came')
      like((await resumed(t, member)).welcome, { resumed: true }, 'CONNECTED with the right token')
    },
    { needs: 'token' },
  ),
]
