// A WebSocket of Deno's ↔ the core's Socket and Connection.
import { closeCode } from '@websockets.do/protocol'
import type { Connection, Socket } from '../../core/ports'
import type { Accept } from '../../http/handler'
import type { Server } from '../../server'

export function connect(server: Pick<Server, 'report'>, webSocket: WebSocket, accept: Accept): void {
  let connection: Connection | undefined
  const socket: Socket = {
    get bufferedAmount() {
      return webSocket.bufferedAmount
    },
    send: (text) => webSocket.send(text),
    // A slow reader's close frame waits behind what it has not read; Deno has nothing that would not wait.
    close: (code, reason) => webSocket.close(code, reason),
  }
  const on = <Type extends keyof WebSocketEventMap>(type: Type, run: (event: WebSocketEventMap[Type]) => void): void =>
    webSocket.addEventListener(type, (event) => {
      try {
        run(event)
      } catch (error) {
        // What a listener throws would end the process.
        server.report(error, 'a WebSocket of Deno')
        webSocket.close(closeCode.INTERNAL)
      }
    })
  webSocket.binaryType = 'arraybuffer'
  // Before it opens there is nobody who could leave, and it may never open.
  on('open', () => (connection = accept(socket)))
  on('message', ({ data }) => connection?.receive(data))
  on('error', () => connection?.closed(ABNORMAL))
  // Without a close frame Deno says 0.
  on('close', ({ code }) => connection?.closed(code || ABNORMAL))
}

/** What a connection that broke off is reported as. */
const ABNORMAL = 1006
