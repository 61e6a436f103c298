// Section 6: messages from the server.
import { type ConformanceCase, full, seed } from '../case'
import type { Frame, Member } from '../client'
import type { CaseContext } from '../context'
import { absent, at, clientID, eventID, like, ok, oneOf, same, Some, text, wholeNumber } from '../match'

const latency = new Some('a number of at least 0', (value) => typeof value === 'number' && value >= 0)
const anything = new Some('any JSON value', (value) => value !== undefined)

export const messageCases: readonly ConformanceCase[] = [
  seed('MS-1', 'sends text frames of JSON with type, payload, clientID and latency', async (t) => {
    for (const [member, frame] of framesOf(await seedTraffic(t))) {
      like(frame.fields, { type: text, payload: anything, clientID: member.clientID, latency }, `a frame ${frame.type}`)
    }
  }),
  full('MS-1', 'sends compact JSON, with an eventID in every message', async (t) => {
    const [watcher, member] = await seedTraffic(t)
    member.send({ type: 'PRESENCE', payload: { a: 1 } })
    member.send({ type: 'NOBODY KNOWS THIS' })
    await member.emit('ask', { requires_ack: true, progress: true, timeout: 60_000 })
    await member.settled()
    for (const [owner, frame] of framesOf([watcher, member])) {
      like(
        frame.fields,
        { type: text, payload: anything, clientID: owner.clientID, latency, eventID: text },
        `a frame ${frame.type}`,
      )
      const outside = frame.text.replace(/"(?:[^"\\]|\\.)*"/g, '""')
      ok(!/\s/.test(outside), `expected compact JSON in a frame ${frame.type}, got white space between its values`)
    }
  }),
  full('MS-2', 'measures no latency before the first PING: it is 0', async (t) => {
    for (const [member, frame] of framesOf(await seedTraffic(t))) {
      // On a server that pings often, one may have come already.
      const ping = member.frames.findIndex(({ type }) => type === 'PING')
      if (ping >= 0 && member.frames.indexOf(frame) > ping) continue
      like(frame.fields, { latency: oneOf(0, undefined) }, `a frame ${frame.type}`)
    }
  }),
  seed('MS-3', 'sends CONNECTED, PRESENCE:JOINED, DATA and PRESENCE:LEFT as the seed shows them', async (t) => {
    const watcher = await t.join()
    const other = await t.join()
    await t.post({ hello: 'world' })
    await watcher.data({ hello: 'world' })
    await other.leave()
    await watcher.first('PRESENCE:LEFT')
    like(at(other.welcome, 'members', 0), { clientID: text, presence: {} }, 'a member in CONNECTED')
    like(
      (await watcher.sees(other)).payload,
      { clientID: other.clientID, presence: {} },
      'the payload of PRESENCE:JOINED',
    )
    like(watcher.of('DATA')[0]?.fields, { payload: { hello: 'world' }, eventID: text }, 'DATA')
    like(watcher.of('PRESENCE:LEFT')[0]?.payload, { clientID: other.clientID }, 'the payload of PRESENCE:LEFT')
  }),
  full('MS-3', 'sends PRESENCE:UPDATED and ERROR as the seed shows them', async (t) => {
    const [member, watcher] = [await t.join(), await t.join()]
    member.send({ type: 'PRESENCE', payload: { username: 'Cerulean' } })
    const payload = { clientID: member.clientID, presence: { username: 'Cerulean' } }
    like((await watcher.first('PRESENCE:UPDATED')).payload, payload, 'the payload of PRESENCE:UPDATED')
    member.sendRaw('{')
    like((await member.first('ERROR')).payload, { message: text, code: text }, 'the payload of ERROR')
  }),
  seed('MS-4', 'tells the others once that somebody has left, and not that one', async (t) => {
    const [one, two, leaves] = [await t.join(), await t.join(), await t.join()]
    await leaves.leave()
    for (const member of [one, two]) await member.first('PRESENCE:LEFT')
    await t.fence(one, two)
    for (const member of [one, two]) {
      same(
        member.of('PRESENCE:LEFT').map(({ payload }) => at(payload, 'clientID')),
        [leaves.clientID],
        'whom a member saw leave',
      )
    }
    same(leaves.of('PRESENCE:LEFT').length, 0, 'how many PRESENCE:LEFT the one who left got')
  }),
  full('MS-4', 'sends PRESENCE:UPDATED to all, the sender too, each of them as it comes', async (t) => {
    const members = [await t.join(), await t.join()]
    const numbers = Array.from({ length: 20 }, (_, index) => index)
    for (const number of numbers) members[0]?.send({ type: 'PRESENCE', payload: { number } })
    for (const member of members) {
      await member.nth(20, 'PRESENCE:UPDATED')
      same(
        member.of('PRESENCE:UPDATED').map(({ payload }) => at(payload, 'presence', 'number')),
        numbers,
        'what a member saw',
      )
    }
  }),
  full('MS-4', 'sends nothing of a client after its PRESENCE:LEFT', async (t) => {
    const [watcher, leaves] = [await t.join(), await t.join()]
    for (let number = 0; number < 20; number++) leaves.send({ type: 'PRESENCE', payload: { number } })
    leaves.close()
    await watcher.first('PRESENCE:LEFT')
    await t.fence(watcher)
    const left = watcher.frames.findIndex(({ type }) => type === 'PRESENCE:LEFT')
    const after = watcher.frames.slice(left + 1).filter(({ payload }) => at(payload, 'clientID') === leaves.clientID)
    same(
      after.map(({ type }) => type),
      [],
      'what came of a client after its PRESENCE:LEFT',
    )
  }),
  full('MS-5', 'numbers DATA by a rising `seq`, the same for all', async (t) => {
    const members = [await t.join(), await t.join()]
    for (let number = 0; number < 5; number++) await t.post(number, number === 2 ? 'clients=1' : '')
    await t.fence(...members)
    const [first = [], second = []] = members.map(({ events }) => events.map(({ fields }) => fields['seq']))
    for (const numbers of [first, second]) {
      for (const seq of numbers) like(seq, wholeNumber, 'a `seq`')
      const rising = numbers.every((seq, index) => index === 0 || Number(seq) > Number(numbers[index - 1]))
      ok(rising, `expected a rising \`seq\`, got ${numbers.join(', ')}`)
    }
    const [one, two] = [first.at(-1), second.at(-1)]
    ok(one === two, `expected an event to have one \`seq\` for all, got ${String(one)} and ${String(two)}`)
  }),
  full('MS-5', 'names in `from` the member that emitted, and nobody for an HTTP caller', async (t) => {
    const [writer, reader] = [await t.join(), await t.join()]
    await writer.emit('by a member')
    await t.post('over HTTP')
    for (const member of [writer, reader]) {
      like((await member.data('by a member')).fields, { from: writer.clientID }, 'DATA that a member emitted')
      like((await member.data('over HTTP')).fields, { from: absent }, 'DATA that came over HTTP')
    }
  }),
  full('MS-6', 'tells in CONNECTED what the joiner is and by which numbers both live', async (t) => {
    const member = await t.join()
    const numbers = (...names: string[]) => Object.fromEntries(names.map((name) => [name, wholeNumber]))
    const expected = {
      presence: {},
      heartbeat: numbers('intervalMs', 'timeoutMs'),
      limits: numbers('maxMessageBytes', 'maxPresenceBytes', 'messagesPerSecond', 'messageBurst'),
      epoch: text,
      seq: wholeNumber,
    }
    like(member.welcome, expected, 'the payload of CONNECTED')
  }),
  full('MS-6', 'tells in CONNECTED the head of the stream', async (t) => {
    const first = await t.join()
    await t.fence(first)
    await t.fence(first)
    const second = await t.join()
    like(
      second.welcome,
      { epoch: at(first.welcome, 'epoch'), seq: first.events[1]?.fields['seq'] },
      'the payload of CONNECTED',
    )
  }),
  full('MS-8', 'skips fields and parameters that it does not know', async (t) => {
    const [member, other] = [await t.join({ query: 'colour=blue' }), await t.join()]
    like(await member.emit(1, { colour: 'blue' }), { success: true }, 'the payload of EMITTED')
    member.send({ type: 'PRESENCE', payload: { a: 1 }, colour: 'blue' })
    await other.first('PRESENCE:UPDATED')
    same(member.of('ERROR').length, 0, 'how many ERROR came')
  }),
  full('MS-9', 'gives ids of 16 and more characters, a new one each time', async (t) => {
    const members = await Promise.all(Array.from({ length: 5 }, () => t.join()))
    for (const member of members) like(member.clientID, clientID, 'a clientID')
    same(new Set(members.map((member) => member.clientID)).size, 5, 'how many ids five clients have')
    const answers = [await t.post(1), await t.post(1)]
    for (const { body } of answers) like(body, { eventID }, 'the answer')
    ok(
      at(answers[0]?.body, 'eventID') !== at(answers[1]?.body, 'eventID'),
      'expected two events to have two ids, got one',
    )
  }),
  full('MS-9', 'lets no client choose its own id', async (t) => {
    const chosen = 'client_chosen0123456789'
    const presence = encodeURIComponent(JSON.stringify({ clientID: chosen }))
    const watcher = await t.join()
    const member = await t.join({ query: `clientID=${chosen}&client_id=${chosen}&presence=${presence}` })
    member.send({ type: 'PRESENCE', clientID: chosen, payload: { clientID: chosen } })
    await watcher.first('PRESENCE:UPDATED')
    for (const frame of watcher.frames) {
      ok(
        at(frame.payload, 'clientID') !== chosen,
        `expected an id of the server's, got one that a client chose in ${frame.type}`,
      )
    }
    like(member.clientID, new Some('another id than the chosen one', (value) => value !== chosen), 'the clientID')
  }),
  full('MS-11', 'takes no `user` from presence', async (t) => {
    const watcher = await t.join()
    const claim = `claimed-${t.channel}`
    const query = `presence=${encodeURIComponent(JSON.stringify({ user: claim }))}&user=${claim}`
    const { payload } = await watcher.sees(await t.join({ query }))
    ok(at(payload, 'user') !== claim, 'expected no `user` that a client claims beside its presence, got one')
  }),
]

/** CONNECTED, PRESENCE:JOINED, DATA with and without acknowledgement, and PRESENCE:LEFT. */
async function seedTraffic(t: CaseContext): Promise<[Member, Member]> {
  const watcher = await t.join({ ack: true })
  const member = await t.join({ ack: true })
  const leaves = await t.join()
  await leaves.leave()
  await t.post({ hello: 'world' }, 'require-ack=true')
  await t.fence(watcher, member)
  return [watcher, member]
}

function framesOf(members: readonly Member[]): [Member, Frame][] {
  return members.flatMap((member) =>
    // The answer to a client's own PING carries nothing [CL-6].
    member.frames.filter(({ type }) => type !== 'PONG').map((frame): [Member, Frame] => [member, frame]),
  )
}
