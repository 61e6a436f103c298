// Somebody's HTTP server, on a free port of loopback until the test is over.
import { createServer, type RequestListener, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export async function listeningHost(
  answer?: RequestListener,
): Promise<{ httpServer: HttpServer; port: number; url: string }> {
  const httpServer = createServer(answer)
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    httpServer.closeAllConnections()
    httpServer.close()
  })
  const { port } = httpServer.address() as AddressInfo
  return { httpServer, port, url: `http://127.0.0.1:${port}` }
}
