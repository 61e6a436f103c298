// The server on Node.
import { serve } from '@websockets.do/server-core/node'
import { host } from './host'

void host(async (server, { hostname }) => {
  const { port, close } = await serve(server, { port: 0, ...(typeof hostname === 'string' && { host: hostname }) })
  return { port, stop: () => close({ drainMs: 0 }) }
})
