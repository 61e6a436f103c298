// Servers that break one rule each by how somebody comes back, and by what is sent without a WebSocket.
import { answers, type Mutant, posts, rewritten, streams } from './mutation'

export const sessionMutants: readonly Mutant[] = [
  {
    what: 'ignores `rewind`',
    breaks: ['MS-6', 'RS-8'],
    upgrade: (request) => new Request(request.url.replace(/rewind=\d+/, ''), request),
  },
  {
    what: 'ignores `session`',
    breaks: ['EM-4', 'LI-3', 'LI-4', 'LI-6', 'RS-2', 'RS-3', 'RS-4', 'RS-5', 'RS-6', 'RS-8'],
    upgrade: (request) => new Request(request.url.replace(/session=/, 'x='), request),
  },
  {
    what: 'ignores `since`',
    breaks: ['LI-4', 'RS-2'],
    upgrade: (request) => new Request(request.url.replace(/since=/, 'x='), request),
  },
  {
    what: 'knows no position of a channel that is not there',
    breaks: ['RS-2'],
    upgrade: (request) => new Request(request.url.replace(/since=null(:|%3A)0/i, 'since=another:0'), request),
  },
  {
    what: 'ignores `attempt`',
    breaks: ['LI-3', 'RS-6'],
    upgrade: (request) => new Request(request.url.replace(/attempt=/, 'x='), request),
  },
  {
    what: 'lets nobody come back',
    breaks: ['EM-4', 'LI-3', 'LI-4', 'RS-2', 'RS-3', 'RS-4', 'RS-8'],
    options: { graceMs: 0 },
  },
  {
    what: 'takes who resumes for whoever it says',
    breaks: ['LI-6', 'OR-2', 'OR-3', 'RS-7'],
    token: 'right',
    options: { authorize: () => true },
  },
  {
    what: 'knows no `send`',
    breaks: ['CH-2', 'LI-3'],
    fetch: (request, next) => next(new Request(request.url.replace(/\/send$/, '/sent'), request as RequestInit)),
  },
  {
    what: 'takes a list of messages for one',
    breaks: ['LI-3'],
    async fetch(request, next) {
      const text = request.url.endsWith('/send') ? await request.clone().text() : ''
      return text.startsWith('[{')
        ? await next(new Request(request, { method: 'POST', body: JSON.stringify(JSON.parse(text)[0]) }))
        : await next(request)
    },
  },
  {
    what: 'takes whatever is sent for a session that is over',
    breaks: ['LI-3'],
    ...answers((body, status) => [body, status === 410 ? 202 : status]),
  },
  {
    what: 'does what comes after CLOSE, too',
    breaks: ['LI-3'],
    ...posts((messages) => messages.toSorted((a, b) => Number(a.type === 'CLOSE') - Number(b.type === 'CLOSE'))),
  },
  {
    what: 'closes with 1000 whatever CLOSE says',
    breaks: ['LI-3'],
    ...posts((messages) => messages.map((one) => (one.type === 'CLOSE' ? { type: 'CLOSE', code: 1000 } : one))),
  },
  {
    what: 'ignores `attempt` of what is sent',
    breaks: ['LI-3'],
    fetch: (request, next) => next(new Request(request.url.replace(/\?attempt=\d+/, ''), request as RequestInit)),
  },
  {
    what: 'takes `since` before Last-Event-ID',
    breaks: ['RS-2'],
    async fetch(request, next) {
      const headers = new Headers(request.headers)
      if (/since=/.test(request.url)) headers.delete('last-event-id')
      return await next(new Request(request, { headers }))
    },
  },
  {
    what: 'rewinds for who resumes',
    breaks: ['RS-8'],
    upgrade: (request) => new Request(request.url.replace(/since=[^&]*&rewind=10/, 'since=null:0'), request),
  },
  {
    what: 'chooses who was there first, away or not',
    breaks: ['EM-4'],
    async fetch(request, next) {
      const url = new URL(request.url)
      if (url.searchParams.get('clients') !== '1' || !(await request.clone().text()).match(/^\d+$/))
        return await next(request)
      const response = await next(new Request(request.url.replace(/emit.*/, 'members')))
      const { members } = (await response.json()) as { members: { clientID: string }[] }
      url.searchParams.set('clients', members[0]?.clientID ?? '0')
      return await next(rewritten(request, url))
    },
  },
  {
    what: 'refuses every upgrade with 400',
    breaks: ['LI-6'],
    refusal: () => new Response(null, { status: 400 }),
  },
  {
    what: 'sends a member by events no PING',
    breaks: ['LI-3'],
    ...streams((text) => text.replaceAll('event: PING\n', ': ')),
  },
]
