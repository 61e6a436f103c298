// Express 5: the channels are below /realtime of the app's own HTTP server.
import type { AddressInfo } from 'node:net'
import { createServer } from '@websockets.do/server-core'
import { attach } from '@websockets.do/server-core/node'
import express from 'express'

const app = express()
app.get('/', (_request, response) => void response.send('Express answers.'))

const server = createServer()
const http = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', (error) => {
  if (error) throw error
  console.log(`listening at http://127.0.0.1:${(http.address() as AddressInfo).port}`)
})
attach(server, http, { basePath: '/realtime' })

process.once('SIGTERM', async () => {
  await server.close({ drainMs: 2_000 })
  http.close()
})
