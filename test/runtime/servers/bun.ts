// The server on Bun.
import { bun, type BunHandlers, type BunServer } from '@websockets.do/server-core/bun'
import { host } from './host'

interface Served extends BunServer {
  readonly port: number
  stop(): Promise<void>
}

interface BunGlobal {
  serve(options: BunHandlers & { port: number; hostname?: string; idleTimeout?: number }): Served
}

void host(async (server, { hostname = '127.0.0.1', basePath = '', idleSeconds }) => {
  const { Bun } = globalThis as unknown as { Bun: BunGlobal }
  const served = Bun.serve({
    port: 0,
    ...(hostname !== null && { hostname }),
    ...(idleSeconds !== undefined && { idleTimeout: idleSeconds }),
    ...bun(server, { basePath }),
  })
  return {
    port: served.port,
    async close(options) {
      await server.close(options)
      await served.stop()
    },
  }
})
