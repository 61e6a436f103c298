// Section 8: what a member finds that comes back: in its channel and no other, with what it says anew, by whichever transport.
import { type ConformanceCase, full } from '../case'
import { uniqueName } from '../context'
import { at, like, ok, same } from '../match'
import { historyWhereTokens, joined, lost, positionOf, resumed, tokenOf } from './session'

export const resumingCases: readonly ConformanceCase[] = [
  full(
    'RS-3',
    'makes a new member of who comes with the session of another channel, and spends it on nobody',
    async (t) => {
      const member = await joined(t)
      await lost(member)
      const elsewhere = await t.join({ channel: uniqueName(), query: `session=${tokenOf(member)}` })
      like(elsewhere.welcome, { resumed: false }, 'CONNECTED in another channel')
      ok(elsewhere.clientID !== member.clientID, 'expected another clientID in another channel')
      ok(tokenOf(elsewhere) !== tokenOf(member), 'expected a new session in another channel')
      like((await resumed(t, member)).welcome, { resumed: true }, 'CONNECTED in its own channel')
    },
  ),
  full(
    'LI-4',
    'keeps the presence of who resumes without one, and tells all of another one after what was missed',
    async (t) => {
      const member = await joined(t, 'presence=%7B%22n%22%3A1%7D')
      const watcher = await t.join()
      await lost(member)
      const quiet = await resumed(t, member)
      same(at(quiet.welcome, 'presence'), { n: 1 }, 'the presence in CONNECTED without one')
      await lost(quiet)
      await t.post('missed')
      const other = await resumed(t, member, positionOf(member), 'presence=%7B%22n%22%3A2%7D')
      same(at(other.welcome, 'presence'), { n: 2 }, 'the presence in CONNECTED with another one')
      const payload = { clientID: member.clientID, presence: { n: 2 } }
      like((await watcher.first('PRESENCE:UPDATED')).payload, payload, 'what the others got')
      like((await other.first('PRESENCE:UPDATED')).payload, payload, 'what it got itself')
      await t.fence(watcher, other)
      same(watcher.of('PRESENCE:UPDATED').length, 1, 'how many PRESENCE:UPDATED the others got')
      const [missed, updated] = [await other.data('missed'), await other.first('PRESENCE:UPDATED')]
      ok(
        other.frames.indexOf(missed) < other.frames.indexOf(updated),
        'expected what was missed first, got the presence',
      )
    },
  ),
  full('RS-2', 'takes Last-Event-ID before `since`', async (t) => {
    await historyWhereTokens(t)
    const first = await t.observe()
    for (const payload of [1, 2, 3]) await t.post(payload)
    const { id = '' } = await first.nth(2, 'DATA')
    const earlier = (await first.nth(1, 'DATA')).id ?? ''
    const again = await t.observe(`since=${encodeURIComponent(earlier)}`, { 'last-event-id': id })
    like((await again.nth(1, 'DATA')).data, { payload: 3 }, 'the first DATA')
  }),
  full('RS-2', 'replays to nobody what it emitted itself with `echo: false`', async (t) => {
    const member = await joined(t)
    const since = positionOf(member)
    like(await member.emit('not for me', { echo: false }), { success: true }, 'EMITTED')
    await lost(member)
    await t.post('for all')
    const back = await resumed(t, member, since)
    await t.fence(back)
    like(back.welcome, { resumed: true, recovered: true }, 'CONNECTED')
    same(back.deliveries, ['for all'], 'what was replayed')
  }),
  full(
    'RS-8',
    'rewinds for nobody who resumes',
    async (t) => {
      await t.post('before')
      const member = await joined(t)
      await lost(member)
      const back = await resumed(t, member, positionOf(member), 'rewind=10')
      await t.fence(back)
      like(back.welcome, { resumed: true }, 'CONNECTED')
      same(back.deliveries, [], 'what was replayed')
    },
    { needs: 'history' },
  ),
]
