// Next.js with a server of its own: the channels are below /realtime, everything else is Next's, its hot reloading included.
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from '@websockets.do/server-core'
import { attach } from '@websockets.do/server-core/node'
import next from 'next'

const port = Number(process.env.PORT ?? 3000)
const http = createHttpServer()
const server = createServer()
attach(server, http, { basePath: '/realtime' })

const dev = process.env.NODE_ENV !== 'production'
const app = next({ dev, dir: import.meta.dirname, httpServer: http, hostname: '127.0.0.1', port })
await app.prepare()
const handle = app.getRequestHandler()
http.on('request', (request, response) => void handle(request, response))
http.listen(port, '127.0.0.1', () => {
  console.log(`listening at http://127.0.0.1:${(http.address() as AddressInfo).port}`)
})

process.once('SIGTERM', async () => {
  await server.close({ drainMs: 2_000 })
  await app.close()
  // What Next watches in development would keep the process alive.
  process.exit()
})
