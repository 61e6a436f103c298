// Hono on Deno, for `deno serve`: the channels are a route of the app, their WebSockets included.
import process from 'node:process'
import { createServer } from '@websockets.do/server-core'
import { deno } from '@websockets.do/server-core/deno'
import { Hono } from 'hono'

const server = createServer()
const realtime = deno(server, { basePath: '/realtime' })

// What Deno hands to `fetch` beside the request, Hono calls the environment.
const app = new Hono()
app.get('/', (context) => context.text('Hono answers.'))
app.all('/realtime/*', (context) => realtime(context.req.raw, context.env))

process.once('SIGTERM', async () => {
  await server.close({ drainMs: 2_000 })
  // Deno has yet to write what everybody was told last.
  setTimeout(() => process.exit(), 100)
})

export default { fetch: app.fetch }
