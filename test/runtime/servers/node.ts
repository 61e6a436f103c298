// The server on Node.
import { serve } from '@websockets.do/server-core/node'
import { host } from './host'

void host((server, { hostname }) => serve(server, { port: 0, ...(typeof hostname === 'string' && { host: hostname }) }))
