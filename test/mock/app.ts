// An app, its runtime, and the server that it reaches through somebody else's mocking tool.
import { type Channel, type ClientOptions, createClient } from '@websockets.do/client'
import { createServer, type ServerOptions } from '@websockets.do/server-core'
import { type Memory, memory } from '@websockets.do/server-core/memory'
import { onTestFinished } from 'vitest'

/** Where the app believes the server to be. */
export const url = 'https://api.example/realtime'

/** Puts the server behind `url`, in the place of the global WebSocket, until the test ends. */
export type Install = (server: Memory, options?: { readonly origin?: string }) => Installed

export interface Installed {
  readonly fetch: typeof fetch
}

/** A server behind the app's URL, and what an app makes there. */
export function startApp(install: Install, options: ServerOptions = {}, bridgeOptions?: { readonly origin?: string }) {
  const server = createServer(options)
  const { fetch } = install(memory(server), bridgeOptions)
  const client = createClient({ url, fetch, ...impatient })
  onTestFinished(async () => {
    client.close()
    await server.close({ drainMs: 0 })
  })
  return {
    server,
    fetch,
    client,
    /** A channel "room" of a client of its own. */
    app({ presence = {} }: { readonly presence?: Record<string, string> } = {}): Channel {
      const own = createClient({ url, fetch, ...impatient })
      onTestFinished(() => own.close())
      return own.channel('room', { presence })
    },
  }
}

/** The app's runtime, as it finds it when it connects. */
export function global() {
  return { url, WebSocket: globalThis.WebSocket }
}

/** What a bare WebSocket goes through until it is closed. */
export async function life(path: string): Promise<string[]> {
  const states: string[] = []
  await watch(path, states)
  return states
}

export function watch(path: string, states: string[]): Promise<void> {
  const { WebSocket } = globalThis
  const socket = new WebSocket(url.replace('http', 'ws') + path)
  socket.addEventListener('open', () => states.push('open'))
  socket.addEventListener('error', () => states.push('error'))
  return new Promise((resolve) => {
    socket.addEventListener('close', ({ code }) => {
      states.push(`close ${code}`)
      resolve()
    })
  })
}

export function isOpen(channel: Channel): Promise<void> {
  return changed(channel, () => channel.self !== undefined)
}

export function changed(channel: Channel, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!isSo()) return
      stop()
      resolve()
    }
    const stop = channel.subscribe(check)
    check()
  })
}

export function firstMessage(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) => socket.addEventListener('message', ({ data }) => resolve(data)))
}

export function once(channel: Channel, type: 'event'): Promise<unknown> {
  return new Promise((resolve) => void channel.on(type, resolve))
}

export function deferred<T>() {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((settle) => (resolve = settle))
  return { promise, resolve }
}

/** Comes back at once. */
const impatient: ClientOptions = { random: () => 0 }
