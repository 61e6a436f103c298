// Routes of a Playwright page: an app in a real browser talks to the server in memory of the test.
import type { Memory } from '../adapters/memory'
import type { BridgeOptions } from './bridge-options'
import { forwarded } from './forwarded'
import { mappedUrls } from './mapped-url'
import { openPipe } from './pipe'
import { polledStreams } from './polled-streams'

type Matches = (url: URL) => boolean

/** As much of a `Page` or a `BrowserContext` as is used here. */
export interface Routable {
  route(url: Matches, handler: (route: RoutedRequest) => Promise<void>): Promise<unknown>
  unroute(url: Matches, handler: (route: RoutedRequest) => Promise<void>): Promise<void>
  routeWebSocket(url: Matches, handler: (socket: RoutedWebSocket) => Promise<void>): Promise<unknown>
  on(event: 'requestfailed', listener: (request: PlaywrightRequest) => void): unknown
  off(event: 'requestfailed', listener: (request: PlaywrightRequest) => void): unknown
  /** A page has it. */
  url?(): string
}

export interface RoutedRequest {
  request(): PlaywrightRequest
  fulfill(answer: { status: number; headers: Record<string, string>; body: string }): Promise<void>
  abort(): Promise<void>
}

export interface PlaywrightRequest {
  url(): string
  method(): string
  headers(): Record<string, string>
  postDataBuffer(): Uint8Array | null
  isNavigationRequest(): boolean
  frame(): { url(): string }
}

export interface RoutedWebSocket {
  url(): string
  protocols(): string[]
  onMessage(handler: (message: string | Uint8Array) => unknown): void
  onClose(handler: (code: number | undefined, reason: string | undefined) => unknown): void
  send(message: string): void
  close(options: { code: number; reason: string }): Promise<void>
}

/**
 * Everything below `url` reaches `server`, from now on; call it before the page is opened. The result undoes it.
 *
 * - A refused connection is a close with 1006 and was never open, but has no `error`: Playwright cannot raise one. `wasClean` is always true.
 * - Playwright answers a request in one piece. So a stream of events ends with what is there, and goes on when the browser's EventSource comes
 *   back, as it does by itself: its `error` event and its `readyState` show that. What reads a stream by `fetch` gets its beginning.
 * - Playwright tells no Origin of a socket. With a page it is the page's own, frames included; with a browser context `origin` says it.
 * - A page that went away left with 1005. What Playwright answers itself, it answers: preflights get through, and what follows them is judged.
 */
export async function routeWebSocket(
  page: Routable,
  server: Memory,
  url: string | URL,
  { origin }: BridgeOptions = {},
): Promise<() => Promise<void>> {
  const { map } = mappedUrls(url)
  const sockets = new Set<RoutedWebSocket>()
  const streams = polledStreams()
  let isActive = true
  // Playwright cannot take a route for sockets away, but asks it about each.
  const isBelow = (address: URL) => isActive && map(address) !== undefined

  async function answer(route: RoutedRequest): Promise<void> {
    const intercepted = route.request()
    const target = map(intercepted.url()) ?? ''
    const posted = intercepted.postDataBuffer()
    const request = new Request(target, {
      method: intercepted.method(),
      headers: { ...intercepted.headers(), ...siteOf(intercepted) },
      body: posted && new Uint8Array(posted),
    })
    const { status, headers, body } = await streams.answer(intercepted, frameOf(intercepted), target, () =>
      forwarded(server, target, request, origin),
    )
    await route.fulfill({ status, headers: { ...unwelcome(target), ...headers }, body })
  }

  async function join(socket: RoutedWebSocket): Promise<void> {
    const pipe = openPipe(server, map(socket.url()) ?? '', socket.protocols(), origin ?? originOf(page.url?.()))
    sockets.add(socket)
    socket.onMessage((message) => pipe.send(message))
    socket.onClose((code, reason) => {
      sockets.delete(socket)
      pipe.close(code, reason)
    })
    // The socket opens when this function has returned, or with its first frame.
    if (!(await pipe.accepted)) return await socket.close({ code: ABNORMAL, reason: '' })
    pipe.flow({
      message: (text) => socket.send(text),
      closed: (code, reason) => void socket.close({ code, reason }).catch(ignore),
    })
  }

  const handle = (route: RoutedRequest) => answer(route).catch(() => route.abort().catch(ignore))
  page.on('requestfailed', streams.gone)
  await page.route(isBelow, handle)
  await page.routeWebSocket(isBelow, (socket) => join(socket).catch(ignore))
  return async () => {
    isActive = false
    page.off('requestfailed', streams.gone)
    streams.close()
    await page.unroute(isBelow, handle).catch(ignore)
    await Promise.all([...sockets].map((socket) => socket.close({ code: GOING_AWAY, reason: '' }).catch(ignore)))
  }
}

// The page may be gone before its answer is there.
function ignore(): void {}

const ABNORMAL = 1006
const GOING_AWAY = 1001

/** Playwright does not show the headers that the browser's network adds: what sends no Origin is told apart by its frame. */
function siteOf(request: PlaywrightRequest): Record<string, string> {
  if (request.headers()['origin'] !== undefined || request.isNavigationRequest()) return {}
  const from = originOf(frameOf(request)?.url())
  return { 'sec-fetch-site': from === new URL(request.url()).origin ? 'same-origin' : 'cross-site' }
}

/** A service worker has none, and Playwright throws. */
function frameOf(request: PlaywrightRequest): { url(): string } | undefined {
  try {
    return request.frame()
  } catch {
    return undefined
  }
}

function originOf(url: string | undefined): string | undefined {
  return url === undefined || !URL.canParse(url) ? undefined : new URL(url).origin
}

/** Playwright lets the origin in where the answer says nothing of it; for a browser nothing is a no, and so is another origin. */
function unwelcome(target: string): Record<string, string> {
  return { 'access-control-allow-origin': new URL(target).origin }
}
