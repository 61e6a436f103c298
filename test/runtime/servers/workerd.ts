// Starts the server in workerd, from the sources: a Worker and its Durable Objects, as Cloudflare runs them.
import { createRequire } from 'node:module'
import { bundle } from '../../browser/support/bundle'
import { PromptWebSocket } from '../../support/prompt-web-socket'
import { miniflare } from '../support/runtimes'
import type { AdapterOptions, OpenedAdapter } from '@websockets.do/server-core/conformance'

export interface WorkerdOptions extends AdapterOptions {
  /** Makes each object anew before each event, whenever the runtime could have put it away. */
  readonly putAway?: boolean
}

export interface OpenedWorkerd extends OpenedAdapter {
  readonly WebSocket: typeof globalThis.WebSocket
  readonly fetch: typeof fetch
  /** Asks the object of a channel: `lives`, `stats`, `alarm`, `tables`, `restart`. */
  ask<T>(what: string, channel: string): Promise<T>
  /** Asks its storage. */
  sql<T>(query: string, channel: string): Promise<T[]>
}

/** As much of miniflare and undici as is used here. They are not installed where the types are checked. */
interface Installed {
  Miniflare: new (options: Record<string, unknown>) => {
    readonly ready: Promise<URL>
    dispatchFetch(url: string): Promise<Response>
    dispose(): Promise<void>
  }
}

interface Undici {
  Agent: new (options: { pipelining: number }) => object
  fetch(url: string, init: object): Promise<Response>
}

export async function openWorkerd(options: WorkerdOptions = {}): Promise<OpenedWorkerd> {
  if (miniflare === undefined) throw new Error('workerd is not installed')
  const { Miniflare } = (await import(/* @vite-ignore */ miniflare)) as Installed
  const undici = createRequire(miniflare)('undici') as Undici
  program ??= bundle(
    "export * from './workerd-program'\nexport { default } from './workerd-program'",
    import.meta.url,
    {
      conditions: ['@websockets.do/source', 'workerd', 'worker', 'browser'],
      external: [],
    },
  )
  const worker = new Miniflare({
    modules: [{ type: 'ESModule', path: 'worker.mjs', contents: await program }],
    compatibilityDate: '2026-04-01',
    host: '127.0.0.1',
    port: 0,
    bindings: { OPTIONS: options },
    durableObjects: { CHANNELS: { className: 'ChannelObject', useSQLite: true } },
  })
  const url = String(await worker.ready).replace(/\/$/, '')
  async function ask<T>(what: string, channel: string, more = ''): Promise<T> {
    const response = await worker.dispatchFetch(
      `http://control.test/${what}?channel=${encodeURIComponent(channel)}${more}`,
    )
    return (await response.json()) as T
  }
  // It closes connections that undici takes for open: each request has one of its own.
  const dispatcher = new undici.Agent({ pipelining: 0 })
  let ended: Promise<void> | undefined
  return {
    url,
    // It leaves the TCP connection open when it closes a hibernating WebSocket by which no message has come yet.
    WebSocket: PromptWebSocket as unknown as typeof globalThis.WebSocket,
    fetch: ((address: string, init: object = {}) => undici.fetch(address, { ...init, dispatcher })) as typeof fetch,
    ...(options.token !== undefined && { token: options.token }),
    ask,
    sql: (query, channel) => ask('sql', channel, `&query=${encodeURIComponent(query)}`),
    disconnect: (channel, clientID) => ask('disconnect', channel, `&clientID=${clientID}`),
    close: () => (ended ??= worker.dispose()),
  }
}

let program: Promise<string> | undefined
