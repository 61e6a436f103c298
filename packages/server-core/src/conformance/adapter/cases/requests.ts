// Requests as a runtime hands them on: methods, bodies that come in pieces or never end, callers that give up.
import { POST, refusal } from '../../cases/answers'
import { at, like, same } from '../../match'
import { type AdapterCase, adapterCase } from '../adapter-case'

/** Characters of one to four bytes, a joined emoji, and what JSON and events treat specially. */
const ODD_TEXT = 'aé€🦊👩‍👩‍👧 \u2028 "\\\n\r\u0000 \uFFFD'

/** A rate that no machine is too slow to exceed. */
const FEW = { trustProxy: true, limits: { requestsPerSecond: 0.01, requestBurst: 3 } }

export const requestCases: readonly AdapterCase[] = [
  adapterCase('CH-2', 'answers what no route has with 404 NOT_FOUND, the root too', {}, async (t) => {
    for (const path of ['/', '/nowhere', `/${t.channel}`, `/${t.channel}/`, '/_/nothing']) {
      like(await t.request(path), refusal(404, 'NOT_FOUND'), `GET ${path}: the answer`)
    }
  }),
  adapterCase('EM-2', 'names GET and POST where GET may emit, and takes no HEAD for one', {}, async (t) => {
    const { status, headers } = await t.request(t.emitPath('a=1'), { method: 'HEAD' })
    same([status, headers.get('allow')], [405, 'GET, POST'], 'the status of a HEAD, and Allow')
  }),
  adapterCase('EM-2', 'takes no GET for an emit where it is switched off', { getEmit: false }, async (t) => {
    const member = await t.join()
    const answer = await t.request(t.emitPath('a=1'))
    like(answer, refusal(405, 'METHOD_NOT_ALLOWED'), 'the answer')
    same(answer.headers.get('allow'), 'POST', 'Allow')
    await t.fence(member)
    same(member.heard, [], 'what a member heard')
  }),
  adapterCase(
    'EM-1',
    'puts a body together that comes byte by byte, in the middle of characters too',
    {},
    async (t) => {
      const member = await t.join()
      const body = bytewise(JSON.stringify(ODD_TEXT))
      like(await t.request(t.emitPath(), streaming(body)), { status: 200 }, 'the answer')
      same((await member.first('DATA')).payload, ODD_TEXT, 'the payload of DATA')
    },
    { uses: 'request-stream' },
  ),
  adapterCase(
    'LM-1',
    'answers a body that never ends with 413, and goes on serving',
    {},
    async (t) => {
      let chunks = 0
      const endless = new ReadableStream<Uint8Array>({
        async pull(controller) {
          controller.enqueue(new Uint8Array(4_096).fill(0x31))
          // Some clients take all that they are given: without a pause they would never hear the answer.
          if (++chunks > 100) await new Promise((resolve) => setTimeout(resolve))
        },
      })
      like(await t.request(t.emitPath(), streaming(endless)), refusal(413, 'PAYLOAD_TOO_LARGE'), 'the answer')
      like(await t.request(t.emitPath(), POST), { status: 200 }, 'the answer to the next one')
    },
    { uses: 'early-answer' },
  ),
  adapterCase(
    'LM-1',
    'answers a body that stops arriving with 400 BAD_PAYLOAD',
    { limits: { bodyTimeoutMs: 200 } },
    async (t) => {
      const stalled = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new Uint8Array([0x22])),
      })
      like(await t.request(t.emitPath(), streaming(stalled)), refusal(400, 'BAD_PAYLOAD'), 'the answer')
    },
    { uses: 'request-stream' },
  ),
  adapterCase('MS-1', 'carries text beyond the BMP both ways, over sockets, bodies and URLs', {}, async (t) => {
    const member = await t.join()
    member.send({ type: 'EMIT', payload: ODD_TEXT })
    await member.data(ODD_TEXT)
    like(await t.post([ODD_TEXT]), { status: 200 }, 'the answer to a POST')
    await member.data([ODD_TEXT])
    const query = `text=${encodeURIComponent(ODD_TEXT)}`
    like(await t.request(t.emitPath(query)), { status: 200 }, 'the answer to a GET')
    await member.data({ text: ODD_TEXT })
  }),
  adapterCase('ER-1', 'survives a caller that gives up while acknowledgements are awaited', {}, async (t) => {
    const member = await t.join()
    const aborter = new AbortController()
    const path = t.emitPath('require-ack=true&_timeout=60000')
    const given = await t.start(path, { ...POST, signal: aborter.signal })
    const data = await member.first('DATA')
    aborter.abort()
    await t.waiting.until('the request to be given up', () => (given.error === undefined ? undefined : true))
    member.ack(data)
    like(await t.post('next'), { status: 200, body: { recipients: 1 } }, 'the answer to the next one')
    await member.data('next')
  }),
  adapterCase(
    'LM-1',
    'gives an address so many requests at once, and 429 with Retry-After for more',
    FEW,
    async (t) => {
      const from = (address: string) => t.request(t.path('members'), { headers: { 'x-forwarded-for': address } })
      for (let number = 0; number < 3; number++) like(await from('192.0.2.1'), { status: 200 }, 'an answer in time')
      const refused = await from('192.0.2.1')
      like(refused, refusal(429, 'RATE_LIMITED'), 'the answer to one too many')
      const seconds = Number(refused.headers.get('retry-after'))
      same([seconds > 0, Number(at(refused.body, 'error', 'retryAfterMs')) > 0], [true, true], 'whether both say when')
      like(await from('192.0.2.2'), { status: 200 }, 'the answer to another address')
      like(await from('192.0.2.1, 192.0.2.3'), { status: 200 }, 'the answer where the last proxy names another address')
    },
    { needs: 'origin' },
  ),
]

function bytewise(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  let next = 0
  return new ReadableStream({
    pull(controller) {
      if (next < bytes.length) controller.enqueue(bytes.slice(next, ++next))
      else controller.close()
    },
  })
}

/** `duplex` is what fetch demands for a body that is a stream. */
function streaming(body: ReadableStream<Uint8Array>): RequestInit {
  return { method: 'POST', body, duplex: 'half' } as RequestInit
}
