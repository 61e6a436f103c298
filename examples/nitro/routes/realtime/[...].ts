// The channels, their WebSockets included: the route of a file whose name takes all that lies below /realtime.
import { createServer } from '@websockets.do/server-core'
import { crossws } from '@websockets.do/server-core/crossws'
import { defineHandler } from 'nitro'

const realtime = crossws(createServer(), { basePath: '/realtime' })

export default defineHandler(({ req }) => realtime.fetch(req))
