// The server on Deno.
import process from 'node:process'
import { serve } from '@websockets.do/server-core/deno'
import { host } from './host'

void host(async (server, { hostname, basePath }) => {
  const options = { port: 0, ...(typeof hostname === 'string' && { hostname }), ...(basePath && { basePath }) }
  const { port, close } = serve(server, options)
  return {
    port,
    async close(how) {
      await close(how)
      // Deno lets nobody cut a connection by which a body has stopped to come, and goes on for it.
      setTimeout(() => process.exit(), 1_000).unref()
    },
  }
})
