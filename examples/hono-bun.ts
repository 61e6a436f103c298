// Hono on Bun: the channels are a route of the app, and their WebSockets stand beside its `fetch`.
import { createServer } from '@websockets.do/server-core'
import { bun } from '@websockets.do/server-core/bun'
import { Hono } from 'hono'

const server = createServer()
const realtime = bun(server, { basePath: '/realtime' })

// What Bun hands to `fetch` beside the request, its server, Hono calls the environment.
const app = new Hono()
app.get('/', (context) => context.text('Hono answers.'))
app.all('/realtime/*', (context) => realtime.fetch(context.req.raw, context.env))

process.once('SIGTERM', async () => {
  await server.close({ drainMs: 2_000 })
  process.exit()
})

export default {
  port: Number(process.env.PORT ?? 3000),
  hostname: '127.0.0.1',
  fetch: app.fetch,
  websocket: realtime.websocket,
}
