// Servers that break one rule each by how they answer requests.
import { answers, emits, type Mutant, streams, without, withoutHeader } from './mutation'

export const requestMutants: readonly Mutant[] = [
  {
    what: 'ignores require-ack',
    breaks: [
      'EM-5',
      'EM-7',
      'EM-8',
      'EM-8a',
      'ACK-1',
      'ACK-3',
      'ACK-4',
      'ACK-5',
      'ACK-6',
      'ACK-7',
      'LI-3',
      'CL-8',
      'RS-3',
    ],
    ...emits((parameters) => parameters.delete('require-ack')),
  },
  { what: 'ignores `_timeout`', breaks: ['EM-5', 'ACK-3'], ...emits((parameters) => parameters.delete('_timeout')) },
  { what: 'ignores `_event-id`', breaks: ['EM-5', 'EM-8'], ...emits((parameters) => parameters.delete('_event-id')) },
  { what: 'ignores Idempotency-Key', breaks: ['EM-8', 'EM-8a'], ...withoutHeader('idempotency-key') },
  {
    what: 'sends to everyone whom nobody of a list is there for',
    breaks: ['EM-5', 'ACK-4'],
    ...emits((parameters) => {
      if (/client_conformance/.test(parameters.get('clients') ?? '')) parameters.delete('clients')
    }),
  },
  {
    what: 'takes a number of clients that is too large for all of them',
    breaks: ['EM-4', 'EM-8'],
    ...emits((parameters) => {
      if (['2', '3', '9'].includes(parameters.get('clients') ?? '')) parameters.delete('clients')
    }),
  },
  {
    what: 'takes the first of equal names',
    breaks: ['EM-2'],
    ...emits((parameters) => {
      const [first] = parameters.getAll('n')
      if (first !== undefined) parameters.set('n', first)
    }),
  },
  {
    what: 'answers 200 instead of 408',
    breaks: ['EM-7', 'ACK-3', 'ACK-4', 'ACK-6'],
    ...answers((body, status) => [body, status === 408 ? 200 : status]),
  },
  {
    what: 'answers 408 after 4 s',
    breaks: ['ACK-3'],
    ...emits((parameters) => {
      if (!parameters.has('_timeout')) parameters.set('_timeout', '4000')
    }),
  },
  {
    what: 'answers 400 instead of 413',
    breaks: ['LM-1'],
    ...answers((body, status) => [body, status === 413 ? 400 : status]),
  },
  {
    what: 'answers 404 instead of 426',
    breaks: ['LI-1'],
    ...answers((body, status) => [body, status === 426 ? 404 : status]),
  },
  { what: 'names nobody in `unknown`', breaks: ['EM-5', 'ACK-4'], ...answers((body) => [without(body, 'unknown')]) },
  {
    what: 'names nobody in `left`',
    breaks: ['ACK-3', 'ACK-4'],
    ...answers((body) => [body.left ? { ...body, left: [] } : body]),
  },
  {
    what: 'counts one recipient too many',
    breaks: ['EM-4', 'EM-6', 'EM-7', 'ACK-7', 'LI-2', 'RS-4'],
    ...answers((body) => ['recipients' in body ? { ...body, recipients: body.recipients + 1 } : body]),
  },
  {
    what: 'repeats the body of a POST in its errors',
    breaks: ['ER-2'],
    async fetch(request, next) {
      const text = await request.clone().text()
      const response = await next(request)
      if (response.ok || request.method !== 'POST' || !response.headers.get('content-type')?.includes('json'))
        return response
      const body = await response.json()
      return new Response(JSON.stringify({ ...body, error: { ...body.error, message: `got ${text}` } }), response)
    },
  },
  {
    what: 'emits for HEAD',
    breaks: ['CH-2'],
    fetch: (request, next) => next(request.method === 'HEAD' ? new Request(request, { method: 'GET' }) : request),
  },
  {
    what: 'says nothing of `Allow`',
    breaks: ['CH-2'],
    async fetch(request, next) {
      const response = await next(request)
      response.headers.delete('allow')
      return response
    },
  },
  {
    what: 'lets answers be stored',
    breaks: ['EM-2'],
    async fetch(request, next) {
      const response = await next(request)
      response.headers.set('cache-control', 'public')
      return response
    },
  },
  {
    what: 'allows every origin to read',
    breaks: ['OR-1'],
    async fetch(request, next) {
      const response = await next(request)
      response.headers.set('access-control-allow-origin', '*')
      return response
    },
  },
  { what: 'lets foreign pages in', breaks: ['EM-3', 'OR-1'], ...withoutHeader('origin') },
  { what: 'does not look at Sec-Fetch-Site', breaks: ['OR-1'], ...withoutHeader('sec-fetch-site') },
  { what: 'takes prefetches for requests', breaks: ['OR-1'], ...withoutHeader('sec-purpose') },
  { what: 'does not look at Last-Event-ID', breaks: ['RS-2'], ...withoutHeader('last-event-id') },
  {
    what: 'ignores `limit`',
    breaks: ['HI-1'],
    fetch: (request, next) => next(new Request(request.url.replace(/limit=2/, 'limit=100'), request)),
  },
  {
    what: 'tells the position of what it shows',
    breaks: ['HI-1'],
    ...answers((body) => [body.epoch ? { ...body, seq: body.history.at(-1)?.seq ?? 0 } : body]),
  },
  { what: 'lists no members', breaks: ['RS-4', 'MB-1'], ...answers((body) => [body.members ? { members: [] } : body]) },
  {
    what: 'has no health',
    breaks: ['HL-1'],
    ...answers((body, status) => [body, body.status === 'ok' ? 404 : status]),
  },
  {
    what: 'ignores `presence` of listen',
    breaks: ['LI-4', 'LI-6', 'RS-3'],
    upgrade: (request) => new Request(request.url.replace(/presence=/, 'x='), request),
  },
  { what: 'counts ids up', breaks: ['MS-9'], options: { ids: shortIDs() } },
  {
    what: 'has a channel "_"',
    breaks: ['CH-3', 'EM-7'],
    fetch: (request, next) =>
      next(new Request(request.url.replace(/\/(_|%5F)\/emit/, '/other/emit'), request as RequestInit)),
  },
  {
    what: 'knows every channel',
    breaks: ['CH-4', 'HI-1'],
    ...answers((body) => [body.epoch === null ? { ...body, epoch: 'always' } : body]),
  },
  {
    what: 'does not know `null` for a payload',
    breaks: ['EM-1'],
    async fetch(request, next) {
      return (await request.clone().text()) === 'null'
        ? new Response('{"success":false}', { status: 400 })
        : await next(request)
    },
  },
  {
    what: 'gives server-sent events no id',
    breaks: ['LI-2', 'RS-2'],
    ...streams((text) => text.replaceAll(/^id:.*\n/gm, '')),
  },
  {
    what: 'wants observers to acknowledge',
    breaks: ['LI-2'],
    ...streams((text) => text.replaceAll('"requires_ack":false', '"requires_ack":true')),
  },
  {
    what: 'sends observers PING',
    breaks: ['LI-2'],
    ...streams((text) => text.replaceAll(': still here\n', 'event: PING\ndata: {}\n')),
  },
  {
    what: 'says `recovered` always',
    breaks: ['RS-2'],
    ...streams((text) => text.replaceAll('"recovered":false', '"recovered":true')),
  },
  {
    what: 'tells a wrong token in its errors',
    breaks: ['OR-2'],
    token: 'right',
    options: { authorize: ({ token }) => token === 'right' || { refuse: 'UNAUTHORIZED', message: `got ${token}` } },
  },
  {
    what: 'lets everybody emit, whatever the token',
    breaks: ['OR-3'],
    token: 'right',
    options: { authorize: ({ token, action }) => action === 'emit' || token === 'right' || { refuse: 'UNAUTHORIZED' } },
  },
  {
    what: 'lets everybody rewind',
    breaks: ['OR-3'],
    ...answers((body, status, request) =>
      /history/.test(request.url) && status === 200
        ? [{ success: false, error: { code: 'FORBIDDEN', message: 'no' } }, 403]
        : [body],
    ),
  },
]

function shortIDs() {
  let count = 0
  return { client: () => `client_${++count}`, event: () => `evt_${++count}`, epoch: () => `epoch${++count}` }
}
