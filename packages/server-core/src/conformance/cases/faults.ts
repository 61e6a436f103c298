// Section 7 and 10: messages that can't be read, come too often, are too large; and what others notice of it.
import { type ConformanceCase, full } from '../case'
import type { Member } from '../client'
import { at, like, ok, positive, same } from '../match'
import { POST, refusal } from './answers'

export const faultCases: readonly ConformanceCase[] = [
  full('CL-7', 'answers what it can’t read by ERROR BAD_MESSAGE, and keeps the connection', async (t) => {
    const member = await t.join()
    const frames = [
      '{',
      'hello',
      '[]',
      'null',
      '5',
      '{}',
      '{"type":5}',
      '{"payload":1}',
      nested('{"type":"PING","a":', 64),
    ]
    for (const frame of frames) member.sendRaw(frame)
    await member.nth(frames.length, 'ERROR')
    for (const { payload } of member.of('ERROR')) like(payload, { code: 'BAD_MESSAGE' }, 'the payload of ERROR')
    await t.fence(member)
    same(member.of('ERROR').length, frames.length, 'how many ERROR came')
  }),
  full('CL-7', 'answers a binary frame by ERROR BAD_MESSAGE, and keeps the connection', async (t) => {
    const member = await t.join()
    member.sendRaw(new TextEncoder().encode('{"type":"PING"}'))
    await member.error('BAD_MESSAGE')
    await t.fence(member)
    same(member.of('PONG').length, 0, 'how many PONG came')
  }),
  full('CL-7', 'closes with 4400 at the 20th frame that it can’t read, and not before', async (t) => {
    const member = await t.join()
    for (let number = 1; number < 20; number++) member.sendRaw('{')
    await member.nth(19, 'ERROR')
    await t.fence(member)
    member.sendRaw('{')
    like((await member.ended()).code, 4400, 'the close code')
  }),
  full('CL-7', 'answers a type that it does not know by ERROR UNKNOWN_TYPE, and keeps the connection', async (t) => {
    const member = await t.join()
    for (let number = 0; number < 25; number++) member.send({ type: `UNKNOWN ${number}` })
    await member.nth(25, 'ERROR')
    for (const { payload } of member.of('ERROR')) like(payload, { code: 'UNKNOWN_TYPE' }, 'the payload of ERROR')
    await t.fence(member)
  }),
  full('CL-7', 'reads a frame nested 64 deep, and answers an EMIT of 65 by EMITTED', async (t) => {
    const member = await t.join()
    member.sendRaw(nested('{"type":"EMIT","ref":"64","payload":', 63))
    like((await member.emitted('64')).payload, { success: true }, 'EMITTED for 64')
    const before = member.frames.length
    member.sendRaw(nested('{"type":"EMIT","ref":"65","payload":', 64))
    like((await member.emitted('65', before)).payload, { success: false }, 'EMITTED for 65')
    same(member.of('ERROR').length, 0, 'how many ERROR came')
  }),
  full('CL-8', 'takes a burst, then refuses by EMITTED RATE_LIMITED or ERROR with retryAfterMs', async (t) => {
    const member = await t.join()
    const { messageBurst, messagesPerSecond } = ratesOf(member)
    if (messageBurst > 2_000) t.skip(`a burst of ${messageBurst} is more than this case sends`)
    // Those that refill meanwhile are allowed as well: within a few seconds it is over.
    const emits = messageBurst + 10 * messagesPerSecond
    for (let number = 0; number < emits; number++) member.send({ type: 'EMIT', payload: number, clients: 0 })
    // Several, since between two of them one may be allowed again.
    const presences = 50
    for (let number = 0; number < presences; number++) member.send({ type: 'PRESENCE', payload: { number } })
    await member.nth(emits, 'EMITTED')
    const results = member.of('EMITTED').map(({ payload }) => at(payload, 'success'))
    const burst = results.indexOf(false)
    ok(burst >= messageBurst, `expected at least ${messageBurst} to be taken at once, got ${burst}`)
    const refused = member.of('EMITTED')[burst]?.payload
    like(refused, { error: { code: 'RATE_LIMITED', retryAfterMs: positive } }, 'EMITTED over the rate')
    like((await member.error('RATE_LIMITED')).payload, { retryAfterMs: positive }, 'ERROR for a PRESENCE over the rate')
    const answered = () => member.of('PRESENCE:UPDATED').length + member.of('ERROR').length
    await t.waiting.until('an answer to each PRESENCE', () => (answered() < presences ? undefined : true))
    await t.fence(member)
    same(answered(), presences, 'how many PRESENCE:UPDATED and ERROR came')
    await t.pass(2_000)
    like(await member.emit('again', { clients: 0 }), { success: true }, 'EMITTED after a while')
  }),
  full('CL-8', 'counts no ACK that is awaited', async (t) => {
    const member = await t.join()
    const { messageBurst, messagesPerSecond } = ratesOf(member)
    if (messageBurst > 2_000) t.skip(`a burst of ${messageBurst} is more than this case sends`)
    const pending = await t.posting('wait', 'require-ack=true&_timeout=60000')
    const data = await member.data('wait')
    for (let number = 0; number < messageBurst + 10 * messagesPerSecond; number++)
      member.send({ type: 'PRESENCE', payload: {} })
    member.ack(data)
    await member.error('RATE_LIMITED')
    like(await t.answered(pending), { status: 200, body: { acked: [member.clientID] } }, 'the answer')
  }),
  full('ER-1', 'lets nobody feel another one’s fault', async (t) => {
    const [bad, good] = [await t.join(), await t.join()]
    for (let number = 0; number < 20; number++) bad.sendRaw('\u0000{"type":')
    await bad.ended()
    like(await good.emit('still here'), { success: true }, 'EMITTED')
    await t.fence(good)
    same(good.of('ERROR').length, 0, 'how many ERROR the other one was sent')
    same(good.heard, ['still here'], 'what the other one heard')
  }),
  full('ER-2', 'repeats no payload and no id of others in a message', async (t) => {
    const [member, other] = [await t.join(), await t.join()]
    const secret = `secret-${t.channel}`
    member.sendRaw(`{"type":"EMIT","payload":"${secret}`)
    member.send({ type: 'PRESENCE', payload: secret })
    member.send({ type: 'EMIT', payload: secret, clients: 9 })
    member.sendRaw(nested(`{"type":"PING","payload":"${secret}","a":`, 64))
    await member.settled()
    const answers = [
      await t.request(t.emitPath(), { method: 'POST', body: `{"${secret}` }),
      await t.post(secret, 'clients=9'),
      await t.post(secret, `clients=${other.clientID}&clients=1`),
      await t.post(secret, 'require-ack=true&_timeout=100'),
    ]
    const messages = [
      ...member.of('ERROR').map(({ payload }) => at(payload, 'message')),
      ...member.of('EMITTED').map(({ payload }) => at(payload, 'error', 'message')),
      ...answers.map(({ body }) => at(body, 'error', 'message')),
    ]
    for (const message of messages.map(String)) {
      ok(!message.includes(secret), `expected a message without the payload, got "${message}"`)
      ok(!message.includes(other.clientID), `expected a message without the ids of others, got "${message}"`)
    }
  }),
  full('LM-1', 'takes a frame of 64 KiB, and closes with 1009 for one byte more', async (t) => {
    const [member, other] = [await t.join(), await t.join()]
    const bytes = maxMessageBytes(member)
    const padded = (length: number) => `{"type":"EMIT","payload":"${'x'.repeat(length - 28)}"}`
    member.sendRaw(padded(bytes))
    like((await member.first('EMITTED')).payload, { success: true }, `EMITTED for ${bytes} bytes`)
    member.sendRaw(padded(bytes + 1))
    like((await member.ended()).code, 1009, 'the close code')
    like((await other.first('PRESENCE:LEFT')).payload, { clientID: member.clientID }, 'the payload of PRESENCE:LEFT')
    await t.fence(other)
    same(
      other.heard.map((payload) => String(payload).length),
      [bytes - 28],
      'the lengths of what another member heard',
    )
  }),
  full('LM-1', 'counts a frame’s bytes in UTF-8, not its characters', async (t) => {
    const member = await t.join()
    member.send({ type: 'EMIT', payload: 'é'.repeat(Math.ceil(maxMessageBytes(member) / 2)) })
    like((await member.ended()).code, 1009, 'the close code')
  }),
  full('LM-1', 'takes a body of 64 KiB, and answers one byte more with 413 PAYLOAD_TOO_LARGE', async (t) => {
    const member = await t.join()
    const bytes = maxMessageBytes(member)
    const body = (length: number) => ({ method: 'POST', body: `"${'x'.repeat(length - 2)}"` })
    like(await t.request(t.emitPath(), body(bytes)), { status: 200 }, `${bytes} bytes: the answer`)
    like(
      await t.request(t.emitPath(), body(bytes + 1)),
      refusal(413, 'PAYLOAD_TOO_LARGE'),
      `${bytes + 1} bytes: the answer`,
    )
    await t.fence(member)
    same(
      member.heard.map((payload) => String(payload).length),
      [bytes - 2],
      'the lengths of what a member heard',
    )
  }),
  full('LM-1', 'takes a body nested 64 deep, and answers 65 with 400 BAD_PAYLOAD', async (t) => {
    const body = (depth: number) => ({ ...POST, body: nested('', depth) })
    like(await t.request(t.emitPath(), body(64)), { status: 200 }, '64 deep: the answer')
    like(await t.request(t.emitPath(), body(65)), refusal(400, 'BAD_PAYLOAD'), '65 deep: the answer')
  }),
  full('LM-1', 'takes a presence of 8 KiB, and answers one byte more by ERROR PAYLOAD_TOO_LARGE', async (t) => {
    const [member, other] = [await t.join(), await t.join()]
    const told = at(member.welcome, 'limits', 'maxPresenceBytes')
    const bytes = typeof told === 'number' ? told : 8_192
    const presence = (length: number) => ({ type: 'PRESENCE', payload: { a: 'x'.repeat(length - 8) } })
    member.send(presence(bytes))
    await other.first('PRESENCE:UPDATED')
    member.send(presence(bytes + 1))
    await member.error('PAYLOAD_TOO_LARGE')
    await t.fence(other)
    same(other.of('PRESENCE:UPDATED').length, 1, 'how many PRESENCE:UPDATED another member got')
  }),
]

/** JSON that begins as given, and then nests so many arrays. */
function nested(before: string, depth: number): string {
  return `${before}${'['.repeat(depth)}${']'.repeat(depth)}${before === '' ? '' : '}'}`
}

function ratesOf(member: Member): { messageBurst: number; messagesPerSecond: number } {
  const number = (name: string, otherwise: number) => {
    const told = at(member.welcome, 'limits', name)
    return typeof told === 'number' ? told : otherwise
  }
  return { messageBurst: number('messageBurst', 200), messagesPerSecond: number('messagesPerSecond', 50) }
}

function maxMessageBytes(member: Member): number {
  const told = at(member.welcome, 'limits', 'maxMessageBytes')
  return typeof told === 'number' ? told : 65_536
}
