// Section 2: what is emitted over HTTP, to whom it goes, and what is answered.
import { type ConformanceCase, full, seed } from '../case'
import { uniqueName } from '../context'
import { absent, at, inAnyOrder, like, ok, same, text } from '../match'
import { POST, refusal } from './answers'

/** Characters of one to four bytes, a joined emoji, and what JSON treats specially. */
const ODD_TEXT = 'aé€🦊👩‍👩‍👧 \u2028 "\\\n\r\u0000 \uFFFD'

export const emitCases: readonly ConformanceCase[] = [
  seed('EM-1', 'brings the JSON body of a POST to the members as the payload', async (t) => {
    const member = await t.join()
    const payload = { hello: ['world', null, 1.5, { deep: true }], text: ODD_TEXT }
    like(await t.post(payload), { status: 200 }, 'the answer')
    const data = await member.first('DATA')
    same(data.payload, payload, 'the payload of DATA')
  }),
  full('EM-1', 'takes any JSON value: null, {}, [], 0, false and "" too', async (t) => {
    const member = await t.join()
    const payloads = [null, {}, [], 0, false, '', 'text', -1.5e-7]
    for (const payload of payloads) like(await t.post(payload), { status: 200 }, 'the answer')
    await t.fence(member)
    same(member.heard, payloads, 'what the member heard')
  }),
  full('EM-1', 'reads the body as JSON whatever the Content-Type says', async (t) => {
    const member = await t.join()
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream', 'nonsense']
    for (const type of types)
      like(await t.post(type, '', { 'content-type': type }), { status: 200 }, `with ${type}: the answer`)
    await t.fence(member)
    same(member.heard, types, 'what the member heard')
  }),
  full('EM-1', 'answers no body, or one that is not JSON, with 400 BAD_PAYLOAD, and sends nothing', async (t) => {
    const member = await t.join()
    const bodies = [undefined, ' ', '{"a":', 'hello', '{} {}', Uint8Array.of(0x22, 0xff, 0x22)]
    for (const body of bodies) {
      const answer = await t.request(t.emitPath(), { method: 'POST', ...(body !== undefined && { body }) })
      like(answer, refusal(400, 'BAD_PAYLOAD'), `for the body ${String(body)}: the answer`)
    }
    await t.fence(member)
    same(member.heard, [], 'what a member heard')
  }),
  seed(
    'EM-2',
    'brings the query of a GET to the members as an object of strings',
    async (t) => {
      const member = await t.join()
      like(await t.request(t.emitPath('hello=w%C3%B6rld+%F0%9F%A6%8A&n=1')), { status: 200 }, 'the answer')
      same((await member.first('DATA')).payload, { hello: 'wörld 🦊', n: '1' }, 'the payload of DATA')
    },
    { needs: 'get' },
  ),
  full(
    'EM-2',
    'takes the last of equal names, and every name for a name',
    async (t) => {
      const member = await t.join()
      await t.request(t.emitPath('n=1&n=2&empty=&__proto__=x'))
      const { payload } = await member.first('DATA')
      like(payload, { n: '2', empty: '' }, 'the payload of DATA')
      ok(Object.hasOwn(Object(payload), '__proto__'), 'expected "__proto__" as a name in the payload, got none')
    },
    { needs: 'get' },
  ),
  full(
    'EM-2',
    'leaves the parameters that say how to send out of the payload',
    async (t) => {
      const member = await t.join()
      const token = t.token === undefined ? '&_token=x' : ''
      const how = `clients=1&require-ack=false&_timeout=100&_event-id=evt_${uniqueName()}${token}`
      like(await t.request(t.emitPath(`${how}&what=this`)), { status: 200 }, 'the answer')
      same((await member.first('DATA')).payload, { what: 'this' }, 'the payload of DATA')
      like(await t.post('body', how.replace('evt_', 'evt_b')), { status: 200 }, 'POST with them: the answer')
      await t.fence(member)
      same(member.heard, [{ what: 'this' }, 'body'], 'what the member heard')
    },
    { needs: 'get' },
  ),
  full(
    'EM-2',
    'answers a GET without a payload with 400 NO_PAYLOAD',
    async (t) => {
      for (const query of ['', 'require-ack=true', 'clients=0&_timeout=5']) {
        like(await t.request(t.emitPath(query)), refusal(400, 'NO_PAYLOAD'), `GET emit?${query}: the answer`)
      }
    },
    { needs: 'get' },
  ),
  full(
    'EM-2',
    'lets nobody store an answer: Cache-Control is no-store',
    async (t) => {
      for (const query of ['a=1', '']) {
        const control = (await t.request(t.emitPath(query))).headers.get('cache-control') ?? ''
        ok(control.includes('no-store'), `expected no-store in Cache-Control, got "${control}"`)
      }
    },
    { needs: 'get' },
  ),
  ...(['GET', 'POST'] as const).map((method) =>
    full(
      'EM-3',
      `refuses a ${method} that comes from another site's page, and sends nothing`,
      async (t) => {
        const lacking = method === 'GET' ? await t.lacks('get') : undefined
        if (lacking !== undefined) t.skip(lacking)
        const member = await t.join()
        const headers = { origin: `https://${uniqueName()}.example` }
        const answer = await t.request(t.emitPath('a=1'), { method, headers, ...(method === 'POST' && { body: '1' }) })
        like(answer, refusal(403, 'BAD_ORIGIN'), 'the answer')
        await t.fence(member)
        same(member.heard, [], 'what a member heard')
      },
      { needs: 'origin' },
    ),
  ),
  seed('EM-6', 'reaches everyone who is a member, and nobody who joins later', async (t) => {
    const members = [await t.join(), await t.join(), await t.join()]
    await t.post('all')
    for (const member of members) await member.data('all')
    const late = await t.join()
    await t.fence(late, ...members)
    same(late.heard, [], 'what a later member heard')
    for (const member of members) same(member.deliveries, ['all'], 'what a member was sent')
  }),
  full('EM-6', 'does not count who has left', async (t) => {
    const [stays, leaves] = [await t.join(), await t.join()]
    await leaves.leave()
    const counted = async () =>
      ((await t.post('who')).body as { recipients?: unknown } | undefined)?.recipients === 1 || undefined
    await t.waiting.poll('an answer with `recipients: 1`', counted)
    ok(!stays.ending, 'expected the other member to stay, but its connection ended')
  }),
  full('EM-7', 'answers {success, eventID, recipients}, with the id that the event has', async (t) => {
    const members = [await t.join(), await t.join()]
    const { status, body } = await t.post(1)
    like(
      { status, body },
      { status: 200, body: { success: true, eventID: text, recipients: 2, error: absent } },
      'the answer',
    )
    for (const member of members) {
      like((await member.data(1)).fields, { eventID: at(body, 'eventID') }, 'the DATA of that event')
    }
  }),
  full('EM-7', 'names who acknowledged, with every require-ack', async (t) => {
    const members = [await t.join({ ack: true }), await t.join({ ack: true })]
    const answer = await t.post(1, 'require-ack=true&_timeout=60000')
    const acked = inAnyOrder(...members.map((member) => member.clientID))
    like(answer, { status: 200, body: { success: true, acked } }, 'the answer')
  }),
  full('EM-7', 'has acked, left, pending and failed in every 408, empty ones too', async (t) => {
    const member = await t.join()
    const answer = await t.post(1, 'require-ack=true&_timeout=200')
    const lists = { acked: [], left: [], failed: [], pending: [member.clientID] }
    like(answer, { status: 408, body: { success: false, eventID: text, ...lists } }, 'the answer')
  }),
  full('EM-9', 'keeps the order of an HTTP caller that awaits each answer', async (t) => {
    const members = [await t.join(), await t.join()]
    const numbers = Array.from({ length: 20 }, (_, index) => index)
    for (const number of numbers) await t.post(number)
    await t.fence(...members)
    for (const member of members) same(member.heard, numbers, 'what a member heard')
  }),
  full('EM-9', 'keeps the order of one connection, EMIT and PRESENCE together', async (t) => {
    const [writer, ...readers] = [await t.join(), await t.join(), await t.join()]
    const numbers = Array.from({ length: 60 }, (_, index) => index)
    for (const number of numbers)
      writer.send(number % 3 === 2 ? { type: 'PRESENCE', payload: { number } } : { type: 'EMIT', payload: number })
    for (const reader of readers) {
      await reader.first('PRESENCE:UPDATED', ({ payload }) => at(payload, 'presence', 'number') === 59)
      const events = new Set(reader.events)
      const seen = reader.frames.flatMap((frame) => {
        const number = frame.type === 'PRESENCE:UPDATED' ? at(frame.payload, 'presence', 'number') : frame.payload
        return events.has(frame) || frame.type === 'PRESENCE:UPDATED' ? [number] : []
      })
      same(seen, numbers, 'the numbers that a member heard and saw')
    }
  }),
  full('EM-7', 'describes every failure as {success:false,error:{code,message}}', async (t) => {
    const failures = [
      await t.request(t.path('nowhere')),
      await t.request('/_/emit', POST),
      await t.request(t.emitPath(), { method: 'POST', body: '{' }),
      await t.request(t.emitPath('clients='), POST),
      await t.request(t.path('listen')),
    ]
    for (const { body } of failures) {
      like(body, { success: false, error: { code: text, message: text } }, 'the body of a failure')
    }
  }),
]
