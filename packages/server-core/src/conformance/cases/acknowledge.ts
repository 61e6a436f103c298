// Section 3: acknowledgement.
import { type ConformanceCase, full, seed } from '../case'
import { absent, at, inAnyOrder, like, ok, oneOf, same, Some, text } from '../match'
import { refusal } from './answers'

const unasked = new Some('no true', (value) => value !== true)
const AWAIT = 'require-ack=true&_timeout=60000'

export const acknowledgeCases: readonly ConformanceCase[] = [
  seed('ACK-1', 'asks for acknowledgement where `require-ack=true` is, and only there', async (t) => {
    const member = await t.join({ ack: true })
    like(await t.post('with', 'require-ack=true'), { status: 200 }, 'with require-ack: the answer')
    like(await t.post('without'), { status: 200 }, 'without: the answer')
    like((await member.data('with')).fields, { requires_ack: true }, 'DATA with require-ack')
    like((await member.data('without')).fields, { requires_ack: unasked }, 'DATA without')
  }),
  full('ACK-1', 'is on for true, 1 and an empty value, off for false, 0 and when absent', async (t) => {
    const member = await t.join({ ack: true })
    const flags = { '=true': true, '=1': true, '=': true, '=false': false, '=0': false }
    for (const [written, on] of Object.entries(flags)) {
      const acked = on ? [member.clientID] : absent
      like(
        await t.post(written, `require-ack${written}`),
        { status: 200, body: { acked } },
        `require-ack${written}: the answer`,
      )
      like((await member.data(written)).fields, { requires_ack: on ? true : unasked }, `require-ack${written}: DATA`)
    }
  }),
  full('ACK-1', 'answers any other `require-ack` with 400 BAD_PARAMETER, and sends nothing', async (t) => {
    const member = await t.join()
    for (const written of ['yes', '2', 'TRUE', 'null']) {
      like(
        await t.post(1, `require-ack=${written}`),
        refusal(400, 'BAD_PARAMETER'),
        `require-ack=${written}: the answer`,
      )
    }
    await t.fence(member)
    same(member.heard, [], 'what a member heard')
  }),
  seed('ACK-2', 'says in every DATA whether it wants an acknowledgement', async (t) => {
    const member = await t.join({ ack: true })
    await t.post(1)
    await t.post(2, 'require-ack=true')
    await t.post(3, `clients=${member.clientID}`)
    await t.fence(member)
    for (const { fields } of member.of('DATA')) like(fields, { requires_ack: oneOf(true, false) }, 'a DATA')
  }),
  seed('ACK-3', 'answers 200 when every recipient has acknowledged, and not before', async (t) => {
    const [one, two] = [await t.join(), await t.join()]
    const pending = await t.posting('wait', 'require-ack=true')
    one.ack(await one.data('wait'))
    const data = await two.data('wait')
    await t.fence(one, two)
    ok(!pending.answer, `expected no answer before the second acknowledgement, got ${pending.answer?.status}`)
    two.ack(data)
    like(await t.answered(pending), { status: 200 }, 'the answer')
  }),
  seed('ACK-3', 'answers 408 after 5 seconds when somebody does not acknowledge', async (t) => {
    await t.join({ ack: true })
    const silent = await t.join()
    const pending = await t.posting('wait', 'require-ack=true')
    await silent.data('wait')
    await t.pass(4_500)
    ok(!pending.answer, `expected no answer before 5 s, got ${pending.answer?.status}`)
    await t.pass(600)
    like(await t.answered(pending), { status: 408 }, 'the answer')
  }),
  full('ACK-3', 'answers 408 ACK_TIMEOUT after `_timeout`, naming who did what', async (t) => {
    const [acks, silent, leaves, fails] = [await t.join(), await t.join(), await t.join(), await t.join()]
    const pending = await t.posting('wait', 'require-ack=true&_timeout=3000')
    const [data] = [await acks.data('wait'), await fails.data('wait'), await silent.data('wait')]
    acks.ack(data)
    fails.ack(data, { error: 'no room' })
    await leaves.leave()
    await t.pass(3_000)
    const lists = {
      acked: [acks.clientID],
      pending: [silent.clientID],
      left: [leaves.clientID],
      failed: [{ clientID: fails.clientID, error: 'no room' }],
    }
    const answer = await t.answered(pending)
    like(answer, refusal(408, 'ACK_TIMEOUT'), 'the answer')
    like(answer.body, { eventID: text, ...lists }, 'the answer')
  }),
  full('ACK-3', 'takes a `_timeout` of 1 to 60,000 ms, and answers any other with 400 BAD_PARAMETER', async (t) => {
    for (const timeout of ['0', '60001', '1.5', '-1', 'soon', '']) {
      const answer = await t.post(1, `require-ack=true&_timeout=${timeout}`)
      like(answer, refusal(400, 'BAD_PARAMETER'), `_timeout=${timeout}: the answer`)
    }
    for (const timeout of ['1', '60000']) {
      like(await t.post(1, `require-ack=true&_timeout=${timeout}`), { status: 200 }, `_timeout=${timeout}: the answer`)
    }
  }),
  full('ACK-4', 'moves a recipient that leaves to `left`, and answers as soon as nobody is pending', async (t) => {
    const [acks, leaves] = [await t.join({ ack: true }), await t.join()]
    const pending = await t.posting('wait', AWAIT)
    await leaves.data('wait')
    leaves.close()
    const answer = await t.answered(pending)
    like(answer, refusal(408, 'ACK_INCOMPLETE'), 'the answer')
    like(answer.body, { acked: [acks.clientID], left: [leaves.clientID], pending: [] }, 'the answer')
  }),
  full('ACK-4', 'answers 408 ACK_INCOMPLETE where an id was unknown, whoever acknowledged', async (t) => {
    const member = await t.join({ ack: true })
    const unknown = `client_${t.channel}`
    const answer = await t.post('x', `${AWAIT}&clients=${member.clientID},${unknown}`)
    like(answer, refusal(408, 'ACK_INCOMPLETE'), 'the answer')
    like(answer.body, { acked: [member.clientID], unknown: [unknown] }, 'the answer')
    const nobody = await t.post('x', `${AWAIT}&clients=${unknown}`)
    like(nobody, refusal(408, 'ACK_INCOMPLETE'), 'with nobody to wait for: the answer')
  }),
  full('ACK-5', 'counts an ACK once', async (t) => {
    const [eager, other] = [await t.join(), await t.join()]
    const pending = await t.posting('wait', AWAIT)
    const data = await eager.data('wait')
    for (let times = 0; times < 3; times++) eager.ack(data)
    other.ack(await other.data('wait'))
    const acked = inAnyOrder(eager.clientID, other.clientID)
    like(await t.answered(pending), { status: 200, body: { acked } }, 'the answer')
  }),
  full('ACK-5', 'ignores the ACK of somebody who is no recipient', async (t) => {
    const [recipient, stranger] = [await t.join(), await t.join()]
    const pending = await t.posting('wait', `${AWAIT}&clients=${recipient.clientID}`)
    const data = await recipient.data('wait')
    stranger.ack(data)
    await stranger.settled()
    recipient.ack(data)
    like(await t.answered(pending), { status: 200, body: { acked: [recipient.clientID] } }, 'the answer')
  }),
  full('ACK-5', 'ignores an ACK that nobody waits for, without a word', async (t) => {
    const member = await t.join()
    await t.post('no matter')
    member.ack(await member.data('no matter'))
    for (const payload of [{ eventID: `evt_${t.channel}` }, { eventID: 5 }, {}, null, 'x']) {
      member.send({ type: 'ACK', payload })
    }
    member.send({ type: 'ACK' })
    await member.settled()
    same(member.of('ERROR').length, 0, 'how many ERROR came')
    await t.fence(member)
  }),
  full('ACK-6', 'hands to the emitter what ACKs carry beside `eventID`', async (t) => {
    const [answers, plain] = [await t.join(), await t.join({ ack: true })]
    const pending = await t.posting('ask', AWAIT)
    answers.ack(await answers.data('ask'), { answer: 42, error: { not: 'a string' } })
    const { status, body } = await t.answered(pending)
    like(status, 200, 'the status')
    same(at(body, 'replies'), { [answers.clientID]: { answer: 42, error: { not: 'a string' } } }, '`replies`')
    like(at(body, 'acked'), inAnyOrder(answers.clientID, plain.clientID), '`acked`')
  }),
  full('ACK-6', 'takes a string in `error` for a refusal: `failed`, and 408 ACK_INCOMPLETE', async (t) => {
    const [refuses, acks] = [await t.join(), await t.join({ ack: true })]
    const pending = await t.posting('ask', AWAIT)
    refuses.ack(await refuses.data('ask'), { error: 'not today', more: 1 })
    const answer = await t.answered(pending)
    like(answer, refusal(408, 'ACK_INCOMPLETE'), 'the answer')
    const failed = [{ clientID: refuses.clientID, error: 'not today' }]
    like(answer.body, { acked: [acks.clientID], failed, pending: [], left: [] }, 'the answer')
  }),
  full('ACK-6', 'hands on replies of 256 KiB, and counts what comes beyond as failed', async (t) => {
    const members = [await t.join(), await t.join(), await t.join(), await t.join(), await t.join()]
    const pending = await t.posting('ask', AWAIT)
    for (const member of members) {
      member.ack(await member.data('ask'), { long: 'x'.repeat(60_000) })
      await member.settled()
    }
    const { status, body } = await t.answered(pending)
    like(status, 408, 'the status')
    same(
      at(body, 'acked'),
      members.slice(0, 4).map((member) => member.clientID),
      '`acked`, of five replies of 60 kB',
    )
    like(at(body, 'failed'), [{ clientID: members[4]?.clientID }], '`failed`')
  }),
  full('ACK-7', 'answers 200 at once where there is nobody to wait for', async (t) => {
    const nobody = { status: 200, body: { success: true, recipients: 0, acked: [] } }
    like(await t.post(1, AWAIT), nobody, 'an empty channel: the answer')
    await t.join()
    like(await t.post(1, `${AWAIT}&clients=0`), nobody, 'clients=0: the answer')
  }),
]
