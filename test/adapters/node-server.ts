// A server on a free port of this machine, and the means to catch it in the middle of something.
import { createServer, type ServerOptions } from '@websockets.do/server-core'
import { serve, type ServeOptions } from '@websockets.do/server-core/node'
import { onTestFinished } from 'vitest'
import { WebSocket as WsWebSocket } from 'ws'
import { ask, httpRequest, type RawSocket } from '../support/raw-socket'

export const WebSocket = WsWebSocket as unknown as typeof globalThis.WebSocket

export async function start(options: ServerOptions = {}, serveOptions: ServeOptions = {}) {
  const server = createServer(options)
  const served = await serve(server, { port: 0, ...serveOptions })
  onTestFinished(() => served.close({ drainMs: 0 }))
  return { ...served, server, WebSocket, local: `Host: 127.0.0.1:${served.port}` }
}

export const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A decision that waits until the test takes it. */
export function gated() {
  let tell = () => {}
  let open = (_verdict: boolean) => {}
  const asked = new Promise<void>((resolve) => (tell = resolve))
  const answer = new Promise<boolean>((resolve) => (open = resolve))
  const decide = () => {
    tell()
    return answer
  }
  return { decide, asked, open }
}

/** Resets a connection, and waits until the server must have noticed: it has answered another one since. */
export async function hungUp(socket: RawSocket, port: number, host: string): Promise<void> {
  socket.reset()
  await socket.ended
  await ask(port, httpRequest('GET /_/health', [host]))
}
