// Hono on Node: the channels are below /realtime of the HTTP server that Hono's adapter makes.
import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { createServer } from '@websockets.do/server-core'
import { attach } from '@websockets.do/server-core/node'
import { Hono } from 'hono'

const app = new Hono()
app.get('/', (context) => context.text('Hono answers.'))

const server = createServer()
const options = { fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' }
const http = serve(options, ({ port }) => console.log(`listening at http://127.0.0.1:${port}`)) as Server
attach(server, http, { basePath: '/realtime' })

process.once('SIGTERM', async () => {
  await server.close({ drainMs: 2_000 })
  http.close()
})
