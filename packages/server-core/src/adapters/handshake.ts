// What a WHATWG Request says of a WebSocket that it asks for.
import { SUBPROTOCOL } from '../http/token'

export function asksForWebSocket({ headers }: Request): boolean {
  return /^websocket$/i.test(headers.get('upgrade') ?? '')
}

/** The subprotocol to answer with; undefined when ours is not offered. */
export function subprotocolOf({ headers }: Request): string | undefined {
  const offered = (headers.get('sec-websocket-protocol') ?? '').split(',')
  return offered.some((protocol) => protocol.trim() === SUBPROTOCOL) ? SUBPROTOCOL : undefined
}
