// An app in a page: our client, unchanged, and bare WebSockets; and how a test makes it do things.
import type { Page } from 'playwright-core'
import { bundle } from './bundle'

export type App = ReturnType<typeof appIn>

/** What the app in a page is made to do. Whatever runs in the page uses nothing but what a browser has. */
export function appIn(page: Page, url: string) {
  return {
    /** Joins by our client, and resolves with its id once it is in. */
    join: (channel: string, presence: Record<string, string> = {}, token?: string): Promise<string> =>
      page.evaluate((args) => (globalThis as any).app.join(args), { url, channel, presence, token }),
    others: (channel: string): Promise<unknown[]> =>
      page.evaluate(
        (name) => (globalThis as any).app.channel(name).others.map((other: any) => other.presence),
        channel,
      ),
    present: (channel: string, presence: Record<string, string>): Promise<void> =>
      page.evaluate(([name, value]) => (globalThis as any).app.channel(name).presence.set(value), [
        channel,
        presence,
      ] as const),
    emit: (channel: string, payload: object): Promise<any> =>
      page.evaluate(
        async ([name, value]) => await (globalThis as any).app.channel(name).emit(value, { requireAck: true }),
        [channel, payload] as const,
      ),
    heard: (channel: string): Promise<unknown[]> =>
      page.evaluate((name) => (globalThis as any).app.heard(name), channel),
    /** Until our client has heard so many events, and with that has acknowledged them. */
    answered: async (channel: string, count: number): Promise<void> => {
      await page.waitForFunction(([name, n]) => (globalThis as any).app.heard(name).length >= n, [
        channel,
        count,
      ] as const)
      // Its ACK went before this.
      await page.evaluate((name) => (globalThis as any).app.ping(name), channel)
    },
    /** How a client that may not listen ends. */
    status: (channel: string): Promise<string> =>
      page.evaluate((args) => (globalThis as any).app.status(args), { url, channel }),
    async fetch(path: string, init: RequestInit = {}): Promise<{ status: number; body: any }> {
      return await page.evaluate(
        async ([address, options]) => {
          const response = await fetch(address, options)
          const text = await response.text()
          return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text }
        },
        [url + path, init] as const,
      )
    },
    /** A browser's own WebSocket that knows the seed's messages alone. */
    async open(path: string, { ack = true, protocols = [] as string[] } = {}) {
      const at = await page.evaluate(
        ({ address, acks, offered }) => {
          const all = ((globalThis as any).seeds ??= []) as { received: any[]; states: string[] }[]
          const sockets = ((globalThis as any).sockets ??= []) as WebSocket[]
          const socket = new WebSocket(address, offered)
          const received: any[] = []
          const states: string[] = []
          socket.addEventListener('open', () => states.push('open'))
          socket.addEventListener('error', () => states.push('error'))
          socket.addEventListener('close', ({ code, reason }) => states.push(`close ${code} ${reason}`))
          socket.addEventListener('message', ({ data }) => {
            const message = JSON.parse(data)
            received.push(message)
            if (message.type === 'PING') socket.send('{"type":"PONG"}')
            if (acks && message.requires_ack) {
              socket.send(JSON.stringify({ type: 'ACK', payload: { eventID: message.eventID } }))
            }
          })
          sockets.push(socket)
          return all.push({ received, states }) - 1
        },
        { address: url.replace('http', 'ws') + path, acks: ack, offered: protocols },
      )
      const of = (type: string): Promise<any[]> =>
        page.evaluate(
          ([index, wanted]) =>
            (globalThis as any).seeds[index].received.filter((message: any) => message.type === wanted),
          [at, type] as const,
        )
      return {
        of,
        states: (): Promise<string[]> => page.evaluate((index) => (globalThis as any).seeds[index].states, at),
        async nth(type: string, count = 1): Promise<any> {
          await page.waitForFunction(
            ([index, wanted, n]) =>
              (globalThis as any).seeds[index].received.filter((message: any) => message.type === wanted).length >= n,
            [at, type, count] as const,
          )
          return (await of(type))[count - 1]
        },
        send: (messages: readonly object[]): Promise<void> =>
          page.evaluate(
            ([index, texts]) => {
              for (const text of texts) (globalThis as any).sockets[index].send(text)
            },
            [at, messages.map((message) => JSON.stringify(message))] as const,
          ),
        close: (code?: number, reason?: string): Promise<void> =>
          page.evaluate(([index, why, words]) => (globalThis as any).sockets[index].close(why, words), [
            at,
            code,
            reason,
          ] as const),
      }
    },
  }
}

/** The script of a page with the app. */
export async function appScript(): Promise<string> {
  return await bundle(appSource, import.meta.url)
}

export const html = '<!doctype html><link rel="icon" href="data:,"><title>An app</title>'

const appSource = `
import { createClient } from '@websockets.do/client'
const channels = new Map()
const events = new Map()
const until = (channel, isSo) => new Promise((resolve) => {
  const check = () => isSo() && resolve()
  channel.subscribe(check)
  check()
})
globalThis.app = {
  channel: (name) => channels.get(name),
  heard: (name) => events.get(name),
  async join({ url, channel: name, presence, token }) {
    const channel = createClient({ url, token, random: () => 0 }).channel(name, { presence })
    channels.set(name, channel)
    events.set(name, [])
    channel.on('event', ({ payload }) => void events.get(name).push(payload))
    await until(channel, () => channel.self)
    return channel.self.clientID
  },
  ping: (name) => channels.get(name).emit({ marker: true }, { echo: false, clients: [] }).then(() => {}, () => {}),
  async status({ url, channel: name }) {
    const channel = createClient({ url }).channel(name)
    await until(channel, () => channel.status.state === 'closed')
    const { state, reason } = channel.status
    return [state, reason.code, reason.closeCode].join(' ')
  },
}
`
