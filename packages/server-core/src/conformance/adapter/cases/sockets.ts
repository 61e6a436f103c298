// WebSockets as a runtime has them: order, codes and reasons of their ends, and what a refused one leaves behind.
import type { Member } from '../../client'
import { at, like, ok, same } from '../../match'
import { type AdapterCase, adapterCase } from '../adapter-case'
import { freed } from '../../cases/freed'

/** What a connection may send at once. */
const BURST = { limits: { messageBurst: 2_000 } }

export const socketCases: readonly AdapterCase[] = [
  adapterCase('EM-9', 'brings 1,000 messages of one socket in their order', BURST, async (t) => {
    const [reader, writer] = [await t.join(), await t.join()]
    const numbers = Array.from({ length: 1_000 }, (_, index) => index)
    for (const number of numbers) writer.send({ type: 'EMIT', payload: number })
    await reader.data(999)
    same(reader.heard, numbers, 'what was heard')
  }),
  adapterCase('OR-2', 'chooses no subprotocol that it does not speak, least of all the token', {}, async (t) => {
    const member = await t.open({ protocols: ['other', 'bearer.se-cret'] })
    await t.waiting.until('the WebSocket to open or to fail', () => (member.opened || member.ending ? true : undefined))
    if (member.opened) same(member.socket.protocol, '', 'the subprotocol')
  }),
  ...[3000, 3999, 4999].map((code) =>
    adapterCase('RS-5', `keeps the place of a member that closes with ${code}`, {}, async (t) => {
      const watcher = await t.join()
      const member = await t.join({ query: 'session=new' })
      member.socket.close(code)
      await member.ended()
      const back = await t.join({ query: `session=${sessionOf(member)}` })
      like(back.welcome, { resumed: true }, 'CONNECTED')
      await t.fence(watcher)
      same(watcher.of('PRESENCE:LEFT').length, 0, 'how many PRESENCE:LEFT the others got')
    }),
  ),
  adapterCase('RS-3', 'lets a member leave that does not come back in time', { graceMs: 200 }, async (t) => {
    const watcher = await t.join()
    const member = await t.join({ query: 'session=new' })
    member.socket.close(4000)
    await member.ended()
    like((await watcher.first('PRESENCE:LEFT')).payload, { clientID: member.clientID }, 'the payload of PRESENCE:LEFT')
    like((await t.join({ query: `session=${sessionOf(member)}` })).welcome, { resumed: false }, 'CONNECTED')
  }),
  adapterCase(
    'ER-1',
    'lets a client close while it is still connecting, and keeps no ghost of it',
    { history: { maxEvents: 0 } },
    async (t) => {
      const hasty = await t.open()
      hasty.close()
      await hasty.ended()
      same(hasty.frames.length, 0, 'how many frames it was sent')
      const watcher = await t.join()
      const alone = async () => isList(await t.memberList(), 1) || undefined
      await t.waiting.poll('a list of one member', alone)
      await watcher.leave()
      await freed(t)
    },
  ),
  adapterCase('ER-1', 'closes with 4403 whom the program disconnects, after saying why', {}, async (t, server) => {
    const [member, other] = [await t.join({ query: 'session=new' }), await t.join()]
    same(await server.disconnect(t.channel, member.clientID), true, 'what `disconnect` returned')
    await member.error('FORBIDDEN')
    same(await member.ended(), { code: 4403, reason: 'FORBIDDEN' }, 'the close')
    like((await other.first('PRESENCE:LEFT')).payload, { clientID: member.clientID }, 'the payload of PRESENCE:LEFT')
  }),
  adapterCase('RS-5', 'gives no place back to whom the program has disconnected', {}, async (t, server) => {
    const member = await t.join({ query: 'session=new' })
    await server.disconnect(t.channel, member.clientID)
    await member.ended()
    like((await t.join({ query: `session=${sessionOf(member)}` })).welcome, { resumed: false }, 'CONNECTED')
  }),
  adapterCase('ER-1', 'disconnects nobody who is not there', {}, async (t, server) => {
    const member = await t.join()
    same(await server.disconnect(t.channel, `client_${t.channel}`), false, 'what `disconnect` returned')
    await t.fence(member)
    ok(!member.ending, 'expected the member to stay, but it was closed')
  }),
]

function sessionOf(member: Member): string {
  return String(at(member.welcome, 'session'))
}

function isList(value: unknown, length: number): boolean {
  return Array.isArray(value) && value.length === length
}
