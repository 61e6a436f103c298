// Handlers for msw: an app whose network msw replaces talks to the server in memory, and needs no change for it.
import { http, type HttpHandler, ws, type WebSocketHandler } from 'msw'
import type { Memory } from '../adapters/memory'
import type { BridgeOptions } from './bridge-options'
import { forwarded } from './forwarded'
import { mappedUrls } from './mapped-url'
import { openPipe } from './pipe'

type WebSocketConnection = Parameters<WebSocketHandler['run']>[0]

/**
 * Everything below `url` reaches `server`, for `setupServer(...)`, `setupWorker(...)` and `use(...)`; what lies elsewhere is not touched.
 *
 * - msw replaces the global WebSocket alone. Where there is none (Node 20) define one before `listen()`: `globalThis.WebSocket = WebSocket` of `ws`.
 * - A refused connection is an `error` and a close with 1006, and was never open. Its `wasClean` is true nonetheless: msw cannot say otherwise.
 * - msw tells no Origin of a socket, and in Node none of a request either: `origin` says it. A browser ignores it.
 * - A stream of events ends with its request's AbortSignal. Cancelling its body is not enough, since msw keeps a copy of each body.
 */
export function mswHandlers(
  server: Memory,
  url: string | URL,
  { origin }: BridgeOptions = {},
): [WebSocketHandler, HttpHandler] {
  const { pattern, map } = mappedUrls(url)
  const sockets = linkTo(pattern).addEventListener('connection', () => undefined)
  const run = sockets.run.bind(sockets)
  // msw opens a socket as soon as its handlers have run, whatever their listeners still wait for: so the server is asked while they run.
  sockets.run = async (connection, context) => {
    const target = map(connection.client.url)
    if (target === undefined) return null
    await join(server, target, connection, origin)
    return await run(connection, context)
  }
  const requests = http.all(pattern, async ({ request }) => {
    const target = map(request.url)
    // An upgrade over Node's HTTP is the business of msw's own handler, which makes a WebSocket of it.
    if (target === undefined || request.headers.has('sec-websocket-key')) return undefined
    return await forwarded(server, target, request, origin).catch(() => Response.error())
  })
  return [sockets, requests]
}

/** One for each address: msw keeps a listener for every link that there ever was, and warns of the eleventh. */
function linkTo(pattern: RegExp): ReturnType<typeof ws.link> {
  const link = links.get(pattern.source) ?? ws.link(pattern)
  links.set(pattern.source, link)
  return link
}

const links = new Map<string, ReturnType<typeof ws.link>>()

/** Resolves when it is known whether the socket opens. Never rejects. */
async function join(
  server: Memory,
  target: string,
  { client, info }: WebSocketConnection,
  origin: string | undefined,
): Promise<void> {
  // msw declares less than it has, and uses this one for errors itself.
  const { socket } = client as typeof client & { readonly socket: WebSocket }
  const pipe = openPipe(server, target, [info.protocols ?? []].flat(), origin)
  client.addEventListener('message', ({ data }) => pipe.send(data))
  client.addEventListener('close', ({ code, reason }) => pipe.close(code, reason))
  const isAccepted = await pipe.accepted
  if (socket.readyState !== 0) return
  if (!isAccepted) {
    socket.dispatchEvent(new Event('error'))
    client.close(ABNORMAL, '')
    return
  }
  // msw would name the first one that was offered, which may be the token.
  Object.defineProperty(socket, 'protocol', { configurable: true, get: () => pipe.protocol, set() {} })
  const flow = () =>
    pipe.flow({
      message: (text) => client.send(text),
      // A frame is a microtask under way, a close would overtake it.
      closed: (code, reason) => queueMicrotask(() => client.close(code, reason)),
    })
  socket.addEventListener('open', flow, { once: true })
}

/** What a connection that never came about is reported as. */
const ABNORMAL = 1006
