// h3 2, on what Nitro stands on as well: one route is the channels, their WebSockets included, by crossws.
import { createServer } from '@websockets.do/server-core'
import { crossws } from '@websockets.do/server-core/crossws'
import { plugin as webSockets } from 'crossws/server'
import { H3, serve } from 'h3'

const server = createServer()
const realtime = crossws(server, { basePath: '/realtime' })

const app = new H3()
app.get('/', () => 'h3 answers.')
app.all('/realtime/**', ({ req }) => realtime.fetch(req))

const host = serve(app, {
  port: Number(process.env.PORT ?? 3000),
  hostname: '127.0.0.1',
  plugins: [webSockets({ options: realtime.options })],
  gracefulShutdown: false,
  silent: true,
})
await host.ready()
console.log(`listening at ${host.url}`)

process.once('SIGTERM', async () => {
  await server.close({ drainMs: 2_000 })
  await host.close()
})
