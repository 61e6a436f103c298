// What workerd runs for the tests: a Worker whose objects can be put away between any two events, and can be told to disconnect somebody.
import { cloudflare } from '@websockets.do/server-core/cloudflare'
import { serverOptionsOf } from '@websockets.do/server-core/conformance'
import type { WorkerdOptions } from './workerd'

interface Env {
  readonly OPTIONS: WorkerdOptions
  readonly CHANNELS: {
    idFromName(name: string): string
    get(id: string): { fetch(request: Request): Promise<Response> }
  }
}

/** As a Durable Object's class is called. */
type Made = ConstructorParameters<typeof channels.ChannelObject>
type Inner = InstanceType<typeof channels.ChannelObject>

const channels = cloudflare<Env>(({ OPTIONS }) => serverOptionsOf(OPTIONS))

export class ChannelObject {
  readonly #state: Made[0]
  readonly #env: Env
  #inner: Inner
  #lives = 1
  #pending = 0

  constructor(...[state, env]: Made) {
    this.#state = state
    this.#env = env
    this.#inner = new channels.ChannelObject(state, env)
    constructed++
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname, hostname, searchParams } = new URL(request.url)
    if (hostname === CONTROL) {
      if (pathname === '/lives') return Response.json({ lives: this.#lives, constructed })
      if (pathname === '/stats') return Response.json(this.#inner.server.stats())
      if (pathname === '/alarm') return Response.json(await this.#state.storage.getAlarm())
      if (pathname === '/tables') return Response.json(this.#tables())
      if (pathname === '/sql') return Response.json(this.#sql(searchParams.get('query') ?? ''))
      if (pathname === '/restart') return Response.json(this.#renew())
      const [channel = '', clientID = ''] = [searchParams.get('channel'), searchParams.get('clientID')].map(String)
      return Response.json(this.#inner.server.channel(channel).disconnect(clientID))
    }
    this.#putAway()
    this.#pending++
    try {
      return await this.#inner.fetch(request)
    } finally {
      this.#pending--
    }
  }

  alarm(): void {
    this.#putAway()
    this.#inner.alarm()
  }

  webSocketMessage(...event: Event<'webSocketMessage'>): void {
    this.#putAway()
    this.#inner.webSocketMessage(...event)
  }

  webSocketClose(...event: Event<'webSocketClose'>): void {
    this.#putAway()
    this.#inner.webSocketClose(...event)
  }

  webSocketError(...event: Event<'webSocketError'>): void {
    this.#putAway()
    this.#inner.webSocketError(...event)
  }

  /** As the runtime does with an object that has nothing to do: a new one over the same storage and the same sockets. */
  #putAway(): void {
    if (this.#env.OPTIONS.putAway === true && this.#isIdle()) this.#renew()
  }

  #isIdle(): boolean {
    const { members, away, observers, awaited } = this.#inner.server.stats()
    const onSockets = this.#state
      .getWebSockets('websockets.do')
      .filter((socket) => socket.deserializeAttachment() !== null).length
    return this.#pending === 0 && awaited === 0 && observers === 0 && members - away <= onSockets
  }

  #renew(): number {
    this.#inner = new channels.ChannelObject(this.#state, this.#env)
    return ++this.#lives
  }

  #sql(query: string): Record<string, unknown>[] {
    return this.#state.storage.sql.exec(query).toArray()
  }

  #tables(): string[] {
    const tables = this.#sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    return tables.map(({ name }) => String(name)).filter((name) => !name.startsWith('_'))
  }
}

type Event<K extends 'webSocketMessage' | 'webSocketClose' | 'webSocketError'> = Parameters<Inner[K]>

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { hostname, searchParams } = new URL(request.url)
    if (hostname !== CONTROL) return await channels.fetch(request, env)
    return await env.CHANNELS.get(env.CHANNELS.idFromName(searchParams.get('channel') ?? '')).fetch(request)
  },
}

/** How often the runtime itself has made an object. */
let constructed = 0
const CONTROL = 'control.test'
