// Limits at their edges, made small enough to be reached without abuse.
import { refusal } from '../../cases/answers'
import { at, like, ok, positive, same } from '../../match'
import { type AdapterCase, adapterCase } from '../adapter-case'

const TOLD = {
  heartbeat: { intervalMs: 12_345, timeoutMs: 2_345 },
  limits: { maxMessageBytes: 1_111, maxPresenceBytes: 222, messagesPerSecond: 33, messageBurst: 44 },
}
const REPLIES = { limits: { maxRepliesBytes: 100 } }
/** Next to nothing refills while a case runs. */
const RATE = { limits: { messagesPerSecond: 0.01, messageBurst: 5 } }

export const limitCases: readonly AdapterCase[] = [
  adapterCase('LM-1', 'tells in CONNECTED the limits that it has', TOLD, async (t) => {
    like((await t.join()).welcome, TOLD, 'the payload of CONNECTED')
  }),
  adapterCase(
    'LM-1',
    'takes so many members, and refuses one more with CHANNEL_FULL',
    { limits: { maxMembers: 2 } },
    async (t) => {
      const members = [await t.join(), await t.join({ query: 'session=new' })]
      await t.refused(t.path('listen'))
      const late = await t.open({ query: 'session=new' })
      like((await late.error('CHANNEL_FULL')).payload, { code: 'CHANNEL_FULL' }, 'the payload of ERROR')
      same((await late.ended()).code, 1013, 'the close code')
      const query = 'listen?member=true&session=new'
      const headers = { accept: 'text/event-stream' }
      like(
        await t.request(t.path(query), { headers }),
        refusal(503, 'CHANNEL_FULL'),
        'the answer to a member by events',
      )
      const [stays, leaves] = members
      leaves?.close()
      await stays?.first('PRESENCE:LEFT')
      await t.join()
    },
  ),
  adapterCase('LM-1', 'takes as many observers beside its members', { limits: { maxMembers: 1 } }, async (t) => {
    await t.join()
    await t.observe()
    const headers = { accept: 'text/event-stream' }
    like(
      await t.request(t.path('listen'), { headers }),
      refusal(503, 'CHANNEL_FULL'),
      'the answer to one more observer',
    )
  }),
  adapterCase(
    'LM-1',
    'lets so many emits wait in a channel, and refuses one more',
    { limits: { maxAwaitedEmits: 1 } },
    async (t) => {
      const member = await t.join()
      const first = await t.posting('first', 'require-ack=true&_timeout=60000')
      const data = await member.data('first')
      like(await t.post('second', 'require-ack=true'), refusal(429, 'RATE_LIMITED'), 'the answer to one more')
      member.ack(data)
      like(await t.answered(first), { status: 200 }, 'the answer to the first')
    },
  ),
  adapterCase(
    'ACK-6',
    'takes so many bytes of replies to one event, and counts what comes beyond as failed',
    REPLIES,
    async (t) => {
      const [short, long] = [await t.join(), await t.join()]
      const pending = await t.posting('ask', 'require-ack=true&_timeout=60000')
      short.ack(await short.data('ask'), { a: 'x'.repeat(20) })
      await short.settled()
      long.ack(await long.data('ask'), { a: 'x'.repeat(100) })
      const { status, body } = await t.answered(pending)
      like(
        { status, body },
        { status: 408, body: { acked: [short.clientID], failed: [{ clientID: long.clientID }] } },
        'the answer',
      )
      same(Object.keys(Object(at(body, 'replies'))), [short.clientID], 'whose replies were handed on')
    },
  ),
  adapterCase(
    'LM-1',
    'closes with 1009 for a frame that is larger than it was told to take',
    { limits: { maxMessageBytes: 1_000 } },
    async (t) => {
      const member = await t.join()
      const frame = (bytes: number) => `{"type":"EMIT","payload":"${'x'.repeat(bytes - 28)}"}`
      member.sendRaw(frame(1_000))
      like((await member.first('EMITTED')).payload, { success: true }, 'the payload of EMITTED')
      member.sendRaw(frame(1_001))
      same((await member.ended()).code, 1009, 'the close code')
    },
  ),
  adapterCase(
    'LM-1',
    'takes a `send` of 16 times a message’s limit, and answers more with 413',
    { limits: { maxMessageBytes: 300 } },
    async (t) => {
      const stream = await t.observe('member=true&session=new')
      const session = String(at(stream.of('CONNECTED')[0]?.data, 'payload', 'session'))
      const send = (body: string) => t.request(t.path('send'), { method: 'POST', body, headers: { session } })
      const emit = (bytes: number) => `{"type":"EMIT","payload":"${'x'.repeat(bytes - 28)}"}`
      const list = `[${Array.from({ length: 15 }, () => emit(300)).join()}]`
      like(await send(list.padEnd(4_800)), { status: 202 }, 'the answer to 4,800 bytes')
      like(await send(list.padEnd(4_801)), refusal(413, 'PAYLOAD_TOO_LARGE'), 'the answer to 4,801 bytes')
      like(await send(emit(301)), refusal(413, 'PAYLOAD_TOO_LARGE'), 'the answer to a message of 301 bytes')
      await stream.nth(15, 'EMITTED')
      like(await send('{"type":"CLOSE"}'), { status: 202 }, 'the answer to CLOSE')
      await stream.ended()
      same(stream.of('EMITTED').length, 15, 'how many EMITTED came')
    },
  ),
  adapterCase('CL-8', 'closes with 4429 who goes on above the rate for ten bursts, and not before', RATE, async (t) => {
    const member = await t.join()
    const emit = (count: number) => {
      for (let number = 0; number < count; number++) member.send({ type: 'EMIT', payload: number, clients: 0 })
    }
    emit(15)
    await member.nth(15, 'EMITTED')
    const refused = member.of('EMITTED').filter(({ payload }) => at(payload, 'success') === false)
    like(refused[0]?.payload, { error: { code: 'RATE_LIMITED', retryAfterMs: positive } }, 'EMITTED above the rate')
    same(refused.length, 10, 'how many of 15 were refused where 5 may come at once')
    ok(!member.ending, 'expected the connection to stay, but it was closed')
    // One by one: what is still under way when the connection is closed could overtake the close.
    for (let number = 16; number <= 100 && !member.ending; number++) {
      emit(1)
      const answered = () => (member.ending || member.of('EMITTED').length >= number ? true : undefined)
      await t.waiting.until('EMITTED or the close', answered)
    }
    await member.error('RATE_LIMITED')
    same((await member.ended()).code, 4429, 'the close code')
  }),
  adapterCase('CL-8', 'counts PONG, PING and ACK that nobody asked for', RATE, async (t) => {
    const member = await t.join()
    for (const type of ['PONG', 'ACK', 'PING', 'PONG', 'ACK']) member.send({ type, payload: {} })
    like(await member.emit('over', { clients: 0 }), { success: false, error: { code: 'RATE_LIMITED' } }, 'EMITTED')
  }),
]
