// The server on Deno.
import { serve } from '@websockets.do/server-core/deno'
import { host } from './host'

void host(async (server, { hostname, basePath }) => {
  const options = { port: 0, ...(typeof hostname === 'string' && { hostname }), ...(basePath && { basePath }) }
  return serve(server, options)
})
