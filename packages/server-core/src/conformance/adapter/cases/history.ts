// The window of retained events, made small.
import { at, like, ok } from '../../match'
import { type AdapterCase, adapterCase } from '../adapter-case'

export const historyCases: readonly AdapterCase[] = [
  adapterCase('RS-1', 'retains as many events as it is told to', { history: { maxEvents: 3 } }, async (t) => {
    for (const payload of [1, 2, 3, 4, 5]) await t.post(payload)
    like(await t.history(), { history: [{ payload: 3 }, { payload: 4 }, { payload: 5 }] }, 'the history')
  }),
  adapterCase('RS-1', 'retains as many bytes as it is told to', { history: { maxBytes: 10_000 } }, async (t) => {
    for (const payload of [1, 2, 3]) await t.post(`${payload}${'x'.repeat(4_000)}`)
    const entries = at(await t.history(), 'history')
    const first = (Array.isArray(entries) ? entries : []).map((entry) => String(at(entry, 'payload'))[0]).join()
    ok(first === '2,3', `expected the second and the third event in the history, got ${first || 'none'}`)
  }),
  adapterCase('RS-1', 'retains events as long as it is told to', { history: { maxAgeMs: 500 } }, async (t) => {
    await t.join()
    await t.post('old')
    like(await t.history(), { history: [{ payload: 'old' }] }, 'the history at once')
    const emptied = async () => isEmpty(await t.history())
    await t.waiting.poll('an empty history', emptied)
  }),
  adapterCase(
    'LM-1',
    'retains as many bytes of all channels together as it is told to',
    { history: { maxTotalBytes: 10_000 } },
    async (t) => {
      const other = `${t.channel}-2`
      const long = JSON.stringify('x'.repeat(6_000))
      await t.request(t.emitPath('', other), { method: 'POST', body: long })
      await t.request(t.emitPath(), { method: 'POST', body: long })
      const { body } = await t.request(t.path('history', other))
      like(body, { history: [] }, 'the history of the channel that was used first')
      like(
        at(await t.history(), 'history'),
        [{ payload: 'x'.repeat(6_000) }],
        'the history of the channel that was used last',
      )
    },
    { uses: 'one-process' },
  ),
  adapterCase(
    'RS-2',
    'recovers nothing where a part of it is gone, and says so',
    { history: { maxEvents: 2 } },
    async (t) => {
      const member = await t.join({ query: 'session=new' })
      const since = `${String(at(member.welcome, 'epoch'))}:${String(at(member.welcome, 'seq'))}`
      member.socket.close(4000)
      await member.ended()
      for (const payload of [1, 2, 3]) await t.post(payload)
      const back = await t.join({ query: `session=${String(at(member.welcome, 'session'))}&since=${since}` })
      like(back.welcome, { resumed: true, recovered: false }, 'CONNECTED')
      await t.fence(back)
      ok(back.heard.length === 0, `expected nothing to be replayed, got ${back.heard.join()}`)
    },
  ),
]

function isEmpty(body: unknown): true | undefined {
  const entries = at(body, 'history')
  return Array.isArray(entries) && entries.length === 0 ? true : undefined
}
