// The whole server: the channels are below /realtime, everything else is the app.
import { createServer as createHttpServer } from 'node:http'
import { createServer } from '@websockets.do/server-core'
import { attach } from '@websockets.do/server-core/node'
import { readArguments } from './server/arguments'
import { builtApp } from './server/built-app'
import { developmentApp } from './server/development-app'
import { listen } from './server/listen'
import { onStop } from './server/on-stop'
import { room } from './src/room'

const { port, host, isDevelopment } = readArguments()

const realtime = createServer({
  contracts: { 'room:*': room },
  // Whoever comes later reads what was said today. Nobody is asked who they are: a room is open to all who have its link.
  history: { readable: true, maxAgeMs: 24 * 60 * 60 * 1_000 },
  onError: (error, context) => console.error(`${context}:`, error),
})

const http = createHttpServer()
attach(realtime, http, { basePath: '/realtime' })
const app = isDevelopment ? await developmentApp(http) : builtApp()
http.on('request', app.handle)
const address = await listen(http, port, host)

onStop(async () => {
  await realtime.close({ drainMs: 2_000 })
  await app.close()
  http.closeAllConnections()
})

console.log(`
  The room is at ${address}/?room=garden

  Open it in two windows. Then react from a shell, and both see it:

    curl -d '{"event":"reaction","data":{"emoji":"🎉"}}' '${address}/realtime/room:garden/emit'

  Stop it with Ctrl-C.
`)
