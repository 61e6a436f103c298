// Section 5: origins and tokens.
import { type ConformanceCase, full } from '../case'
import { type Answer, type CaseContext, uniqueName } from '../context'
import { absent, at, like, ok, oneOf } from '../match'
import { POST, refusal } from './answers'

const SSE = { accept: 'text/event-stream' }

export const originCases: readonly ConformanceCase[] = [
  full(
    'OR-1',
    'refuses a foreign Origin on emit, listen, history and members with 403 BAD_ORIGIN',
    async (t) => {
      for (const origin of [`https://${uniqueName()}.example`, 'null']) {
        for (const answer of await everywhere(t, { origin })) {
          like(answer, refusal(403, 'BAD_ORIGIN'), `Origin ${origin}: the answer`)
        }
      }
    },
    { needs: 'origin' },
  ),
  full(
    'OR-1',
    'welcomes the pages of its own origin',
    async (t) => {
      const { origin } = new URL(t.url)
      like(await t.post(1, '', { origin }), { status: 200 }, `Origin ${origin}: the answer`)
      like(await t.request(t.path('members'), { headers: { origin } }), { status: 200 }, `Origin ${origin}: the answer`)
    },
    { needs: 'origin' },
  ),
  full(
    'OR-1',
    'refuses what a browser sends for a page of another site without Origin',
    async (t) => {
      for (const site of ['cross-site', 'same-site']) {
        for (const answer of await everywhere(t, { 'sec-fetch-site': site })) {
          like(answer, refusal(403, 'BAD_ORIGIN'), `Sec-Fetch-Site ${site}: the answer`)
        }
      }
      for (const site of ['same-origin', 'none']) {
        like(await t.post(1, '', { 'sec-fetch-site': site }), { status: 200 }, `Sec-Fetch-Site ${site}: the answer`)
      }
    },
    { needs: 'origin' },
  ),
  full(
    'OR-1',
    'refuses what a browser prefetches',
    async (t) => {
      for (const answer of await everywhere(t, { 'sec-purpose': 'prefetch' })) {
        like(answer, refusal(403, 'BAD_ORIGIN'), 'Sec-Purpose prefetch: the answer')
      }
    },
    { needs: 'origin' },
  ),
  full(
    'OR-1',
    'answers preflights, says Vary: Origin, and never allows every origin',
    async (t) => {
      const { origin } = new URL(t.url)
      const preflight = await t.request(t.emitPath(), {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      })
      like(preflight, { status: oneOf(200, 204) }, 'a preflight: the answer')
      const answers = [
        preflight,
        ...(await everywhere(t, {})),
        ...(await everywhere(t, { origin: 'https://a.example' })),
      ]
      for (const { headers } of answers) {
        const vary = headers.get('vary') ?? ''
        ok(/\borigin\b/i.test(vary), `expected Origin in Vary, got "${vary}"`)
        const allowed = headers.get('access-control-allow-origin')
        ok(allowed !== '*', 'expected no * in Access-Control-Allow-Origin, got one')
      }
    },
    { needs: 'origin' },
  ),
  full('OR-2', 'chooses the subprotocol websockets.do, never the one that carries the token', async (t) => {
    const bearer = `bearer.${t.token ?? 'anything'}`
    const protocols = [bearer, 'websockets.do']
    // In the URL there is a wrong one, which does not count beside the subprotocol.
    const member = await t.join(t.token === undefined ? { protocols } : { protocols, query: 'token=' })
    like(member.socket.protocol, 'websockets.do', 'the subprotocol')
    like((await t.join()).socket.protocol, '', 'the subprotocol of who offers none')
  }),
  full(
    'OR-2',
    'takes a token as Authorization: Bearer, and as a parameter',
    async (t) => {
      const token = encodeURIComponent(t.token ?? '')
      const none = { authorization: '' }
      like(await t.post(1), { status: 200 }, 'Authorization: Bearer on emit: the answer')
      like(await t.post(1, `_token=${token}`, none), { status: 200 }, '`_token` on emit: the answer')
      const members = await t.request(t.path(`members?token=${token}`), { headers: none })
      like(members, { status: 200 }, '`token` on members: the answer')
    },
    { needs: 'token' },
  ),
  full(
    'OR-2',
    'tells nobody a token in an error',
    async (t) => {
      const wrong = `wrong-${uniqueName()}`
      const answers = [
        await t.post(1, '', { authorization: `Bearer ${wrong}` }),
        await t.post(1, `_token=${wrong}`, { authorization: '' }),
        await t.request(t.path(`nowhere?token=${wrong}`)),
      ]
      for (const { text } of answers) ok(!text.includes(wrong), 'expected an error without the token, got one with it')
      const refused = await t.open({ query: `session=&token=${wrong}` })
      const { text } = await refused.first('ERROR')
      ok(!text.includes(wrong), 'expected an ERROR without the token, got one with it')
    },
    { needs: 'token' },
  ),
  full(
    'OR-3',
    'refuses whoever has a wrong token on emit, listen, history and members with 401 or 403',
    async (t) => {
      for (const answer of await everywhere(t, { authorization: `Bearer wrong-${uniqueName()}` })) {
        like(answer, { status: oneOf(401, 403) }, 'the answer')
        const code = answer.status === 401 ? 'UNAUTHORIZED' : 'FORBIDDEN'
        like(answer, refusal(answer.status, code), 'the answer')
      }
      await t.refused(t.path('listen'), 'token=wrong')
    },
    { needs: 'token' },
  ),
  full('OR-3', 'lets nobody rewind who may not read the history', async (t) => {
    const { status, body } = await t.request(t.path('history'))
    await t.post('before')
    if (status === 200) {
      like(body, { success: absent }, 'the history')
      await t.join({ query: 'rewind=1' })
    } else {
      like({ status, body }, refusal(status, status === 401 ? 'UNAUTHORIZED' : 'FORBIDDEN'), 'the history: the answer')
      const refused = await t.open({ query: 'rewind=1&session=' })
      const { payload } = await refused.first('ERROR')
      like(payload, { code: at(body, 'error', 'code') }, 'the payload of ERROR')
      like((await refused.ended()).code, 4000 + status, 'the close code')
    }
  }),
]

/** The answers of every route that the rule is for. */
async function everywhere(t: CaseContext, headers: Record<string, string>): Promise<Answer[]> {
  return [
    await t.request(t.emitPath(), { ...POST, headers }),
    await t.request(t.path('listen'), { headers: { ...SSE, ...headers } }),
    await t.request(t.path('history'), { headers }),
    await t.request(t.path('members'), { headers }),
  ]
}
