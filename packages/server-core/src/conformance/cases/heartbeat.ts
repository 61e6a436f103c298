// Section 7: PING, who answers it and who does not. They take the interval that CONNECTED tells.
import { type ConformanceCase, full, seed } from '../case'
import type { Member } from '../client'
import type { CaseContext } from '../context'
import { at, like, ok, same } from '../match'

const slow = { slow: 'heartbeat' } as const

export const heartbeatCases: readonly ConformanceCase[] = [
  seed(
    'CL-5',
    'sends PING with an empty payload, and keeps who answers it',
    async (t) => {
      const member = await t.join()
      for (let round = 1; round <= 3; round++) await pinged(t, member, round)
      const { fields } = member.of('PING')[0] ?? {}
      like(fields, { payload: {}, clientID: member.clientID }, 'PING')
      await t.fence(member)
      same(member.of('ERROR').length, 0, 'how many ERROR came')
    },
    slow,
  ),
  seed(
    'CL-5',
    'sends ERROR PING_TIMEOUT to who does not answer, and closes',
    async (t) => {
      const silent = await t.join({ pong: false })
      await pinged(t, silent, 1)
      await t.pass(heartbeatOf(silent).timeoutMs + 1_000)
      const { payload } = await silent.first('ERROR')
      like(payload, { code: 'PING_TIMEOUT', message: 'Client did not respond to PING event' }, 'the payload of ERROR')
      await silent.ended()
    },
    slow,
  ),
  seed(
    'MS-4',
    'tells the others that somebody has left who does not answer PING',
    async (t) => {
      const [silent, other] = [await t.join({ pong: false }), await t.join()]
      await pinged(t, silent, 1)
      await t.pass(heartbeatOf(silent).timeoutMs + 1_000)
      like((await other.first('PRESENCE:LEFT')).payload, { clientID: silent.clientID }, 'the payload of PRESENCE:LEFT')
    },
    slow,
  ),
  full(
    'CL-5',
    'closes who does not answer PING with 4408, after one PING, whatever else it sends',
    async (t) => {
      const silent = await t.join({ pong: false, ack: true })
      const { timeoutMs } = heartbeatOf(silent)
      await pinged(t, silent, 1)
      for (let part = 0; part < 4; part++) {
        silent.send({ type: 'PING' })
        silent.send({ type: 'EMIT', payload: part, requires_ack: true })
        await t.pass(timeoutMs / 5)
      }
      ok(!silent.ending, 'expected the connection to last until the time is up, but it ended before')
      await t.pass(timeoutMs / 5 + 1_000)
      like((await silent.ended()).code, 4408, 'the close code')
      same(silent.of('PING').length, 1, 'how many PING were sent')
    },
    slow,
  ),
  full(
    'MS-2',
    'tells the last round trip from PING to PONG, in whole ms',
    async (t) => {
      const member = await t.join({ pong: false })
      await pinged(t, member, 1)
      const pause = Math.min(400, heartbeatOf(member).timeoutMs / 2)
      await t.pass(pause)
      member.send({ type: 'PONG' })
      await member.settled()
      const { fields } = await member.sees(await t.join())
      const { latency } = fields
      ok(Number.isInteger(latency), `expected a latency in whole ms, got ${String(latency)}`)
      const inTime = Number(latency) >= 0.9 * pause && Number(latency) < pause + 5_000
      ok(inTime, `expected a latency of ${pause} ms and the way of a frame, got ${String(latency)}`)
    },
    slow,
  ),
]

/** Lets an interval pass, if need be, and waits for the PING that is due. */
async function pinged(t: CaseContext, member: Member, n: number): Promise<void> {
  const { intervalMs } = heartbeatOf(member)
  if (t.waiting.virtual) await t.pass(intervalMs + Math.min(1_000, intervalMs / 5))
  await t.waiting.until(`PING number ${n}`, () => member.of('PING')[n - 1], intervalMs + 5_000)
}

/** What CONNECTED says of it, or the seed's numbers. */
function heartbeatOf(member: Member): { intervalMs: number; timeoutMs: number } {
  const number = (name: string, otherwise: number) => {
    const value = at(member.welcome, 'heartbeat', name)
    return typeof value === 'number' ? value : otherwise
  }
  return { intervalMs: number('intervalMs', 20_000), timeoutMs: number('timeoutMs', 15_000) }
}
