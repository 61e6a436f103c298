// Cloudflare: a Worker that routes each channel to a Durable Object of its own, and the class of those objects.
import { failure } from '../http/answer'
import { routeOf } from '../http/route'
import { urlOf } from '../http/url-of'
import { createServer, type Server } from '../server'
import { belowBasePath, checkBasePath } from './base-path'
import { HibernatingObject, type ObjectOptions } from './cloudflare/object'
import type { HibernatingSocket, ObjectNamespace, ObjectState } from './cloudflare/runtime'

export interface CloudflareOptions extends ObjectOptions {
  /** The Durable Object namespace's name in `env`. Default `CHANNELS`. */
  readonly binding?: string
  /** Such as `/realtime`: what does not lie below is answered with 404. Default: everything lies below. */
  readonly basePath?: string
}

/** What the runtime makes an object of a channel with, and calls. */
export type ChannelObjectClass<Env> = new (
  state: ObjectState,
  env: Env,
) => {
  /** For a subclass: what a program has of a server. Its `channel(name)` is this object's. */
  readonly server: Server
  fetch(request: Request): Promise<Response>
  alarm(): void
  webSocketMessage(webSocket: HibernatingSocket, message: unknown): void
  webSocketClose(webSocket: HibernatingSocket, code: number, reason: string): void
  webSocketError(webSocket: HibernatingSocket): void
}

export interface Cloudflare<Env> {
  /** For the Worker's default export, or a route of its: answers what belongs to no channel, and hands the rest to the channel's object. */
  fetch(request: Request, env: Env): Promise<Response>
  /** To be exported by the Worker under the name that its configuration has; with SQLite storage (`new_sqlite_classes`). */
  readonly ChannelObject: ChannelObjectClass<Env>
}

/**
 * `options` may be a function of `env`, for secrets. The heartbeat is 5 minutes unless told otherwise. The Worker
 * emits as everybody does, by `fetch`; a subclass of `ChannelObject` has the channel itself, by `this.server`.
 */
export function cloudflare<Env = Record<string, unknown>>(
  options: CloudflareOptions | ((env: Env) => CloudflareOptions) = {},
): Cloudflare<Env> {
  const optionsFor = (env: Env) => {
    const all = typeof options === 'function' ? options(env) : options
    checkBasePath(all.basePath ?? '')
    return all
  }
  // A mistake in them is to show where the Worker starts, not at its first request.
  if (typeof options !== 'function') optionsFor(undefined as Env)

  /** Of this isolate: has no channels, and answers what needs none. */
  let edge: ReturnType<typeof edgeOf> | undefined

  async function fetch(request: Request, env: Env): Promise<Response> {
    edge ??= edgeOf(optionsFor(env))
    const {
      server,
      options: { binding = 'CHANNELS', basePath = '' },
    } = edge
    const below = belowBasePath(request, basePath)
    if (!below) return failure('NOT_FOUND', `expected a path below ${basePath}`)
    const route = routeOf(urlOf(below).pathname, server.limits)
    if (route.kind !== 'channel') return await server.fetch(below, { exposure: 'public' })
    const namespace = (env as Record<string, unknown>)[binding] as ObjectNamespace | undefined
    if (!namespace) {
      const missing = `expected a Durable Object namespace as env.${binding}: bind the exported class in wrangler.jsonc`
      server.report(new Error(missing), 'the configuration of the Worker')
      return failure('INTERNAL', 'this server is not set up')
    }
    try {
      return await namespace.get(namespace.idFromName(route.channel) as never).fetch(request)
    } catch (error) {
      // Such as an object that is overloaded, or was reset by a deploy while it was asked.
      server.report(error, `the object of channel ${route.channel}`)
      return failure('INTERNAL', 'the server could not handle this request')
    }
  }

  class ChannelObject extends HibernatingObject {
    constructor(state: ObjectState, env: Env) {
      super(state, optionsFor(env))
    }
  }
  return { fetch, ChannelObject }
}

function edgeOf(options: CloudflareOptions): { readonly server: Server; readonly options: CloudflareOptions } {
  return { server: createServer(options), options }
}
