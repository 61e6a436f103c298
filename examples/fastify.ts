// Fastify 5: the channels are below /realtime of the app's own HTTP server, and close with it.
import { createServer } from '@websockets.do/server-core'
import { attach } from '@websockets.do/server-core/node'
import { fastify } from 'fastify'

const app = fastify()
app.get('/', () => 'Fastify answers.')

const server = createServer()
attach(server, app.server, { basePath: '/realtime' })
app.addHook('preClose', () => server.close({ drainMs: 2_000 }))

const url = await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' })
console.log(`listening at ${url}`)

process.once('SIGTERM', () => void app.close())
