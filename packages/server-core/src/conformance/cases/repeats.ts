// Section 2: emits that carry an id, and their repeats.
import { type ConformanceCase, full } from '../case'
import { type CaseContext, uniqueName } from '../context'
import { at, like, ok, same } from '../match'
import { POST, refusal } from './answers'

export const repeatCases: readonly ConformanceCase[] = [
  full('EM-8', 'gives the same Idempotency-Key one event, and the same answer', async (t) => {
    const member = await t.join()
    const answers = await twice(t, (again) => t.post('once', '', { 'idempotency-key': `key-${again}` }))
    await t.fence(member)
    same(member.deliveries, ['once'], 'what the member was sent')
    same(answers[1], answers[0], 'the second answer')
  }),
  full('EM-8', 'gives an event the id that it was emitted with, and delivers it once', async (t) => {
    const member = await t.join()
    const answers = await twice(t, (again) => t.post('once', `_event-id=evt_${again}`))
    await t.fence(member)
    same(member.deliveries, ['once'], 'what the member was sent')
    same(answers[1], answers[0], 'the second answer')
    like(at(answers[0], 'eventID'), String((await member.data('once')).fields['eventID']), 'the id in the answer')
    ok(String(at(answers[0], 'eventID')).includes(t.channel), 'expected the id that was asked for, got another one')
  }),
  full('EM-8', 'lets a repeat wait for the answer of the first', async (t) => {
    const member = await t.join()
    const query = `require-ack=true&_timeout=60000&_event-id=evt_${t.channel}`
    const first = await t.posting('awaited', query)
    const data = await member.data('awaited')
    const repeat = await t.posting('awaited', query)
    await t.fence(member)
    ok(!first.answer && !repeat.answer, 'expected both to wait for the acknowledgement, but one was answered')
    member.ack(data)
    const answers = [await t.answered(first), await t.answered(repeat)]
    for (const answer of answers) like(answer, { status: 200, body: { acked: [member.clientID] } }, 'the answer')
    same(member.deliveries, ['awaited'], 'what the member was sent')
  }),
  full('EM-8', 'answers an id that was used for something else with 409 EVENT_ID_USED', async (t) => {
    const member = await t.join({ ack: true })
    const query = `_event-id=evt_${t.channel}`
    like(await t.post('first', query), { status: 200 }, 'the first answer')
    const others = [
      await t.post('another payload', query),
      await t.post('first', `${query}&clients=1`),
      await t.post('first', `${query}&require-ack=true`),
    ]
    for (const answer of others) like(answer, refusal(409, 'EVENT_ID_USED'), 'the answer')
    const emitted = await member.emit('first', { eventID: `evt_${t.channel}` })
    like(emitted, { success: false, error: { code: 'EVENT_ID_USED' } }, 'EMITTED for the id of an HTTP caller')
    await t.fence(member)
    same(member.deliveries, ['first'], 'what the member was sent')
  }),
  full('EM-8', 'knows ids within their channel only', async (t) => {
    const other = await t.join({ channel: uniqueName() })
    const query = `_event-id=evt_${t.channel}`
    await t.post('x', query)
    const answer = await t.request(t.emitPath(query, other.channel), { method: 'POST', body: '"x"' })
    like(answer, { status: 200 }, 'the answer in another channel')
    await other.data('x')
  }),
  full('EM-8', 'does not remember an emit that was refused', async (t) => {
    await t.join()
    const key = { 'idempotency-key': t.channel }
    like(await t.post('x', 'clients=2', key), refusal(400, 'NOT_ENOUGH_CLIENTS'), 'the first answer')
    await t.join()
    like(await t.post('x', 'clients=2', key), { status: 200 }, 'the second answer')
  }),
  full('EM-8', 'answers an id or a key of another shape with 400 BAD_PARAMETER', async (t) => {
    for (const id of ['', 'evt_short', `event_${t.channel}`, `evt_${'x'.repeat(65)}`, `evt_${t.channel}!`]) {
      like(
        await t.request(t.emitPath(`_event-id=${id}`), POST),
        refusal(400, 'BAD_PARAMETER'),
        `_event-id=${id}: the answer`,
      )
    }
    for (const key of ['a b', 'x'.repeat(201)]) {
      like(await t.post(1, '', { 'idempotency-key': key }), refusal(400, 'BAD_PARAMETER'), `the key ${key}: the answer`)
    }
    like(
      await t.post(1, '', { 'idempotency-key': 'x'.repeat(200) }),
      { status: 200 },
      'a key of 200 characters: the answer',
    )
    const both = await t.post(1, `_event-id=evt_${t.channel}`, { 'idempotency-key': t.channel })
    like(both, refusal(400, 'BAD_PARAMETER'), 'an id and a key at once: the answer')
  }),
  full('EM-8a', 'answers the repeat of a 408 with that 408, and delivers it to nobody again', async (t) => {
    const member = await t.join()
    const answers = await twice(t, (again) =>
      t.post('once', 'require-ack=true&_timeout=100', { 'idempotency-key': again }),
    )
    like(answers[0], { error: { code: 'ACK_TIMEOUT' } }, 'the first answer')
    same(answers[1], answers[0], 'the second answer')
    await t.fence(member)
    same(member.deliveries, ['once'], 'what the member was sent')
  }),
]

/** The bodies of the answers to the same request, made twice. */
async function twice(t: CaseContext, make: (again: string) => Promise<{ readonly body: unknown }>): Promise<unknown[]> {
  return [(await make(t.channel)).body, (await make(t.channel)).body]
}
