// What a server holds on to, weighed on the heap: what it has dropped must be gone, not only uncounted.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createServer } from '@websockets.do/server-core'
import { describe, expect, it } from 'vitest'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapMegabytes(): number {
  collect()
  collect()
  return process.memoryUsage().heapUsed / 1e6
}

describe('the history of all channels', () => {
  it(
    'holds on to no more than its bound, however many channels have listeners [LM-1, RS-1, I11]',
    { timeout: 60_000 },
    async () => {
      const server = createServer({ history: { maxTotalBytes: 4_000_000 } })
      const before = heapMegabytes()
      for (let channel = 0; channel < 50; channel++) {
        const accept = await server.upgrade(new Request(`http://memory.test/room-${channel}/listen`))
        if (accept instanceof Response) throw new Error(`refused with ${accept.status}`)
        accept({ send() {}, close() {} })
        for (let n = 0; n < 60; n++) await server.channel(`room-${channel}`).emit(`${n}`.padEnd(50_000, 'x'))
      }
      // 50 channels that each kept the 60 events that they had dropped would hold 150 MB.
      expect(heapMegabytes() - before).toBeLessThan(30)
      await server.close({ drainMs: 0 })
    },
  )
})
