// Section 4: listening over WebSocket.
import { type ConformanceCase, full, seed } from '../case'
import type { Member } from '../client'
import { at, like, ok, oneOf, same } from '../match'
import { refusal } from './answers'

export const listenCases: readonly ConformanceCase[] = [
  seed('LI-1', 'opens a WebSocket at /:channel/listen, and CONNECTED comes first', async (t) => {
    const member = await t.join()
    like(member.frames[0]?.type, 'CONNECTED', 'the type of the first frame')
  }),
  full('LI-1', 'answers a GET without an upgrade with 426 UPGRADE_REQUIRED, and says how to connect', async (t) => {
    const answer = await t.request(t.path('listen'))
    like(answer, refusal(426, 'UPGRADE_REQUIRED'), 'the answer')
    const message = String(at(answer.body, 'error', 'message'))
    ok(/websocket/i.test(message), `expected a message that speaks of WebSockets, got "${message}"`)
  }),
  full('LI-4', 'takes `presence` from the URL, and shows it to all', async (t) => {
    const watcher = await t.join()
    const presence = { name: 'Çerulean 🦊', deep: [{ x: 1 }] }
    const member = await t.join({ query: `presence=${encodeURIComponent(JSON.stringify(presence))}` })
    same(at(member.welcome, 'presence'), presence, 'the presence in CONNECTED')
    const joined = await watcher.sees(member)
    same(at(joined.payload, 'presence'), presence, 'the presence in PRESENCE:JOINED')
  }),
  full('LI-4', 'takes a `presence` of 2 KiB as it stands in the URL, and refuses one byte more', async (t) => {
    // {"a":"…"}, percent-encoded, has 20 bytes beside the x.
    const presence = (bytes: number) => `presence=%7B%22a%22:%22${'x'.repeat(bytes - 20)}%22%7D`
    const member = await t.join({ query: presence(2_048) })
    like(String(at(member.welcome, 'presence', 'a')).length, 2_028, 'the length of what CONNECTED has of it')
    await t.refused(t.path('listen'), presence(2_049))
  }),
  full('LI-4', 'refuses a `presence` that is no JSON object, and a `rewind` that is no number', async (t) => {
    for (const query of ['presence=[]', 'presence=5', 'presence=%7B', 'presence=null', 'rewind=all', 'rewind=-1']) {
      await t.refused(t.path('listen'), query)
    }
  }),
  seed('LI-5', 'shows the joiner who is there, never itself, and shows the others the joiner', async (t) => {
    const first = await t.join()
    const second = await t.join()
    const third = await t.join()
    same(membersOf(first), [], 'who is there for the first')
    same(membersOf(second), [first.clientID], 'who is there for the second')
    same(membersOf(third), [first.clientID, second.clientID].sort(), 'who is there for the third')
    await t.fence(first, second, third)
    same(joinedOf(first), [second.clientID, third.clientID], 'whom the first saw join')
    same(joinedOf(second), [third.clientID], 'whom the second saw join')
    same(joinedOf(third), [], 'whom the third saw join')
  }),
  full('LI-5', 'shows members that join together each other exactly once', async (t) => {
    const members = await Promise.all(Array.from({ length: 8 }, () => t.join()))
    await t.fence(...members)
    for (const member of members) {
      const seen = [...membersOf(member), ...joinedOf(member)].sort()
      const others = members.filter((other) => other !== member).map(({ clientID }) => clientID)
      same(seen, others.sort(), 'whom a member was shown, in CONNECTED or by PRESENCE:JOINED')
    }
  }),
  full('LI-5', 'gives a joiner every event after one moment, without a gap or a double', async (t) => {
    const [writer, witness] = [await t.join(), await t.join()]
    const joining: Promise<Member>[] = []
    for (let number = 0; number < 60; number++) {
      writer.send({ type: 'EMIT', payload: number })
      if (number % 20 !== 10) continue
      joining.push(t.join())
      await writer.settled()
    }
    await witness.data(59)
    const joiners = await Promise.all(joining)
    await t.fence(witness, ...joiners)
    for (const joiner of joiners) {
      const payloads = joiner.deliveries
      const due = payloads.map((_, index) => 60 - payloads.length + index)
      same(payloads, due, 'what a joiner was sent of 60 events')
    }
  }),
  full('LI-6', 'accepts whoever sends `session=`, tells why not, and closes with the code of the table', async (t) => {
    const watcher = await t.join()
    for (const session of ['session=', 'session=new']) {
      const refused = await t.open({ query: `${session}&presence=[]` })
      like((await refused.first('ERROR')).payload, { code: 'BAD_PARAMETER' }, 'the payload of ERROR')
      like((await refused.ended()).code, 4400, 'the close code')
      same(refused.of('CONNECTED').length, 0, 'how many CONNECTED came')
    }
    await t.fence(watcher)
    const others = watcher.frames.filter(
      ({ type, payload }) => type.startsWith('PRESENCE:') && at(payload, 'clientID') !== watcher.clientID,
    )
    same(
      others.map(({ type }) => type),
      [],
      'what the others heard of it',
    )
  }),
  full('LI-6', 'opens no WebSocket for whoever is refused and did not send `session=`', async (t) => {
    await t.refused(t.path('listen'), 'presence=[]')
  }),
  full(
    'LI-6',
    'refuses an upgrade with the status of the table',
    async (t) => {
      const status = async (path: string, query?: string) => (await t.refused(path, query)).refusal
      const long = `presence=%7B%22a%22:%22${'x'.repeat(2_029)}%22%7D`
      same(await status(t.path('listen'), 'presence=[]'), 400, 'the status for BAD_PARAMETER')
      same(await status(t.path('listen'), long), 413, 'the status for PAYLOAD_TOO_LARGE')
      same(await status('/_/listen'), 400, 'the status for BAD_CHANNEL')
      same(await status(t.path('nowhere')), 404, 'the status for NOT_FOUND')
    },
    { needs: 'refusals' },
  ),
  full('LI-6', 'refuses BAD_CHANNEL before the upgrade, with `session=` too', async (t) => {
    await t.refused('/_/listen', 'session=')
    await t.refused(t.path('listen', `${t.channel}\u0000`), 'session=')
  }),
  full(
    'LI-6',
    'closes whoever has a wrong token and sends `session=` with 4401 or 4403',
    async (t) => {
      const refused = await t.open({ query: 'session=&token=wrong' })
      const { payload } = await refused.first('ERROR')
      like(payload, { code: oneOf('UNAUTHORIZED', 'FORBIDDEN') }, 'the payload of ERROR')
      const expected = at(payload, 'code') === 'UNAUTHORIZED' ? 4401 : 4403
      like((await refused.ended()).code, expected, 'the close code')
    },
    { needs: 'token' },
  ),
]

/** Who was there, as CONNECTED told it. */
function membersOf(member: Member): string[] {
  const members = at(member.welcome, 'members')
  return Array.isArray(members) ? members.map((entry) => String(at(entry, 'clientID'))).sort() : []
}

function joinedOf(member: Member): string[] {
  return member.of('PRESENCE:JOINED').map(({ payload }) => String(at(payload, 'clientID')))
}
