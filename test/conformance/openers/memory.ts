// A server in this process, on a clock that the suite moves.
import { setImmediate } from 'node:timers'
import { createServer } from '@websockets.do/server-core'
import { type OpenAdapter, serverOptionsOf } from '@websockets.do/server-core/conformance'
import { memory } from '@websockets.do/server-core/memory'
import { VirtualClock } from '@websockets.do/server-core/mock'

export const openMemory: OpenAdapter = async (options) => {
  const clock = new VirtualClock()
  const server = createServer({ ...serverOptionsOf(options), clock })
  return {
    ...memory(server),
    pass: (ms) => clock.advance(ms, settle),
    disconnect: (channel, clientID) => server.channel(channel).disconnect(clientID),
    close: (how) => server.close({ drainMs: 0, ...how }),
  }
}

/** Until no frame is under way: all of them travel in microtasks, and a stream may need some turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}

const TURNS = 3
