// A server in a process of its own: prints its port, closes on SIGTERM, and then must end by itself.
import { createServer } from '@websockets.do/server-core'
import { serve } from '@websockets.do/server-core/node'

const server = createServer({ limits: { handshakeTimeoutMs: 500, bodyTimeoutMs: 500, maxBufferedBytes: 64 * 1024 } })
const served = await serve(server, { port: 0 })
process.once('SIGTERM', () => void served.close({ drainMs: 0 }))
process.stdout.write(`${served.port}\n`)
