// Section 1: channels, their names and their routes.
import { type ConformanceCase, full, seed } from '../case'
import { uniqueName } from '../context'
import { at, like, ok, same, text } from '../match'
import { POST, refusal } from './answers'
import { freed } from './freed'

export const channelCases: readonly ConformanceCase[] = [
  seed('CH-1', 'brings an event to those who listen to its channel, and to nobody in another', async (t) => {
    const here = await t.join()
    const there = await t.join({ channel: uniqueName() })
    await t.post({ hello: 'here' })
    await here.data({ hello: 'here' })
    await t.fence(there)
    same(there.heard, [], 'what a member of another channel heard')
  }),
  seed('CH-1', 'takes "emit" and "listen" in a name for a part of the name', async (t) => {
    for (const channel of [`emit-${uniqueName()}`, `listen-party-${uniqueName()}`]) {
      const member = await t.join({ channel })
      await t.fence(member)
    }
  }),
  full('CH-1', 'reads a name percent-encoded as UTF-8, however it is written; %2F belongs to it', async (t) => {
    const member = await t.openAt(`/${t.channel}%2F%F0%9F%A6%8A%20b/listen`)
    await member.first('CONNECTED')
    const plain = await t.join()
    const written = `/${t.channel}%2f🦊%20b/emit`
    like(await t.request(written, { method: 'POST', body: '"odd"' }), { status: 200 }, written)
    await member.data('odd')
    await t.fence(plain)
    same(plain.heard, [], 'what a member of the channel without %2F heard')
  }),
  full('CH-1', 'takes a name of 200 bytes, and answers 201 with 400 BAD_CHANNEL', async (t) => {
    const ascii = t.channel.padEnd(200, 'x')
    const wide = t.channel.padEnd(t.channel.length + (200 - t.channel.length) / 2, 'é')
    for (const channel of [ascii, wide]) {
      like(await t.request(t.emitPath('', channel), POST), { status: 200 }, 'a name of 200 bytes: the answer')
      const answer = await t.request(t.emitPath('', `${channel}x`), POST)
      like(answer, refusal(400, 'BAD_CHANNEL'), 'a name of 201 bytes: the answer')
    }
  }),
  full('CH-1', 'answers control characters and broken percent-encoding in a name with 400 BAD_CHANNEL', async (t) => {
    for (const odd of ['%00', '%0A', '%1F', '%7F', '%FF', '%C3%28']) {
      const answer = await t.request(`/${t.channel}${odd}/emit`, POST)
      like(answer, refusal(400, 'BAD_CHANNEL'), `a name with ${odd}: the answer`)
    }
  }),
  full('CH-1', 'takes names that are words elsewhere: emit, listen, constructor, __proto__', async (t) => {
    const nobody = `client_${uniqueName()}`
    for (const channel of ['emit', 'listen', 'constructor', '__proto__', 'toString']) {
      // Addressed to nobody: the channel may be in use.
      const answer = await t.request(t.emitPath(`clients=${nobody}`, channel), POST)
      like(answer, { status: 200 }, `the channel ${channel}: the answer`)
    }
  }),
  full('CH-2', 'answers an unknown path with 404 NOT_FOUND: routes match whole segments', async (t) => {
    for (const rest of ['emit-x', 'emitter', 'emit/more', 'xlisten', 'nowhere']) {
      like(await t.request(t.path(rest), POST), refusal(404, 'NOT_FOUND'), `POST /:channel/${rest}: the answer`)
    }
  }),
  full('CH-2', 'answers a wrong method with 405 METHOD_NOT_ALLOWED and Allow', async (t) => {
    const wrong = [
      ['DELETE', 'emit'],
      ['PUT', 'emit'],
      ['GET', 'send'],
      ['POST', 'listen'],
      ['POST', 'history'],
      ['DELETE', 'members'],
    ] as const
    for (const [method, route] of wrong) {
      const answer = await t.request(t.path(route), { method })
      like(answer, refusal(405, 'METHOD_NOT_ALLOWED'), `${method} /:channel/${route}: the answer`)
      const expected = route === 'emit' || route === 'send' ? 'POST' : 'GET'
      const allow = answer.headers.get('allow') ?? ''
      ok(allow.split(/, */).includes(expected), `expected ${expected} in Allow of /:channel/${route}, got "${allow}"`)
    }
  }),
  full('CH-2', 'does not emit for HEAD, and answers it with 405', async (t) => {
    const member = await t.join()
    const { status: got } = await t.request(t.emitPath('head=1'), { method: 'HEAD' })
    await t.fence(member)
    same(member.heard, [], 'what a member heard of a HEAD')
    like(got, 405, 'the status of a HEAD')
  }),
  full('CH-2', 'opens no WebSocket elsewhere than at /:channel/listen', async (t) => {
    for (const rest of ['emit', 'listener', 'listen/more', 'members']) await t.refused(t.path(rest))
  }),
  full('CH-3', 'has no channel "_": 400 BAD_CHANNEL, and no WebSocket', async (t) => {
    for (const written of ['_', '%5F']) {
      like(await t.request(`/${written}/emit`, POST), refusal(400, 'BAD_CHANNEL'), `POST /${written}/emit: the answer`)
      await t.refused(`/${written}/listen`)
    }
  }),
  full(
    'CH-4',
    'makes a channel with its first listener, and frees it when the last one has left',
    async (t) => {
      like(await t.history(), { epoch: null }, 'the history of a channel that nobody used')
      const member = await t.join()
      like(await t.history(), { epoch: text }, 'the history of a channel with a listener')
      await member.leave()
      await freed(t)
    },
    { needs: 'history' },
  ),
  full(
    'CH-4',
    'keeps a channel as long as it retains events, and frees it after them',
    async (t) => {
      await t.post('kept')
      const epoch = at(await t.history(), 'epoch')
      like(epoch, text, 'the epoch of a channel with an event')
      await t.pass(60_000)
      like(await t.history(), { epoch, history: [{ payload: 'kept' }] }, 'the history after 60 s')
      await t.pass(62_000)
      await freed(t)
    },
    { needs: 'history', slow: true },
  ),
]
