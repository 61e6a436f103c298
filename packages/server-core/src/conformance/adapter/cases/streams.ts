// Server-sent events as a runtime streams them: at once, one by one, and over as soon as nobody reads.
import { refusal } from '../../cases/answers'
import { freed } from '../../cases/freed'
import { at, like, same, text } from '../../match'
import { type AdapterCase, adapterCase } from '../adapter-case'

export const streamCases: readonly AdapterCase[] = [
  adapterCase(
    'LI-6',
    'refuses a stream of events as it refuses an upgrade, with a status',
    { token: 'right' },
    async (t) => {
      const headers = { accept: 'text/event-stream', authorization: 'Bearer wrong' }
      like(await t.request(t.path('listen'), { headers }), refusal(401, 'UNAUTHORIZED'), 'the answer')
    },
  ),
  ...(['cancels its stream', 'aborts its request'] as const).flatMap((how) => [
    adapterCase(
      'CH-4',
      `forgets an observer that ${how}, and the channel with it`,
      { history: { maxEvents: 0 } },
      async (t) => {
        const aborter = new AbortController()
        const observer = await t.observe('', {}, aborter.signal)
        like(await t.history(), { epoch: text }, 'the history of a channel with an observer')
        if (how === 'cancels its stream') await observer.cancel()
        else aborter.abort()
        await freed(t)
      },
      { uses: how === 'cancels its stream' ? 'stream-cancel' : 'stream-abort' },
    ),
    adapterCase(
      'RS-5',
      `keeps the place of a member that ${how}`,
      { graceMs: 60_000, history: { maxEvents: 0 } },
      async (t) => {
        const aborter = new AbortController()
        const stream = await t.observe('member=true&session=new', {}, aborter.signal)
        const welcome = stream.of('CONNECTED')[0]?.data
        const watcher = await t.join()
        if (how === 'cancels its stream') await stream.cancel()
        else aborter.abort()
        const back = await t.join({ query: `session=${String(at(welcome, 'payload', 'session'))}` })
        like(back.welcome, { resumed: true }, 'CONNECTED')
        same(back.clientID, at(welcome, 'clientID'), 'the clientID')
        await back.leave()
        await watcher.first('PRESENCE:LEFT')
        await watcher.leave()
        await freed(t)
      },
      { uses: how === 'cancels its stream' ? 'stream-cancel' : 'stream-abort' },
    ),
  ]),
]
