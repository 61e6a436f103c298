// Vite: a plugin that serves the channels from the dev server's own port, beside its hot reloading, and from the preview's.
import type { Server as HttpServer } from 'node:http'
import type { Http2SecureServer } from 'node:http2'
import { WebSocketsError } from '../error'
import type { Server } from '../server'
import { checkBasePath } from './base-path'
import { attach } from './node'

export interface VitePluginOptions {
  /** What lies below is the server's, everything else stays Vite's. Default `/realtime`. Vite's own `base` does not count. */
  readonly basePath?: string
}

/** As Vite hands over its dev server, or the preview's. */
export interface ViteHost {
  /** None in middleware mode. */
  readonly httpServer: HttpServer | Http2SecureServer | null
  readonly config: { readonly plugins: readonly { readonly name: string }[] }
}

/** As Vite takes it in `plugins`. */
export interface VitePlugin {
  readonly name: string
  configureServer(host: ViteHost): void
  configurePreviewServer(host: ViteHost): void
}

/** Mounts a server at Vite's own HTTP server. It is closed when the last Vite that it is mounted at has closed. Throws BAD_PARAMETER for a base path that is none. */
export function websockets(server: Server, { basePath = '/realtime' }: VitePluginOptions = {}): VitePlugin {
  checkBasePath(basePath)
  function mount({ httpServer, config }: ViteHost): void {
    // Who runs unit tests by the same config serves nothing, and should not be kept from it.
    if (!httpServer && config.plugins.some(({ name }) => name === 'vitest')) return
    if (!httpServer) throw new WebSocketsError('BAD_PARAMETER', WITHOUT_SERVER)
    // What differs between the two kinds of servers, `attach` does not use.
    const { detach } = attach(server, httpServer as HttpServer, { basePath })
    mounts.set(server, (mounts.get(server) ?? 0) + 1)
    httpServer.once('close', () => {
      detach()
      const left = (mounts.get(server) ?? 1) - 1
      mounts.set(server, left)
      // On a restart the new Vite mounts before the old one closes: with the same server, or, its config read anew, with another.
      if (left === 0) void server.close({ drainMs: 0 }).catch((error: unknown) => server.report(error, 'Vite'))
    })
  }
  return { name: 'websockets.do', configureServer: mount, configurePreviewServer: mount }
}

/** At how many servers of Vite each server is mounted. */
const mounts = new WeakMap<Server, number>()

const WITHOUT_SERVER =
  'in middleware mode Vite has no HTTP server: leave this plugin out, and mount the channels at your own with `attach` of "@websockets.do/server-core/node"'
