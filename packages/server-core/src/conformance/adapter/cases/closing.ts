// How a server goes down: what it still does, whom it tells, and what is left of it.
import { refusal } from '../../cases/answers'
import { like, positive, same, Some } from '../../match'
import { type AdapterCase, adapterCase } from '../adapter-case'

const retryAfter = new Some('retry-after=<ms>', (value) => /^retry-after=\d+$/.test(String(value)))
const GONE = { code: 1012, reason: retryAfter }

export const closingCases: readonly AdapterCase[] = [
  adapterCase(
    'HL-1',
    'tells every listener that it goes down, closes with 1012 and ends the streams',
    {},
    async (t, server) => {
      const members = [await t.join(), await t.join({ query: 'session=new' })]
      const observer = await t.observe()
      const closing = server.close()
      for (const member of members) {
        like((await member.error('DRAINING')).payload, { retryAfterMs: positive }, 'the payload of ERROR')
        like(await member.ended(), GONE, 'the close')
        same(member.of('PRESENCE:LEFT').length, 0, 'how many PRESENCE:LEFT came')
      }
      like((await observer.nth(1, 'ERROR')).data, { payload: { code: 'DRAINING' } }, 'the last event of the stream')
      await observer.ended()
      await t.over(closing, 'the server to close')
    },
    { uses: 'drain' },
  ),
  adapterCase(
    'HL-1',
    'answers 503 and lets nobody in while it waits for acknowledgements',
    {},
    async (t, server) => {
      const member = await t.join()
      const emit = await t.posting('wait', 'require-ack=true&_timeout=60000')
      const data = await member.data('wait')
      const closing = server.close({ drainMs: 30_000 })
      const unhealthy = async () => ((await t.request('/_/health')).status === 503 ? true : undefined)
      await t.waiting.poll('503 at /_/health', unhealthy)
      const { refusal: status = 503 } = await t.refused(t.path('listen'))
      same(status, 503, 'the status of a refused upgrade, where it is told')
      const stream = await t.request(t.path('listen'), { headers: { accept: 'text/event-stream' } })
      like(stream, refusal(503, 'DRAINING'), 'the answer to who would listen by events')
      const late = await t.open({ query: 'session=new' })
      like(
        (await late.error('DRAINING')).payload,
        { retryAfterMs: new Some('a number or nothing', isNumberOrNothing) },
        'ERROR',
      )
      same((await late.ended()).code, 1012, 'the close code of who came late')
      like(await t.post('meanwhile'), { status: 200 }, 'the answer to another emit')
      await member.data('meanwhile')
      same(member.ending, undefined, 'the close of a member that is waited for')
      member.ack(data)
      like(
        await t.answered(emit),
        { status: 200, body: { acked: [member.clientID] } },
        'the answer to what was awaited',
      )
      like(await member.ended(), GONE, 'the close')
      await t.over(closing, 'the server to close')
    },
    { uses: 'drain' },
  ),
  adapterCase(
    'HL-1',
    'waits no longer than it was told to',
    {},
    async (t, server) => {
      const member = await t.join()
      const emit = await t.posting('wait', 'require-ack=true&_timeout=60000')
      await member.data('wait')
      const closing = server.close({ drainMs: 300 })
      like(await t.answered(emit), refusal(408, 'ACK_INCOMPLETE'), 'the answer to what was awaited')
      like(await member.ended(), GONE, 'the close')
      await t.over(closing, 'the server to close')
    },
    { uses: 'drain' },
  ),
  adapterCase(
    'HL-1',
    'lets nobody in any more once it is closed, and may be closed again',
    {},
    async (t, server) => {
      const member = await t.join()
      await t.over(server.close(), 'the server to close')
      await member.ended()
      await t.refused(t.path('listen'))
      await t.over(server.close(), 'the server to close again')
    },
    { uses: 'drain' },
  ),
]

function isNumberOrNothing(value: unknown): boolean {
  return value === undefined || typeof value === 'number'
}
