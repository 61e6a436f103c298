// The client at the mercy of a server that sends anything at all.
import {
  anything,
  array,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  integer,
  jsonValue,
  oneof,
  record,
  string,
  tuple,
} from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scripted } from '../client/support/scripted-server'

const types = constantFrom(
  'CONNECTED',
  'DATA',
  'PING',
  'PONG',
  'ERROR',
  'EMITTED',
  'ACKED',
  'PRESENCE:JOINED',
  'PRESENCE:LEFT',
  'PRESENCE:UPDATED',
)
const ids = constantFrom('a', 'b', '__proto__', 'constructor', '')
const member = record({ clientID: ids, presence: oneof(constant({}), jsonValue()) }, { requiredKeys: [] })
const odd = oneof(jsonValue(), constant(undefined), constantFrom(-1, 1e308, '', '1', null))
const payload = oneof(
  odd,
  member,
  record(
    {
      members: oneof(array(oneof(member, jsonValue())), jsonValue()),
      session: odd,
      epoch: odd,
      seq: odd,
      recovered: odd,
      resumed: odd,
      awaiting: oneof(array(ids), jsonValue()),
      heartbeat: oneof(record({ intervalMs: odd, timeoutMs: odd }, { requiredKeys: [] }), odd),
      limits: oneof(
        record(
          { maxMessageBytes: odd, maxPresenceBytes: odd, messagesPerSecond: odd, messageBurst: odd },
          { requiredKeys: [] },
        ),
        odd,
      ),
      presence: odd,
    },
    { requiredKeys: [] },
  ),
  record({ code: odd, message: odd, retryAfterMs: odd, ref: constantFrom('1', '2'), success: odd, error: odd }),
  record({ event: ids, data: odd }),
)
const frame = record(
  { type: oneof(types, odd), payload, clientID: oneof(ids, odd), eventID: oneof(ids, odd), latency: odd, seq: odd },
  { requiredKeys: ['type'] },
)
const text = oneof(
  { weight: 10, arbitrary: frame.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: jsonValue().map((value) => JSON.stringify(value)) },
  string(),
)
const step = oneof(
  { weight: 8, arbitrary: tuple(constant('frame' as const), text) },
  tuple(constant('binary' as const), anything()),
  tuple(constant('close' as const), oneof(integer(), constantFrom(1000, 1006, 1012, 4401, 4409)), string()),
  tuple(constant('emit' as const), boolean()),
  tuple(constant('wait' as const), integer({ min: 0, max: 100_000 })),
)

describe('a client of a server that may send anything', () => {
  it('throws nothing, spins nowhere, and shows nothing but what its types say [I13, I15]', async () => {
    await assert(
      asyncProperty(array(step, { maxLength: 40 }), async (steps) => {
        const { client, sockets, errors, settled, advance } = scripted({ token: async () => 'token' })
        const channel = client.channel('room')
        channel.on('error', (error) => expect(error.code).toBeTypeOf('string'))
        const emissions: Promise<unknown>[] = []
        await settled()
        for (const one of steps) {
          const socket = sockets.at(-1)
          if (one[0] === 'frame') socket?.deliver(one[1])
          else if (one[0] === 'binary') socket?.dispatch({ type: 'message', data: one[1] })
          else if (one[0] === 'close') socket?.end(one[1], one[2])
          else if (one[0] === 'wait') await advance(one[1])
          else emissions.push(Promise.allSettled([channel.emit({ n: 1 }, { requireAck: one[1] })]))
          const { status, members, others, self, latency } = channel.snapshot()
          expect(['connecting', 'open', 'reconnecting', 'closed']).toContain(status.state)
          for (const shown of [...members, ...others, ...(self ? [self] : [])]) {
            expect(shown.clientID).toBeTypeOf('string')
            expect(shown.presence ?? 'none').toBeTypeOf('object')
          }
          expect(latency).toBeTypeOf('number')
          if ('reason' in status)
            expect([typeof status.reason.code, typeof status.reason.message]).toEqual(['string', 'string'])
        }
        const before = sockets.length
        await advance(60_000)
        expect(sockets.length - before).toBeLessThan(30)
        expect(errors).toEqual([])
        client.close()
        await Promise.all(emissions)
      }),
      { numRuns: 300 },
    )
  })
})
