// Section 8 and 9: what is retained, and the routes that show it.
import { type ConformanceCase, full } from '../case'
import { absent, at, isSame, like, ok, positive, same, show, text, wholeNumber } from '../match'
import { POST, refusal } from './answers'

const history = { needs: 'history' } as const

export const routeCases: readonly ConformanceCase[] = [
  full(
    'RS-1',
    'counts a channel’s events up under an epoch that no other channel has',
    async (t) => {
      for (const payload of [1, 2, 3]) await t.post(payload)
      const mine = await t.history()
      const seqs = list(at(mine, 'history')).map((entry) => Number(at(entry, 'seq')))
      const rising = seqs.every((seq, index) => index === 0 || seq > Number(seqs[index - 1]))
      ok(seqs.length === 3 && rising, `expected three rising \`seq\`, got ${seqs.join(', ')}`)
      const other = `${t.channel}-2`
      await t.request(t.emitPath('', other), POST)
      const { body } = await t.request(t.path('history', other))
      like([at(mine, 'epoch'), at(body, 'epoch')], [text, text], 'the epochs of two channels')
      ok(at(mine, 'epoch') !== at(body, 'epoch'), 'expected two channels to have two epochs, got one')
    },
    history,
  ),
  full(
    'RS-1',
    'retains events for 120 s, and no longer',
    async (t) => {
      await t.post('old')
      await t.pass(110_000)
      await t.post('new')
      like(await t.history(), { history: [{ payload: 'old' }, { payload: 'new' }] }, 'the history after 110 s')
      await t.pass(12_000)
      like(await t.history(), { history: [{ payload: 'new' }] }, 'the history after 122 s')
    },
    { ...history, slow: true },
  ),
  full(
    'RS-8',
    'replays the last N public events to a new listener, before anything new',
    async (t) => {
      for (const payload of [1, 2, 3, 4]) await t.post(payload)
      const joiner = await t.join({ query: 'rewind=2' })
      const all = await t.join({ query: 'rewind=1000' })
      const none = await t.join({ query: 'rewind=0' })
      await t.post(5)
      await t.fence(joiner, all, none)
      same(joiner.heard, [3, 4, 5], 'what was heard with rewind=2')
      same(all.heard, [1, 2, 3, 4, 5], 'what was heard with rewind=1000')
      same(none.heard, [5], 'what was heard with rewind=0')
      const seq = (member: typeof joiner, n: number) => Number(member.events[n]?.fields['seq'])
      same(seq(joiner, 0), seq(all, 2), 'the `seq` of an event that two listeners were replayed')
    },
    history,
  ),
  full(
    'MS-6',
    'tells in CONNECTED the start of what is replayed',
    async (t) => {
      for (const payload of [1, 2, 3]) await t.post(payload)
      const joiner = await t.join({ query: 'rewind=2' })
      const first = await joiner.data(2)
      const [seq, start] = [Number(first.fields['seq']), Number(at(joiner.welcome, 'seq'))]
      ok(start < seq, `expected a position before the first event that is replayed, ${seq}, got ${start}`)
      const [earlier] = list(at(await t.history(), 'history')).map((entry) => Number(at(entry, 'seq')))
      ok(
        start >= Number(earlier),
        `expected a position after the last event that is not replayed, ${earlier}, got ${start}`,
      )
    },
    history,
  ),
  full(
    'RS-9',
    'shows and replays to nobody what was addressed to somebody',
    async (t) => {
      const member = await t.join()
      await t.post('public')
      await t.post('by id', `clients=${member.clientID}`)
      await t.post('by number', 'clients=1')
      await member.emit('over the socket', { clients: [member.clientID] })
      like(await t.history(), { history: [{ payload: 'public' }] }, 'the history')
      const late = await t.join({ query: 'rewind=10' })
      await t.fence(late)
      same(
        late.heard.filter((payload) => payload !== 'public'),
        [],
        'what a listener was replayed beside the public',
      )
    },
    history,
  ),
  full(
    'HI-1',
    'shows the retained events, oldest first',
    async (t) => {
      const member = await t.join()
      const { body } = await t.post({ n: 1 })
      await member.emit([2])
      const { epoch, history: entries } = (await t.history()) as { epoch: unknown; history: unknown }
      like(epoch, text, '`epoch`')
      const expected = [
        { eventID: at(body, 'eventID'), seq: wholeNumber, timestamp: positive, payload: { n: 1 }, from: absent },
        { eventID: text, seq: wholeNumber, timestamp: positive, payload: [2], from: member.clientID },
      ]
      like(entries, expected, '`history`')
      for (const entry of list(entries)) {
        const timestamp = Number(at(entry, 'timestamp'))
        ok(Number.isInteger(timestamp) && timestamp > 1.5e12, `expected Unix time in ms, got ${timestamp}`)
      }
    },
    history,
  ),
  full(
    'HI-1',
    'shows the newest `limit` events, those before `before` if it is there',
    async (t) => {
      for (const payload of [1, 2, 3, 4, 5]) await t.post(payload)
      const page = await t.history('limit=2')
      like(page, { history: [{ payload: 4 }, { payload: 5 }] }, 'limit=2')
      const before = `${String(at(page, 'epoch'))}:${String(at(page, 'history', 0, 'seq'))}`
      like(
        await t.history(`limit=2&before=${before}`),
        { history: [{ payload: 2 }, { payload: 3 }] },
        'the page before',
      )
      like(
        await t.history(`before=${before}`),
        { history: [{ payload: 1 }, { payload: 2 }, { payload: 3 }] },
        'all before',
      )
    },
    history,
  ),
  full(
    'HI-1',
    'tells the position of the newest event, whether it is shown or not',
    async (t) => {
      const member = await t.join()
      await t.post('public')
      const first = Number((await member.data('public')).fields['seq'])
      same(at(await t.history(), 'seq'), first, '`seq` where the newest event is public')
      await t.post('private', `clients=${member.clientID}`)
      const second = Number((await member.data('private')).fields['seq'])
      same(at(await t.history(), 'seq'), second, '`seq` where the newest event is for somebody')
    },
    history,
  ),
  full(
    'HI-1',
    'answers a `limit` that is not 1 to 1,000, or a `before` that is no position, with 400',
    async (t) => {
      for (const query of ['limit=0', 'limit=1001', 'limit=-1', 'limit=all', 'limit=1.5', 'before=5', 'before=x']) {
        like(await t.request(t.path(`history?${query}`)), refusal(400, 'BAD_PARAMETER'), `${query}: the answer`)
      }
      for (const limit of [1, 1_000]) await t.history(`limit=${limit}`)
    },
    history,
  ),
  full(
    'HI-1',
    'says `epoch: null` and `seq: 0` of a channel that does not exist',
    async (t) => {
      same(await t.history(), { epoch: null, seq: 0, history: [] }, 'the history')
    },
    history,
  ),
  full('MB-1', 'lists the members with their presence, as it is now', async (t) => {
    same(await t.memberList(), [], 'the members of an empty channel')
    const [one, two] = [await t.join(), await t.join()]
    one.send({ type: 'PRESENCE', payload: { a: 1 } })
    const byID = (a: unknown, b: unknown) => (String(at(a, 'clientID')) < String(at(b, 'clientID')) ? -1 : 1)
    const becomes = async (...expected: object[]) => {
      const sorted = expected.sort(byID)
      const listed = async () => isSame([...list(await t.memberList())].map(known).sort(byID), sorted) || undefined
      await t.waiting.poll(`the members ${show(sorted)}`, listed)
    }
    await becomes({ clientID: one.clientID, presence: { a: 1 } }, { clientID: two.clientID, presence: {} })
    await one.leave()
    await becomes({ clientID: two.clientID, presence: {} })
  }),
  full('HL-1', 'answers /_/health with 200', async (t) => {
    like(await t.request('/_/health'), { status: 200 }, 'the answer')
  }),
]

/** What every entry has; there may be a `user`. */
function known(entry: unknown): object {
  return { clientID: at(entry, 'clientID'), presence: at(entry, 'presence') }
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
