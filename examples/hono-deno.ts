// Hono on Deno, for `deno serve`: the channels are a route of the app, their WebSockets included.
import { createServer } from '@websockets.do/server-core'
import { deno } from '@websockets.do/server-core/deno'
import { Hono } from 'hono'

const realtime = deno(createServer(), { basePath: '/realtime' })

// What Deno hands to `fetch` beside the request, Hono calls the environment.
const app = new Hono()
app.get('/', (context) => context.text('Hono answers.'))
app.all('/realtime/*', (context) => realtime(context.req.raw, context.env))

// `deno serve` ends by itself at SIGTERM, and closes each WebSocket with 1001 before a server could say more.
export default { fetch: app.fetch }
