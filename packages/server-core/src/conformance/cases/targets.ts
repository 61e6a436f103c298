// Section 2: `clients=`, and that it never reaches more than it names.
import { type ConformanceCase, full, seed } from '../case'
import { like, ok, same } from '../match'
import { refusal } from './answers'

export const targetCases: readonly ConformanceCase[] = [
  seed('EM-4', 'reaches as many members as `clients` says', async (t) => {
    const members = [await t.join(), await t.join(), await t.join()]
    like(await t.post('two', 'clients=2'), { status: 200 }, 'the answer')
    await t.fence(...members)
    same(
      members.flatMap((member) => member.heard),
      ['two', 'two'],
      'what all members heard',
    )
    ok(
      members.every((member) => member.heard.length < 2),
      'expected two different members, but one got it twice',
    )
  }),
  full('EM-4', 'chooses at random', async (t) => {
    const members = [await t.join(), await t.join()]
    // One of two is never chosen in 40 draws once in half a million million runs.
    for (let draw = 0; draw < 40; draw++) await t.post(draw, 'clients=1')
    await t.fence(...members)
    same(members.flatMap((member) => member.heard).length, 40, 'how often a member was reached')
    ok(
      members.every((member) => member.heard.length > 0),
      'expected both of two members in 40 draws, got always the same',
    )
  }),
  full('EM-4', 'prefers who is connected to who is away', async (t) => {
    const away = [await t.join({ query: 'session=new' }), await t.join({ query: 'session=new' })]
    const here = await t.join()
    for (const { socket } of away) socket.close(4000)
    for (const member of away) await member.ended()
    // One of three is chosen ten times in a row by chance once in 59,049 runs. The server may hear of a close later than its client.
    let inARow = 0
    for (let draw = 0; draw < 60 && inARow < 10; draw++) {
      await t.post(draw, 'clients=1')
      await t.fence(here)
      inARow = here.heard.at(-1) === draw ? inARow + 1 : 0
    }
    same(inARow, 10, 'how many draws in a row chose the connected member')
    like(
      await t.post('two', 'clients=2'),
      { status: 200, body: { recipients: 2 } },
      'the answer where they are too few',
    )
    await t.fence(here)
    same(here.heard.at(-1), 'two', 'what the connected member heard last')
  }),
  full('EM-4', 'takes 0 for nobody, and one to six digits for a number', async (t) => {
    const member = await t.join()
    like(await t.post('zero', 'clients=0'), { status: 200 }, 'clients=0: the answer')
    like(await t.post('one', 'clients=000001'), { status: 200 }, 'clients=000001: the answer')
    const answer = await t.post('id', 'clients=0000001')
    like(answer, { status: 200 }, 'seven digits: the answer')
    await t.fence(member)
    same(member.heard, ['one'], 'what the member heard')
  }),
  full('EM-4', 'answers a number that is too large with 400 NOT_ENOUGH_CLIENTS, and sends nothing', async (t) => {
    const members = [await t.join(), await t.join()]
    const answer = await t.post('three', 'clients=3')
    like(answer, refusal(400, 'NOT_ENOUGH_CLIENTS'), 'the answer')
    like(answer.body, { error: { available: 2 } }, 'the answer')
    await t.fence(...members)
    for (const member of members) same(member.heard, [], 'what a member heard')
  }),
  seed('EM-5', 'reaches only the member that `clients` names', async (t) => {
    const [named, other] = [await t.join(), await t.join()]
    like(await t.post('you', `clients=${named.clientID}`), { status: 200 }, 'the answer')
    await named.data('you')
    await t.fence(named, other)
    same(other.heard, [], 'what another member heard')
    same(named.heard, ['you'], 'what the named member heard')
  }),
  full('EM-5', 'reaches each of a list once, and reports who is unknown', async (t) => {
    const [one, two, other] = [await t.join(), await t.join(), await t.join()]
    const unknown = `client_${t.channel}`
    const answer = await t.post('list', `clients=${one.clientID},${two.clientID},${one.clientID},${unknown}`)
    like(answer, { status: 200, body: { unknown: [unknown] } }, 'the answer')
    await t.fence(one, two, other)
    same([one.deliveries, two.deliveries, other.deliveries], [['list'], ['list'], []], 'what the members were sent')
  }),
  full('EM-5', 'reaches nobody when nobody of the list is there', async (t) => {
    const member = await t.join()
    const unknown = `client_${t.channel}`
    const answer = await t.post('x', `clients=${unknown}`)
    like(answer, { status: 200, body: { unknown: [unknown] } }, 'the answer')
    await t.fence(member)
    same(member.heard, [], 'what a member heard')
  }),
  full('EM-5', 'answers `clients` that is empty, signed or given twice with 400 BAD_PARAMETER', async (t) => {
    const member = await t.join()
    for (const clients of ['clients=', 'clients=-1', 'clients=%2B1', 'clients=+1', 'clients=1&clients=1']) {
      like(await t.post('x', clients), refusal(400, 'BAD_PARAMETER'), `${clients}: the answer`)
    }
    await t.fence(member)
    same(member.heard, [], 'what a member heard')
  }),
  full('EM-5', 'answers any parameter that says how to send and is given twice with 400 BAD_PARAMETER', async (t) => {
    const member = await t.join()
    const id = `_event-id=evt_${t.channel}`
    for (const twice of [
      'require-ack=1&require-ack=1',
      '_timeout=100&_timeout=100',
      `${id}&${id}`,
      '_token=a&_token=a',
    ]) {
      like(await t.post('x', twice), refusal(400, 'BAD_PARAMETER'), `${twice}: the answer`)
    }
    await t.fence(member)
    same(member.heard, [], 'what a member heard')
  }),
  full('EM-5', 'takes a list of 100 ids, and answers 101 with 400 BAD_PARAMETER', async (t) => {
    const ids = Array.from({ length: 101 }, (_, index) => `client_${index}`)
    like(await t.post('x', `clients=${ids.join(',')}`), refusal(400, 'BAD_PARAMETER'), '101 ids: the answer')
    const unknown = ids.slice(1)
    const answer = await t.post('x', `clients=${unknown.join(',')}`)
    like(answer, { status: 200, body: { unknown } }, '100 ids: the answer')
  }),
]
