// The crossws adapter for real, by crossws' own Node adapter: what is crossws' own.
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from '@websockets.do/server-core'
import { crossws, type CrosswsHooks } from '@websockets.do/server-core/crossws'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { describeInProcess } from '../adapters/in-process'
import { serveByCrossws } from '../conformance/openers/crossws'
import { tellMissing } from '../runtime/support/missing'
import { join } from '../support/seed-client'
import { framework, hasFrameworks } from './support/installed'

/** What is used of crossws' Node adapter. */
interface CrosswsNode {
  default(options: { hooks: CrosswsHooks; serverOptions?: object }): {
    handleUpgrade(...upgrade: unknown[]): Promise<void>
    closeAll(code?: number, data?: string, force?: boolean): void
  }
}

tellMissing('crossws', [{ name: 'crossws', command: hasFrameworks || undefined }])

describe.skipIf(!hasFrameworks)('crossws', () => {
  describeInProcess('crossws', async (server) => {
    const { url, close } = await serveByCrossws(server)
    let closing: Promise<void> | undefined
    return {
      url,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
      fetch,
      close: () => (closing ??= close({ drainMs: 0 })),
    }
  })

  it('takes the hooks alone, at an HTTP server of anybody’s [CH-5, LM-1]', async () => {
    const { default: adapter } = await framework<CrosswsNode>('crossws/dist/adapters/node.mjs')
    const { hooks, options } = crossws(createServer(), { basePath: '/realtime' })
    const { handleUpgrade, closeAll } = adapter({ hooks, ...options.node })
    const http = createHttpServer()
    http.on('upgrade', (...upgrade) => void handleUpgrade(...upgrade))
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      closeAll(1000, '', true)
      http.close()
    })
    const { port } = http.address() as AddressInfo
    const server = {
      url: `http://127.0.0.1:${port}/realtime`,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    }
    const member = await join(server, '/room/listen', { protocols: ['bearer.secret', 'websockets.do'] })
    expect(member.socket.protocol).toBe('websockets.do')
    member.send({ type: 'PING' })
    await member.nth('PONG')
    member.socket.send('x'.repeat(64 * 1024 + 1))
    expect((await member.ended).code).toBe(1009)
  })
})
