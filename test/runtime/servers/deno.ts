// The server on Deno.
import { deno, type DenoHandler } from '@websockets.do/server-core/deno'
import { host, withinGrace } from './host'

interface DenoGlobal {
  serve(
    options: { port: number; hostname?: string; onListen(address: { port: number }): void },
    handler: DenoHandler,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> }
}

void host(async (server, { hostname = '127.0.0.1', basePath = '' }) => {
  const { Deno } = globalThis as unknown as { Deno: DenoGlobal }
  const exposure = hostname === '127.0.0.1' ? 'loopback' : 'public'
  const served = Deno.serve(
    { port: 0, ...(hostname !== null && { hostname }), onListen() {} },
    deno(server, { basePath, exposure }),
  )
  return { port: served.addr.port, stop: () => withinGrace(served.shutdown()) }
})
