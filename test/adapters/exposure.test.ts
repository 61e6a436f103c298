// What a server is bound to decides what it takes from whom, not the way by which a caller came.
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer, type ServerOptions } from '@websockets.do/server-core'
import { attach } from '@websockets.do/server-core/node'
import { afterEach, describe, expect, it } from 'vitest'

let httpServer: HttpServer
afterEach(() => httpServer.close())

/** Listens on loopback, and tells the adapter that it is bound to `address`. */
async function boundTo(
  address: string,
  options: ServerOptions = {},
): Promise<(path: string, headers?: Record<string, string>) => Promise<Response>> {
  httpServer = createHttpServer()
  attach(createServer(options), httpServer, { basePath: '/base' })
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve))
  const bound = httpServer.address() as AddressInfo
  httpServer.address = () => ({ ...bound, address })
  return (path, headers = {}) => fetch(`http://127.0.0.1:${bound.port}/base${path}`, { headers })
}

describe('a server that is bound to loopback', () => {
  it.each(['127.0.0.1', '::1'])('lets GET emit, and takes pages of loopback: %s [EM-2, OR-1]', async (address) => {
    const get = await boundTo(address)
    expect((await get('/room/emit?a=1')).status).toBe(200)
    expect((await get('/room/emit?a=1', { origin: 'http://localhost:5173' })).status).toBe(200)
  })
})

describe('a server that is bound to every address', () => {
  it.each(['0.0.0.0', '::'])(
    'does not let GET emit for want of authorize, though this caller came by loopback: %s [EM-2]',
    async (address) => {
      const get = await boundTo(address)
      const answer = await get('/room/emit?a=1')
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
    },
  )

  it('lets GET emit with authorize, and takes its own origin alone [EM-2, OR-1]', async () => {
    const get = await boundTo('0.0.0.0', { authorize: () => true })
    expect((await get('/room/emit?a=1')).status).toBe(200)
    expect((await get('/room/emit?a=1', { origin: 'http://localhost:5173' })).status).toBe(403)
  })
})
