// Section 7: messages from the client, those that are in order.
import { type ConformanceCase, full, seed } from '../case'
import { absent, at, like, ok, same, text } from '../match'

export const clientMessageCases: readonly ConformanceCase[] = [
  seed('CL-1', 'takes ACK and PONG without a word', async (t) => {
    const member = await t.join()
    member.send({ type: 'PONG' })
    const pending = await t.posting('x', 'require-ack=true')
    member.ack(await member.data('x'))
    like(await t.answered(pending), { status: 200 }, 'the answer')
    await t.fence(member)
    same(member.of('ERROR').length, 0, 'how many ERROR came')
  }),
  full('CL-1', 'takes `type` in any letter case', async (t) => {
    const member = await t.join()
    member.send({ type: 'eMit', payload: 'x', requires_ack: true, timeout: 60_000 })
    const data = await member.data('x')
    member.send({ type: 'ack', payload: { eventID: data.fields['eventID'] } })
    like((await member.first('EMITTED')).payload, { success: true, acked: [member.clientID] }, 'the payload of EMITTED')
    const other = await t.join()
    member.send({ type: 'Presence', payload: { a: 1 } })
    await other.first('PRESENCE:UPDATED')
    for (const type of ['ping', 'Pong', 'ack']) member.send({ type })
    await t.fence(member)
    same(member.of('ERROR').length, 0, 'how many ERROR came')
  }),
  full('CL-3', 'replaces the presence by that of PRESENCE', async (t) => {
    const [member, watcher] = [await t.join({ query: 'presence=%7B%22a%22:1%7D' }), await t.join()]
    const presences = [{ b: 2 }, { c: [1, { d: null }] }, {}]
    for (const presence of presences) member.send({ type: 'PRESENCE', payload: presence })
    await watcher.nth(3, 'PRESENCE:UPDATED')
    same(
      watcher.of('PRESENCE:UPDATED').map(({ payload }) => at(payload, 'presence')),
      presences,
      'what another member saw',
    )
    const late = await t.join()
    const members = at(late.welcome, 'members')
    const entry = Array.isArray(members) ? members.find((one) => at(one, 'clientID') === member.clientID) : undefined
    same(at(entry, 'presence'), {}, 'the presence in a later CONNECTED')
  }),
  full('CL-3', 'answers any other PRESENCE by ERROR BAD_PAYLOAD, and keeps presence and connection', async (t) => {
    const [member, watcher] = [await t.join({ query: 'presence=%7B%22a%22:1%7D' }), await t.join()]
    const wrong = [{ payload: [] }, { payload: 'x' }, { payload: null }, { payload: 5 }, {}]
    for (const fields of wrong) member.send({ type: 'PRESENCE', ...fields })
    await member.nth(wrong.length, 'ERROR')
    for (const { payload } of member.of('ERROR')) like(payload, { code: 'BAD_PAYLOAD' }, 'the payload of ERROR')
    await t.fence(member, watcher)
    same(watcher.of('PRESENCE:UPDATED').length, 0, 'how many PRESENCE:UPDATED another member got')
  }),
  full('CL-4', 'publishes what EMIT carries to everyone, the sender too', async (t) => {
    const members = [await t.join(), await t.join()]
    const payloads = [{ hello: 'world' }, null, [], 0, '']
    for (const payload of payloads) members[0]?.send({ type: 'EMIT', payload })
    await t.fence(...members)
    await members[0]?.nth(payloads.length, 'EMITTED')
    for (const member of members) same(member.heard, payloads, 'what a member heard')
  }),
  full('MS-7', 'answers EMIT by EMITTED: what HTTP would answer, and the `ref`', async (t) => {
    const [member] = [await t.join(), await t.join()]
    member.send({ type: 'EMIT', payload: 'x', ref: 'my ref' })
    const { payload } = await member.first('EMITTED')
    like(payload, { success: true, eventID: text, recipients: 2, ref: 'my ref' }, 'the payload of EMITTED')
    like((await member.data('x')).fields, { eventID: at(payload, 'eventID') }, 'the DATA of that event')
    const answer = await member.emit('y', { requires_ack: true, timeout: 100 })
    const lists = { acked: [], left: [], failed: [] }
    like(
      answer,
      { success: false, error: { code: 'ACK_TIMEOUT' }, ...lists },
      'EMITTED of one that nobody acknowledged',
    )
  }),
  full('CL-4', 'gives each EMIT exactly one EMITTED, a refused one too, and never an ERROR', async (t) => {
    const member = await t.join()
    const emits = [
      { payload: 1, ref: 'good' },
      { ref: 'NO_PAYLOAD' },
      { payload: 1, clients: 9, ref: 'NOT_ENOUGH_CLIENTS' },
      { payload: 1, clients: {}, ref: 'BAD_PARAMETER 1' },
      { payload: 1, timeout: 0, requires_ack: true, ref: 'BAD_PARAMETER 2' },
      { payload: 1, echo: 'no', ref: 'BAD_PARAMETER 3' },
      { payload: 1, eventID: 'evt_short', ref: 'BAD_PARAMETER 4' },
    ]
    for (const emit of emits) member.send({ type: 'EMIT', ...emit })
    await member.nth(emits.length, 'EMITTED')
    await member.settled()
    const refs = member.of('EMITTED').map(({ payload }) => at(payload, 'ref'))
    same(
      refs,
      emits.map(({ ref }) => ref),
      'the refs of all EMITTED',
    )
    for (const { payload } of member.of('EMITTED').slice(1)) {
      like(
        payload,
        { success: false, error: { code: String(at(payload, 'ref')).split(' ')[0] } },
        'the payload of EMITTED',
      )
    }
    same(member.of('ERROR').length, 0, 'how many ERROR came')
    same(member.heard, [1], 'what was heard')
  }),
  full('CL-4', 'hands back a `ref` of 64 characters, refuses a longer one, and invents none', async (t) => {
    const member = await t.join()
    for (const fields of [{ ref: 'r'.repeat(64) }, { ref: 'r'.repeat(65) }, {}])
      member.send({ type: 'EMIT', payload: 1, ...fields })
    await member.nth(3, 'EMITTED')
    const [good, long, none] = member.of('EMITTED').map(({ payload }) => payload)
    like(good, { success: true, ref: 'r'.repeat(64) }, 'EMITTED with 64 characters')
    like(long, { success: false, error: { code: 'BAD_PARAMETER' } }, 'EMITTED with 65 characters')
    like(none, { success: true, ref: absent }, 'EMITTED without a ref')
  }),
  full('CL-4', 'passes each acknowledgement on as ACKED, where `progress` asks for it', async (t) => {
    const [writer, plain, replies, fails] = [await t.join(), await t.join(), await t.join(), await t.join()]
    const others = [plain, replies, fails]
    const how = { requires_ack: true, timeout: 60_000, clients: others.map((member) => member.clientID) }
    writer.send({ type: 'EMIT', payload: 'ask', progress: true, ref: 'p', ...how })
    plain.ack(await plain.data('ask'))
    const event = await writer.first('ACKED')
    same(writer.of('EMITTED').length, 0, 'how many EMITTED came before all had acknowledged')
    replies.ack(await replies.data('ask'), { answer: 1 })
    await writer.nth(2, 'ACKED')
    fails.ack(await fails.data('ask'), { error: 'no' })
    const emitted = await writer.first('EMITTED')
    const id = at(emitted.payload, 'eventID')
    like(event.payload, { clientID: plain.clientID, eventID: id, reply: absent, error: absent }, 'the first ACKED')
    const expected = [
      { eventID: id, clientID: plain.clientID, ref: 'p' },
      { eventID: id, clientID: replies.clientID, reply: { answer: 1 }, ref: 'p' },
      { eventID: id, clientID: fails.clientID, error: 'no', ref: 'p' },
    ]
    like(
      writer.of('ACKED').map(({ payload }) => payload),
      expected,
      'the payloads of ACKED',
    )
    writer.send({ type: 'EMIT', payload: 'without', ...how, clients: [plain.clientID] })
    plain.ack(await plain.data('without'))
    await writer.nth(2, 'EMITTED')
    same(writer.of('ACKED').length, 3, 'how many ACKED came, of which `progress` asked for three')
  }),
  full('CL-4', 'takes the sender out with `echo: false`, before `clients` is applied', async (t) => {
    const writer = await t.join()
    like(await writer.emit('a', { echo: false }), { success: true, recipients: 0 }, 'alone: EMITTED')
    const none = { success: false, error: { code: 'NOT_ENOUGH_CLIENTS', available: 0 } }
    like(await writer.emit('b', { echo: false, clients: 1 }), none, 'with `clients: 1`: EMITTED')
    const named = await writer.emit('c', { echo: false, clients: [writer.clientID] })
    like(named, { success: true, recipients: 0, unknown: [writer.clientID] }, 'with its own id: EMITTED')
    const other = await t.join()
    like(await writer.emit('d', { echo: false }), { success: true, recipients: 1 }, 'with another: EMITTED')
    await t.fence(writer, other)
    same([writer.heard, other.heard], [[], ['d']], 'what sender and other heard')
  }),
  full('CL-4', 'takes `clients` as a number or a list, by the rules of emit', async (t) => {
    const [writer, one, two] = [await t.join(), await t.join(), await t.join()]
    const unknown = `client_${t.channel}`
    like(await writer.emit('none', { clients: 0 }), { success: true, recipients: 0 }, 'EMITTED')
    like(await writer.emit('drawn', { clients: 2 }), { success: true, recipients: 2 }, 'EMITTED')
    const list = await writer.emit('named', { clients: [one.clientID, unknown] })
    like(list, { success: true, recipients: 1, unknown: [unknown] }, 'EMITTED')
    await t.fence(writer, one, two)
    const heard = [writer, one, two].flatMap((member) => member.heard)
    same(heard.filter((payload) => payload === 'drawn').length, 2, 'how many heard what was for two')
    same([one.heard.includes('named'), two.heard.includes('named')], [true, false], 'who heard what was for the first')
  }),
  full('EM-8', 'knows the repeat of an EMIT by its eventID', async (t) => {
    const member = await t.join()
    const id = `evt_${t.channel}`
    const first = await member.emit('once', { eventID: id })
    like(first, { success: true, eventID: id }, 'the first EMITTED')
    like(
      await member.emit('once', { eventID: id }),
      { success: true, eventID: id, recipients: 1 },
      'the second EMITTED',
    )
    await t.fence(member)
    same(member.deliveries, ['once'], 'what the member was sent')
  }),
  full('CL-6', 'answers a client’s PING by {"type":"PONG"} without anything else', async (t) => {
    const member = await t.join()
    member.send({ type: 'PING' })
    const pong = await member.first('PONG')
    same(pong.fields, { type: 'PONG' }, 'the frame')
    member.send({ type: 'PING' })
    await member.nth(2, 'PONG')
    await t.fence(member)
    ok(member.of('PONG').length === 2, `expected one PONG for each PING, got ${member.of('PONG').length} for 2`)
  }),
]
