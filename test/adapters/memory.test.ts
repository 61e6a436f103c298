// The in-memory adapter keeps the contract that a network would.
import { createServer } from '@websockets.do/server-core'
import { memory } from '@websockets.do/server-core/memory'
import { describeAdapter } from './contract'

describeAdapter('memory', async (options) => {
  const server = createServer(options)
  return {
    ...memory(server),
    disconnect: (channel, clientID) => server.channel(channel).disconnect(clientID),
    close: () => server.close({ drainMs: 0 }),
  }
})
