// What runs an adapter's server for a test, in this process or in another one.
import type { ServerOptions } from '@websockets.do/server-core'
import type { ConformanceContext } from '@websockets.do/server-core/conformance'

/** What of a server's options can cross the border of a process: plain JSON. */
export type AdapterOptions = Pick<
  ServerOptions,
  'heartbeat' | 'graceMs' | 'history' | 'limits' | 'origins' | 'publicOrigin' | 'trustProxy' | 'getEmit'
> & {
  /** Where given, `authorize` allows this token everything, as user { name: 'Ada' }, and refuses all others with UNAUTHORIZED. */
  readonly token?: string
}

export interface OpenedAdapter extends ConformanceContext {
  /** `server.channel(channel).disconnect(clientID)` */
  disconnect(channel: string, clientID: string): boolean | Promise<boolean>
  /** `server.close({ drainMs })`, and then puts all of it away. Default drainMs 0. Idempotent. */
  close(options?: { readonly drainMs?: number }): Promise<void>
}

export type OpenAdapter = (options?: AdapterOptions) => Promise<OpenedAdapter>
