// Listeners that do not read: they are cut off before too much waits for them, and nobody else feels it.
import type { Member, SocketLike } from '../../client'
import type { CaseContext } from '../../context'
import { at, like, same, show } from '../../match'
import { type AdapterCase, adapterCase } from '../adapter-case'

const uses = { uses: 'slow-consumer' } as const
const SMALL = { graceMs: 0, limits: { maxBufferedBytes: 256 * 1024 } }

export const slowReaderCases: readonly AdapterCase[] = [
  adapterCase(
    'LM-1',
    'cuts off a stream of events that is not read, and the others lose nothing',
    SMALL,
    async (t) => {
      const healthy = await t.join()
      const slow = await t.stream('member=true&session=new')
      await healthy.first('PRESENCE:JOINED')
      await filled(t, healthy)
      await slow.body?.cancel().catch(() => {})
    },
    uses,
  ),
  adapterCase(
    'LM-1',
    'cuts off a WebSocket that is not read, and the others lose nothing',
    SMALL,
    async (t) => {
      const healthy = await t.join()
      const { socket } = await t.join()
      if (!isPausable(socket)) return t.skip('this WebSocket can’t stop reading')
      socket.pause()
      try {
        await filled(t, healthy)
      } finally {
        socket.resume()
      }
    },
    uses,
  ),
]

/** Emits until somebody has left; what the system itself keeps for a connection may be some megabytes. */
async function filled(t: CaseContext, healthy: Member): Promise<void> {
  const filling = 'x'.repeat(60_000)
  let sent = 0
  while (sent < MOST && healthy.of('PRESENCE:LEFT').length === 0) {
    like(await t.post({ n: ++sent, filling }), { status: 200 }, 'the answer')
    await healthy.nth(sent, 'DATA')
  }
  await healthy.first('PRESENCE:LEFT')
  const heard = healthy.heard.map((payload) => at(payload, 'n'))
  same(show(heard), show(Array.from({ length: sent }, (_, index) => index + 1)), 'what another member heard')
}

/** As the WebSocket of `ws` is, and no browser's. */
function isPausable(socket: SocketLike): socket is SocketLike & { pause(): void; resume(): void } {
  return 'pause' in socket && typeof socket.pause === 'function' && 'resume' in socket
}

const MOST = 400
