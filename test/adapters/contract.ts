// What every adapter must get right, seen from outside by clients that know the seed alone: one suite for all runtimes.
import type { ServerOptions } from '@websockets.do/server-core'
import { onTestFinished } from 'vitest'
import type { Runtime } from '../support/seed-client'
import { describeHttp } from './http-contract'
import { describeSockets } from './socket-contract'

/** A running server, and what reaches it. */
export interface Opened extends Runtime {
  readonly fetch: typeof fetch
  /** Cuts off a member, as the program that embeds the server can. */
  disconnect(channel: string, clientID: string): boolean
  /** Closes the server without a drain. Resolves once nothing of it is left; idempotent. */
  close(): Promise<void>
}

export type Open = (options?: ServerOptions) => Promise<Opened>

export function describeAdapter(name: string, open: Open): void {
  async function start(options: ServerOptions = {}): Promise<Opened> {
    const server = await open(options)
    onTestFinished(() => server.close())
    return server
  }
  describeSockets(name, start)
  describeHttp(name, start)
}
