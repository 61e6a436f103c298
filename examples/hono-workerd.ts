// Hono on Cloudflare: the channels are a route of the app, and each of them is a Durable Object that sleeps while nothing happens.
import { cloudflare } from '@websockets.do/server-core/cloudflare'
import { Hono } from 'hono'

const channels = cloudflare({ basePath: '/realtime' })

export class ChannelObject extends channels.ChannelObject {}

const app = new Hono<{ Bindings: Record<string, unknown> }>()
app.get('/', (context) => context.text('Hono answers.'))
app.all('/realtime/*', (context) => channels.fetch(context.req.raw, context.env))

export default app
