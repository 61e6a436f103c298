// How a runtime's server is opened for the adapters' suite: options go in that can cross the border of a process.
import type { ServerOptions } from '../options'
import type { ConformanceContext } from './context'

/** What of a server's options can cross the border of a process: plain JSON. */
export type AdapterOptions = Pick<
  ServerOptions,
  'heartbeat' | 'graceMs' | 'history' | 'limits' | 'origins' | 'publicOrigin' | 'trustProxy' | 'getEmit'
> & {
  /** Where given, `authorize` allows this token everything, as user { name: 'Ada' }, and refuses all others with UNAUTHORIZED. */
  readonly token?: string
}

/** A running server, and what reaches it. */
export interface OpenedAdapter extends ConformanceContext {
  /** `server.channel(channel).disconnect(clientID)` */
  disconnect(channel: string, clientID: string): boolean | Promise<boolean>
  /** `server.close({ drainMs })`, and then puts all of it away. Default `drainMs` 0. Idempotent. */
  close(options?: { readonly drainMs?: number }): Promise<void>
}

export type OpenAdapter = (options?: AdapterOptions) => Promise<OpenedAdapter>

/** What `createServer` takes for them: for who opens an adapter, in whatever process. */
export function serverOptionsOf({ token: expected, ...options }: AdapterOptions = {}): ServerOptions {
  if (expected === undefined) return options
  return {
    ...options,
    authorize: ({ token }) => (token === expected ? { user: { name: 'Ada' } } : { refuse: 'UNAUTHORIZED' }),
  }
}
