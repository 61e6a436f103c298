// Runs the scenario in the runtime that starts this file, prints the record, and then must end by itself.
import { createRequire } from 'node:module'
import { createClient } from '@websockets.do/client'
import { defineChannel } from '@websockets.do/client/contract'
import { eventStream } from '@websockets.do/client/event-stream'
import { people } from '@websockets.do/client/people'
import { run } from './scenario.mjs'

const isMissing = globalThis.WebSocket === undefined
const record = await run(JSON.parse(process.argv[2]), { createClient, defineChannel, eventStream, people })

const { cache } = createRequire(import.meta.url)
const isLoaded = Object.keys(cache).some((path) => path.includes('isomorphic-ws'))
if (isLoaded !== isMissing) throw new Error('expected isomorphic-ws to be loaded where no WebSocket is, and only there')

console.log(`record ${JSON.stringify(record)}`)
