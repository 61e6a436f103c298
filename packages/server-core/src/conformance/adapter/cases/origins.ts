// Origins that a server is told of by its options.
import { POST, refusal } from '../../cases/answers'
import { like, ok, same } from '../../match'
import { type AdapterCase, adapterCase } from '../adapter-case'

const APP = 'https://app.example'
const LISTED = { origins: [APP] }
const origin = { needs: 'origin' } as const

export const originCases: readonly AdapterCase[] = [
  adapterCase(
    'OR-1',
    'lets a listed origin read the answer, and no other',
    LISTED,
    async (t) => {
      const foreign = await t.post(1, '', { origin: 'https://evil.example' })
      like(foreign, refusal(403, 'BAD_ORIGIN'), 'the answer to a foreign origin')
      same(foreign.headers.get('access-control-allow-origin'), null, 'Access-Control-Allow-Origin for a foreign origin')
      const listed = await t.post(1, '', { origin: APP })
      like(listed, { status: 200 }, 'the answer to a listed origin')
      same(listed.headers.get('access-control-allow-origin'), APP, 'Access-Control-Allow-Origin for a listed origin')
      ok(/\borigin\b/i.test(listed.headers.get('vary') ?? ''), 'expected Origin in Vary, got none')
    },
    origin,
  ),
  adapterCase(
    'OR-1',
    'answers the preflight of a listed origin, and names methods and headers',
    LISTED,
    async (t) => {
      const headers = {
        origin: APP,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'idempotency-key',
      }
      const { status, headers: answered } = await t.request(t.emitPath(), { method: 'OPTIONS', headers })
      same(status, 204, 'the status')
      same(answered.get('access-control-allow-origin'), APP, 'Access-Control-Allow-Origin')
      const [methods, names] = ['methods', 'headers'].map((name) => answered.get(`access-control-allow-${name}`) ?? '')
      ok(/\bPOST\b/.test(methods ?? ''), `expected POST in Access-Control-Allow-Methods, got "${methods}"`)
      ok(
        /idempotency-key/i.test(names ?? ''),
        `expected Idempotency-Key in Access-Control-Allow-Headers, got "${names}"`,
      )
    },
    origin,
  ),
  adapterCase(
    'OR-1',
    'takes the pages of `publicOrigin` for its own',
    { publicOrigin: 'https://public.example' },
    async (t) => {
      like(await t.post(1, '', { origin: 'https://public.example' }), { status: 200 }, 'the answer to its own origin')
      const foreign = await t.request(t.emitPath(), {
        ...POST,
        headers: { origin: 'https://public.example.evil.example' },
      })
      like(foreign, refusal(403, 'BAD_ORIGIN'), 'the answer to a foreign origin')
    },
    origin,
  ),
]
