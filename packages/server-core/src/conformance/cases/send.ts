// Section 4: a member without a WebSocket, which hears by a stream of events and speaks by POST.
import { type ConformanceCase, full } from '../case'
import { type Answer, type CaseContext, uniqueName } from '../context'
import { at, like, same } from '../match'
import type { Observer } from '../observer'

export const sendCases: readonly ConformanceCase[] = [
  full('LI-3', 'makes a member of who listens by events with `member=true`', async (t) => {
    const watcher = await t.join()
    await withMember(t, async ({ stream, clientID, send }) => {
      await watcher.first('PRESENCE:JOINED', ({ payload }) => at(payload, 'clientID') === clientID)
      const emit = await t.posting('for you', `clients=${clientID}&require-ack=true&_timeout=60000`)
      const data = (await stream.nth(1, 'DATA')).data
      like(data, { payload: 'for you', requires_ack: true, clientID }, 'DATA')
      const ack = { type: 'ACK', payload: { eventID: at(data, 'eventID') } }
      like(await send(ack), { status: 202, body: { success: true } }, 'the answer to an ACK')
      like(await t.answered(emit), { status: 200, body: { acked: [clientID] } }, 'the answer')
    })
    await watcher.first('PRESENCE:LEFT')
  }),
  full('LI-3', 'does what a list says in its order, and answers by the stream', async (t) => {
    const watcher = await t.join()
    await withMember(t, async ({ stream, send }) => {
      const messages = [1, 2, 3].map((n) => ({ type: 'EMIT', payload: n, ref: `${n}` }))
      like(await send(messages), { status: 202 }, 'the answer')
      await stream.nth(3, 'EMITTED')
      await t.fence(watcher)
      same(watcher.heard, [1, 2, 3], 'what the others heard')
    })
  }),
  full('LI-3', 'does nothing of what is malformed: 400 BAD_PAYLOAD', async (t) => {
    const watcher = await t.join()
    await withMember(t, async ({ send }) => {
      const emit = { type: 'EMIT', payload: 'no' }
      const many = Array.from({ length: 101 }, () => emit)
      for (const body of [5, [], [emit, 5], [emit, { payload: 1 }], many]) {
        like(await send(body), { status: 400, body: { error: { code: 'BAD_PAYLOAD' } } }, 'the answer')
      }
      await t.fence(watcher)
      same(watcher.heard, [], 'what the others heard')
    })
  }),
  full('LI-3', 'answers 410 to an unknown session, and 400 without one', async (t) => {
    const gone = { status: 410, body: { success: false, error: { code: 'SESSION_GONE' } } }
    like(await post(t, { type: 'PONG' }, 'session_of_nobody'), gone, 'the answer to an unknown session')
    const none = await t.request(t.path('send'), { method: 'POST', body: '{"type":"PONG"}' })
    like(none, { status: 400, body: { error: { code: 'BAD_PARAMETER' } } }, 'the answer without a session')
    const lone = await t.request(t.path('listen?member=true'), { headers: { accept: 'text/event-stream' } })
    like(lone, { status: 400, body: { error: { code: 'BAD_PARAMETER' } } }, 'the answer to `member` without `session`')
  }),
  full('LI-3', 'knows a session in its own channel only: 410 in another', async (t) => {
    await withMember(t, async ({ session }) => {
      const gone = { status: 410, body: { success: false, error: { code: 'SESSION_GONE' } } }
      const init = { method: 'POST', body: '{"type":"PONG"}', headers: { session } }
      like(await t.request(t.path('send', uniqueName()), init), gone, 'the answer in another channel')
      like(await t.request(t.path('send'), init), { status: 202 }, 'the answer in its own')
    })
  }),
  full(
    'LI-3',
    'does what comes before CLOSE and nothing after it, ends the stream, and knows the session no more',
    async (t) => {
      const watcher = await t.join()
      await withMember(t, async ({ stream, clientID, send }) => {
        const emit = (payload: string) => ({ type: 'EMIT', payload })
        like(await send([emit('before'), { type: 'CLOSE' }, emit('after')]), { status: 202 }, 'the answer')
        like((await watcher.first('PRESENCE:LEFT')).payload, { clientID }, 'the payload of PRESENCE:LEFT')
        await stream.ended()
        like(
          await send({ type: 'PONG' }),
          { status: 410, body: { error: { code: 'SESSION_GONE' } } },
          'the next answer',
        )
        await t.fence(watcher)
        same(watcher.heard, ['before'], 'what the others heard')
      })
    },
  ),
  full('LI-3', 'takes the codes of CLOSE that a client may say: 1001 leaves, 4000 keeps the place', async (t) => {
    const watcher = await t.join()
    await withMember(t, async ({ stream, session, send }) => {
      for (const code of [999, 1005, 1006, 2999, 5000, '1000', null]) {
        const refused = { status: 400, body: { error: { code: 'BAD_PAYLOAD' } } }
        like(await send({ type: 'CLOSE', code }), refused, `the answer to the code ${String(code)}`)
      }
      like(await send({ type: 'CLOSE', code: 4000 }), { status: 202 }, 'the answer to 4000')
      await stream.ended()
      const back = await t.join({ query: `session=${session}` })
      like(back.welcome, { resumed: true }, 'CONNECTED after 4000, over the other transport')
      back.close()
    })
    await withMember(t, async ({ session, send }) => {
      await watcher.nth(1, 'PRESENCE:LEFT')
      like(await send({ type: 'CLOSE', code: 1001 }), { status: 202 }, 'the answer to 1001')
      await watcher.nth(2, 'PRESENCE:LEFT')
      like((await t.join({ query: `session=${session}` })).welcome, { resumed: false }, 'CONNECTED after 1001')
    })
  }),
  full('LI-3', 'takes CLOSE on a WebSocket for a type that it does not know', async (t) => {
    const member = await t.join()
    member.send({ type: 'CLOSE', code: 1000 })
    await member.error('UNKNOWN_TYPE')
    await t.fence(member)
  }),
  full('LI-3', 'does nothing for a connection that the session has outgrown: 409 REPLACED', async (t) => {
    const watcher = await t.join()
    await withMember(t, async ({ session, send }) => {
      await t.join({ query: `session=${session}&attempt=5` })
      const emit = (attempt: number) => post(t, { type: 'EMIT', payload: attempt }, session, `attempt=${attempt}`)
      like(await emit(4), { status: 409, body: { error: { code: 'REPLACED' } } }, 'the answer to an older attempt')
      like(await emit(5), { status: 202 }, 'the answer to the newest')
      await watcher.data(5)
      same(watcher.heard, [5], 'what the others heard')
      await send({ type: 'CLOSE' })
    })
  }),
  full('LI-3', 'lets a member speak while it is away', async (t) => {
    const watcher = await t.join()
    const member = await t.join({ query: 'session=new' })
    member.socket.close(4000)
    await member.ended()
    const session = String(at(member.welcome, 'session'))
    like(await post(t, { type: 'EMIT', payload: 'from afar' }, session), { status: 202 }, 'the answer')
    like((await watcher.data('from afar')).fields, { from: member.clientID }, 'DATA')
    like(await post(t, { type: 'CLOSE' }, session), { status: 202 }, 'the answer to CLOSE')
    await watcher.first('PRESENCE:LEFT')
  }),
  full(
    'LI-3',
    'sends a member PING as an event',
    async (t) => {
      await withMember(t, async ({ stream, send }) => {
        const interval = at(stream.of('CONNECTED')[0]?.data, 'payload', 'heartbeat', 'intervalMs')
        await t.pass(typeof interval === 'number' ? interval : 20_000)
        await stream.nth(1, 'PING')
        like(await send({ type: 'PONG' }), { status: 202 }, 'the answer to a PONG')
      })
    },
    { slow: 'heartbeat' },
  ),
]

interface StreamMember {
  readonly stream: Observer
  readonly clientID: string
  readonly session: string
  send(messages: unknown): Promise<Answer>
}

/** It says goodbye when the case is over: the end of a stream is none, and it would stay for a while. */
async function withMember(t: CaseContext, run: (member: StreamMember) => Promise<void>): Promise<void> {
  const stream = await t.observe('member=true&session=new')
  const welcome = stream.of('CONNECTED')[0]?.data
  const session = String(at(welcome, 'payload', 'session'))
  const send = (messages: unknown) => post(t, messages, session)
  try {
    await run({ stream, clientID: String(at(welcome, 'clientID')), session, send })
  } finally {
    await send({ type: 'CLOSE', code: 1000 })
  }
}

async function post(t: CaseContext, messages: unknown, session: string, query = ''): Promise<Answer> {
  return await t.request(t.path(query === '' ? 'send' : `send?${query}`), {
    method: 'POST',
    body: JSON.stringify(messages),
    headers: { session },
  })
}
