// A page with nothing in it but our client, from its sources; what it goes through is kept for a test to look at.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { EmitResult, Status } from '@websockets.do/client'
import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { bundle } from './bundle'
import { foreignHost } from './chromium'
import { patient } from './live-server'

export interface ClientPageOptions {
  /** Default: the page's own origin. */
  readonly url?: string
  readonly fallback?: boolean
  /** Tokens, one for each attempt. */
  readonly tokens?: readonly string[]
  readonly rewind?: unknown
  /** The wait before another attempt. Default 0. */
  readonly waitMs?: number
}

/** For `startServer`: the page is `/client`. */
export async function clientFiles(): Promise<(request: Request) => Response | undefined> {
  const script = await bundle(source, import.meta.url)
  return ({ url }) => {
    const { pathname } = new URL(url)
    if (pathname === '/_/client.js') return new Response(script, { headers: { 'content-type': 'text/javascript' } })
    return pathname === '/client' ? new Response(html, { headers: { 'content-type': 'text/html' } }) : undefined
  }
}

/** The same page, of another origin than the server's. */
export async function clientSite(): Promise<string> {
  const files = await clientFiles()
  const site = createServer(async (request, response) => {
    const file = files(new Request(`http://site.test${request.url}`))
    response.writeHead(file ? 200 : 404, file ? Object.fromEntries(file.headers) : {})
    response.end(await file?.text())
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    site.closeAllConnections()
    site.close()
  })
  return `http://${foreignHost}:${(site.address() as AddressInfo).port}`
}

/** Opens the page at an origin, and joins the channel `room`. */
export async function openClient(page: Page, origin: string, options: ClientPageOptions = {}) {
  await page.goto(`${origin}/client`)
  await page.evaluate((given) => (globalThis as any).start(given), options)
  const look = <T>(key: string): Promise<T> =>
    page.evaluate((name) => JSON.parse(JSON.stringify((globalThis as any).seen[name])), key)
  const client = {
    page,
    statuses: () => look<Status[]>('statuses'),
    status: async () => (await client.statuses()).at(-1) as any,
    heard: () => look<unknown[]>('heard'),
    gaps: () => look<unknown[]>('gaps'),
    errors: () => look<string[]>('errors'),
    signals: () => look<string[]>('signals'),
    /** Until the channel stands so; gives its status. */
    async is(state: Status['state']): Promise<any> {
      await expect.poll(async () => (await client.status()).state, patient).toBe(state)
      return await client.status()
    },
    async hears(expected: readonly unknown[]): Promise<void> {
      await expect.poll(async () => (await client.heard()).length, patient).toBeGreaterThanOrEqual(expected.length)
      expect(await client.heard()).toEqual(expected)
    },
    emit: (payloads: readonly object[], how: object = {}): Promise<EmitResult[]> =>
      page.evaluate(
        async ([all, given]) => await Promise.all(all.map((payload) => (globalThis as any).room.emit(payload, given))),
        [payloads, how] as const,
      ),
  }
  return client
}

const html = `<!doctype html>
<link rel="icon" href="data:,">
<title>A client</title>
<script type="module" src="/_/client.js"></script>`

const source = `
import { createClient } from '@websockets.do/client'
import { eventStream } from '@websockets.do/client/event-stream'
const seen = globalThis.seen = { statuses: [], heard: [], gaps: [], errors: [], signals: [] }
for (const type of ['online', 'offline', 'pageshow', 'pagehide']) addEventListener(type, (event) => seen.signals.push(event.persisted ? type + ' persisted' : type))
document.addEventListener('visibilitychange', () => seen.signals.push(document.visibilityState))
globalThis.start = ({ url, fallback, tokens, rewind, waitMs = 0 }) => {
  const rest = [...(tokens ?? [])]
  const room = globalThis.room = createClient({
    url,
    random: () => 0.5,
    backoff: { minMs: waitMs * 2, maxMs: waitMs * 2 },
    ...(tokens && { token: () => rest.shift() }),
    ...(fallback && { fallback: eventStream }),
  }).channel('room', { rewind })
  seen.statuses.push(room.status)
  room.on('status', (status) => seen.statuses.push(status))
  room.on('event', ({ payload }) => seen.heard.push(payload))
  room.on('gap', (gap) => seen.gaps.push(gap))
  room.on('error', ({ code }) => seen.errors.push(code))
}
`
