// Where a request carries its token: header, parameter or subprotocol [OR-2].
import { urlOf } from './url-of'

export function tokenOf(request: Request, parameter: 'token' | '_token'): string | undefined {
  const bearer = /^bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (bearer !== undefined) return bearer
  const offered = (request.headers.get('sec-websocket-protocol') ?? '').split(',').map((protocol) => protocol.trim())
  const subprotocol = offered.find((protocol) => protocol.startsWith(SUBPROTOCOL_PREFIX))
  if (subprotocol !== undefined) return subprotocol.slice(SUBPROTOCOL_PREFIX.length)
  return urlOf(request).searchParams.get(parameter) ?? undefined
}

/** The subprotocol to accept, of those that a client offers: never the one that carries the token. */
export const SUBPROTOCOL = 'websockets.do'

const SUBPROTOCOL_PREFIX = 'bearer.'
