// A developer who saves a file: Vite puts the new component into the running page, and the channel stays as it is.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { createServer } from '@websockets.do/server-core'
import { RawMember } from '@websockets.do/server-core/mock'
import { attach } from '@websockets.do/server-core/node'
import { createServer as createVite, defaultClientConditions } from 'vite'
import { WebSocket } from 'ws'
import { expect, it, onTestFinished } from 'vitest'
import { describeInChromium, useChromium } from './support/chromium'
import { patient } from './support/live-server'

const html = `<!doctype html><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/main.tsx"></script>`

const main = `
import { createClient } from '@websockets.do/client'
import { WebSocketsProvider } from '@websockets.do/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Room } from './room'
const client = createClient({ url: location.origin + '/realtime' })
createRoot(document.getElementById('root')).render(
  <StrictMode><WebSocketsProvider client={client}><Room /></WebSocketsProvider></StrictMode>,
)`

const roomThatSays = (word: string): string => `
import { useChannel, useEvents } from '@websockets.do/react'
export function Room() {
  const { self } = useChannel('room', { presence: { name: 'Ann' } })
  const [events] = useEvents('room', { history: false })
  return <p>{'${word} ' + self?.clientID + ' heard ' + events.map(({ data }) => data.n).join()}</p>
}`

/** Vite and a channel server on one port, and a folder of sources, which are saved by `save`. */
async function startDevelopment() {
  const folder = mkdtempSync(fileURLToPath(new URL('../.scratch-', import.meta.url)))
  const save = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  save('index.html', html)
  save('main.tsx', main)
  save('room.tsx', roomThatSays('before'))
  const http = createHttpServer()
  const vite = await createVite({
    root: folder,
    configFile: false,
    logLevel: 'error',
    cacheDir: join(folder, '.vite'),
    plugins: [react()],
    server: { middlewareMode: true, ws: { server: http }, watch: { usePolling: true, interval: 50 } },
    resolve: { conditions: ['@websockets.do/source', ...defaultClientConditions] },
  })
  const server = createServer()
  attach(server, http, { basePath: '/realtime' })
  http.on('request', (request, response) => {
    if (!request.url?.startsWith('/realtime')) vite.middlewares(request, response)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await server.close({ drainMs: 0 })
    await vite.close()
    http.closeAllConnections()
    http.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { save, server, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` }
}

describeInChromium('a component that is saved while its page is open', () => {
  const newContext = useChromium()

  it('is another one in the same channel, as the same member, and nobody sees it leave [I14]', async () => {
    const { save, server, url } = await startDevelopment()
    const watcher = new RawMember(
      new WebSocket(`${url.replace('http', 'ws')}/realtime/room/listen`) as unknown as globalThis.WebSocket,
    )
    const page = await (await newContext()).newPage()
    let loads = 0
    page.on('load', () => loads++)
    await page.goto(url)
    await expect.poll(() => page.textContent('p'), patient).toMatch(/^before client_\S+ heard $/)
    await server.channel('room').emit({ n: 1 })
    await expect.poll(() => page.textContent('p'), patient).toMatch(/heard 1$/)
    const before = (await page.textContent('p')) ?? ''
    save('room.tsx', roomThatSays('after'))
    await expect.poll(() => page.textContent('p'), patient).toBe(before.replace('before', 'after'))
    await server.channel('room').emit({ n: 2 })
    await expect.poll(() => page.textContent('p'), patient).toBe(`${before.replace('before', 'after')},2`)
    expect(loads).toBe(1)
    expect(watcher.of('PRESENCE:JOINED')).toHaveLength(1)
    expect([...watcher.of('PRESENCE:UPDATED'), ...watcher.of('PRESENCE:LEFT')]).toEqual([])
    watcher.close()
  })
})
