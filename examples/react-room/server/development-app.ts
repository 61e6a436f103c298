// The app from its sources, by Vite: on the same port, hot reloading included.
import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { App } from './app'

export async function developmentApp(http: Server): Promise<App> {
  // Only here: the server of the built app has no use for Vite.
  const { createServer } = await import('vite')
  const vite = await createServer({
    root: fileURLToPath(new URL('../', import.meta.url)),
    server: { middlewareMode: true, ws: { server: http } },
  })
  return {
    handle: (request, response) => vite.middlewares(request, response),
    close: () => vite.close(),
  }
}
