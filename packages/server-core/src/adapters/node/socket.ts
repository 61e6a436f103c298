// A `ws` WebSocket ↔ the core's Socket and Connection.
import { closeCode, type Limits } from '@websockets.do/protocol'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'
import type { Accept } from '../../http/handler'
import { SUBPROTOCOL } from '../../http/token'
import { wsLimits, type WsLimits } from '../ws-limits'

/** A WebSocketServer without a port, within the limits. */
export function webSocketServer(limits: Limits): WebSocketServer {
  const options: ServerOptions & WsLimits = {
    noServer: true,
    clientTracking: false,
    // Answered below, within bounds: a peer that pings and never reads would make `ws` queue pongs without end.
    autoPong: false,
    perMessageDeflate: false,
    ...wsLimits(limits),
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  }
  return new WebSocketServer(options)
}

export function connect(webSocket: WebSocket, accept: Accept, maxBufferedBytes: number): void {
  // First of all: without a listener one illegal frame ends the process. `ws` closes the socket itself, with the right code,
  // but waits for the other side to do the same: somebody who breaks the rules is not a member for that long.
  webSocket.on('error', () => connection.closed(ABNORMAL))
  const connection = accept({
    get bufferedAmount() {
      return webSocket.bufferedAmount
    },
    send: (text) => webSocket.send(text),
    close(code, reason) {
      // A close frame would wait behind all that a slow reader has not read.
      if (code === closeCode.SLOW_CONSUMER) webSocket.terminate()
      else webSocket.close(code, reason)
    },
  })
  webSocket.on('message', (data, isBinary) => connection.receive(isBinary ? data : data.toString()))
  webSocket.on('ping', (data) => {
    if (webSocket.bufferedAmount > maxBufferedBytes) webSocket.terminate()
    else webSocket.pong(data)
  })
  webSocket.on('close', (code) => connection.closed(code))
}

/** What a connection that broke off is reported as. */
const ABNORMAL = 1006
