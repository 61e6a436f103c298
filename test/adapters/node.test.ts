// The Node adapter, as the program around it sees it; as its clients see it, it is one of test/conformance/targets.ts.
import { serve } from '@websockets.do/server-core/node'
import { describeInProcess } from './in-process'
import { WebSocket } from './node-server'

describeInProcess('Node', async (server) => {
  const { url, close } = await serve(server, { port: 0 })
  let closing: Promise<void> | undefined
  return { url, WebSocket, fetch, close: () => (closing ??= close({ drainMs: 0 })) }
})
