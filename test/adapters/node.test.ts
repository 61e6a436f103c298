// The Node adapter keeps the contract on a real port, with the `ws` client and Node's own fetch.
import { describeAdapter } from './contract'
import { start } from './node-server'

describeAdapter('Node', async (options) => {
  const { url, WebSocket, server, close } = await start(options)
  return {
    url,
    WebSocket,
    fetch,
    disconnect: (channel, clientID) => server.channel(channel).disconnect(clientID),
    close: () => close({ drainMs: 0 }),
  }
})
