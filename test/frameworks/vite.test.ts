// The Vite plugin in a real Vite: one port for the app, its hot reloading and the channels, through restarts, to the end.
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServer, type Server } from '@websockets.do/server-core'
import { websockets } from '@websockets.do/server-core/vite'
import { build, createServer as createVite, type InlineConfig, preview, type ViteDevServer } from 'vite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { freePort } from '../support/free-port'
import { enter, expectMeeting, opened } from './support/meet'

const PAGE = '<!doctype html><title>A page</title>'

function scratch(files: Record<string, string> = { 'index.html': PAGE }): string {
  const folder = mkdtempSync(fileURLToPath(new URL('../.scratch-', import.meta.url)))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

function settings(root: string, port: number, more: InlineConfig = {}): InlineConfig {
  const served = { port, host: '127.0.0.1', strictPort: true }
  return {
    root,
    configFile: false,
    logLevel: 'silent',
    cacheDir: join(root, '.vite'),
    server: { ...served, watch: null },
    preview: served,
    ...more,
  }
}

async function develop(config: InlineConfig): Promise<ViteDevServer> {
  const vite = await createVite(config)
  onTestFinished(() => vite.close())
  return await vite.listen()
}

function urlOf({ httpServer }: { httpServer: ViteDevServer['httpServer'] }): string {
  const { port } = httpServer!.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

/** As Vite's client connects for hot reloading. */
async function expectHotReloading(url: string, { config }: ViteDevServer): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/?token=${config.webSocketToken}`, 'vite-hmr')
  onTestFinished(() => socket.terminate())
  const [greeting] = await once(socket, 'message')
  expect(JSON.parse(String(greeting))).toEqual({ type: 'connected' })
}

describe('the Vite plugin', () => {
  it('serves channels beside the page and its hot reloading, which stay Vite’s [CH-5]', async () => {
    const vite = await develop(settings(scratch(), 0, { plugins: [websockets(createServer())] }))
    const url = urlOf(vite)
    await expectHotReloading(url, vite)
    await expectMeeting(`${url}/realtime`)
    for (const path of ['/', '/realtimes', '/room/listen'])
      expect(await (await fetch(url + path, { headers: { accept: 'text/html' } })).text()).toContain('A page')
    expect(await (await fetch(`${url}/realtime/_/health`)).json()).toEqual({ status: 'ok' })
    expect((await fetch(`${url}/realtime/nowhere`)).status).toBe(404)
  })

  it('mounts where it is told to [CH-5]', async () => {
    const vite = await develop(settings(scratch(), 0, { plugins: [websockets(createServer(), { basePath: '/a/b' })] }))
    await expectMeeting(`${urlOf(vite)}/a/b`)
    expect(() => websockets(createServer(), { basePath: 'a' })).toThrow(
      expect.objectContaining({ code: 'BAD_PARAMETER' }),
    )
  })

  it('goes on after a restart, with clients that were there before [CH-5, RS-3]', async () => {
    const server = createServer()
    const vite = await develop(settings(scratch(), await freePort(), { plugins: [websockets(server)] }))
    const url = urlOf(vite)
    const cat = enter(`${url}/realtime`, 'Cat')
    await opened(cat)
    const before = vite.httpServer
    for (let round = 0; round < 3; round++) await vite.restart()
    expect([before?.listening, before?.listenerCount('upgrade')]).toEqual([false, 0])
    await expectHotReloading(url, vite)
    await opened(cat)
    expect(server.stats().members).toBe(1)
    await expectMeeting(`${url}/realtime`)
  })

  it('closes with Vite, and tells whoever asks then that it is gone [HL-1]', async () => {
    const server = createServer()
    const vite = await develop(settings(scratch(), 0, { plugins: [websockets(server)] }))
    await opened(enter(`${urlOf(vite)}/realtime`, 'Ann'))
    await vite.close()
    expect((await server.fetch(new Request('http://localhost/_/health'))).status).toBe(503)
    expect(server.stats()).toMatchObject({ members: 0 })
  })

  it('closes the server of a config that was read anew, and no other [HL-1]', async () => {
    const servers: Server[] = []
    const configure = () => {
      const server = createServer()
      servers.push(server)
      return { plugins: [websockets(server)] }
    }
    Object.assign(globalThis, { configure })
    const root = scratch({ 'index.html': PAGE, 'vite.config.mjs': 'export default globalThis.configure()' })
    const { configFile: _none, ...rest } = settings(root, await freePort())
    const vite = await develop(rest)
    await vite.restart()
    const statuses = servers.map((server) => server.fetch(new Request('http://localhost/_/health')))
    expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([503, 200])
    await expectMeeting(`${urlOf(vite)}/realtime`)
  })

  it('serves channels from the preview of a built app too [CH-5]', async () => {
    const config = settings(scratch(), await freePort(), { plugins: [websockets(createServer())] })
    await build(config)
    const previewed = await preview(config)
    onTestFinished(() => previewed.close())
    const url = urlOf(previewed)
    await expectMeeting(`${url}/realtime`)
    expect(await (await fetch(url)).text()).toContain('A page')
  })

  it('says what to do in middleware mode, where Vite has no server', async () => {
    const config = settings(scratch(), 0, { plugins: [websockets(createServer())] })
    const vite = createVite({ ...config, server: { middlewareMode: true, ws: false } })
    await expect(vite).rejects.toThrow(/middleware mode.*`attach`/)
  })

  it('keeps nobody from running tests by the same config', async () => {
    const plugins = [websockets(createServer()), { name: 'vitest' }]
    const vite = await createVite(settings(scratch(), 0, { plugins, server: { middlewareMode: true, ws: false } }))
    await vite.close()
  })
})
