// The ids that a server gives, from its own source.
import { createServer } from '@websockets.do/server-core'
import { memory } from '@websockets.do/server-core/memory'
import { describe, expect, it } from 'vitest'

describe('ids', () => {
  it('are unguessable by default, and never chosen by a client [MS-9]', async () => {
    const server = createServer()
    const { url, WebSocket } = memory(server)
    const seen = new Set<string>()
    for (let n = 0; n < 20; n++) {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/room/listen?clientID=client_mine&client=x`)
      const first = await new Promise<any>((resolve) =>
        socket.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data))), { once: true }),
      )
      expect(first.clientID).toMatch(/^client_[A-Za-z0-9_-]{16,}$/)
      expect(first.eventID).toMatch(/^evt_[A-Za-z0-9_-]{16,}$/)
      seen.add(first.clientID)
      socket.close()
    }
    expect(seen.size).toBe(20)
    await server.close({ drainMs: 0 })
  })
})
