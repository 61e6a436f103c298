// How a WebSocket in memory asks to be opened.
import type { Accept } from '../../http/handler'
import type { Server } from '../../server'

/** Never rejects: a server that fails has refused, and the socket must not be left waiting. The headers become the request's. */
export async function knock(
  server: Pick<Server, 'upgrade'>,
  url: string,
  offered: readonly string[],
  headers: Headers,
): Promise<Response | Accept> {
  try {
    // A request takes no name and password, and the server asks for none.
    const request = new Request(url.replace(/^(\w+:\/\/)[^/?#]*@/, '$1'))
    if (offered.length > 0) headers.set('sec-websocket-protocol', offered.join(', '))
    // Browsers forbid to say some of them in a Request, for which they are the ones to say it: so they are put beside it.
    return await server.upgrade(Object.defineProperty(request, 'headers', { value: headers }))
  } catch {
    return new Response(null, { status: 500 })
  }
}
