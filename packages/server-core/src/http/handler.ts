// Request → Response, and upgrade request → listener: route, origin, rate, authorisation, and then the channel.
import type { Limits } from '@websockets.do/protocol'
import { publish, type PublishOptions } from '../publish'
import type { Action, Decision } from '../authorizer'
import { EXPIRED, isExpired } from '../core/heartbeat'
import type { Connection, Socket } from '../core/ports'
import type { Registry } from '../core/registry'
import type { SavedLine } from '../core/saved'
import type { Flood } from '../flood'
import { historyEntries } from '../server-channel'
import { failure, json, outcome, preflight, readable } from './answer'
import { readEmitRequest } from './emit'
import { eventStream } from './event-stream'
import { GOING_DOWN, Listening, REPLACED, type Refused } from './listening'
import { type Exposure, judgeOrigin, type OriginPolicy } from './origin'
import { parsePosition } from './position'
import { allowed, type Route, routeOf } from './route'
import { readSendRequest } from './send'
import { tokenOf } from './token'
import { urlOf } from './url-of'

/** What an adapter knows of a caller beside its request. */
export interface Peer {
  /** The remote IP address. Without one there is no limit per address. */
  readonly address?: string
  /** Whether other machines can reach the server. Unknown: no rule that depends on it applies. */
  readonly exposure?: Exposure
}

/** Takes the socket of an accepted upgrade, and makes it a listener. */
export type Accept = (socket: Socket) => Connection

export interface HandlerOptions {
  readonly limits: Limits
  readonly registry: Registry
  readonly publishing: PublishOptions
  readonly flood: Flood
  readonly origins: OriginPolicy
  readonly trustProxy: boolean
  readonly getEmit: boolean | undefined
  /** Going down: no new listeners [HL-1]. */
  isDraining(): boolean
  /** Gone: nobody is left who could hear. */
  isClosed(): boolean
  onError(error: unknown, context: string): void
}

type ChannelRoute = Extract<Route, { kind: 'channel' }>

export class Handler {
  readonly #options: HandlerOptions
  readonly #listening: Listening

  constructor(options: HandlerOptions) {
    this.#options = options
    this.#listening = new Listening(options)
  }

  async fetch(request: Request, peer: Peer): Promise<Response> {
    try {
      return await this.#answer(request, peer)
    } catch (error) {
      this.#options.onError(error, 'an HTTP request')
      return failure('INTERNAL', 'the server could not handle this request')
    }
  }

  async upgrade(request: Request, peer: Peer): Promise<Response | Accept> {
    const route = routeOf(urlOf(request).pathname, this.#options.limits)
    if (route.kind === 'bad-channel') return failure('BAD_CHANNEL', route.fault)
    if (route.kind !== 'channel' || route.name !== 'listen')
      return failure('NOT_FOUND', 'WebSockets open at /:channel/listen')
    const gate = this.#gate(request, peer)
    if (!gate.ok) return gate.response
    try {
      const listener = await this.#listening.admit(request, route.channel)
      if (listener.ok) return (socket) => this.#listening.join(socket, listener)
      // A browser sees neither the status nor the body of a failed upgrade: a client that asks for a session reads frames [LI-6].
      if (urlOf(request).searchParams.has('session')) return (socket) => this.#listening.refuseInBand(socket, listener)
      return refusal(listener)
    } catch (error) {
      this.#options.onError(error, 'an upgrade')
      return failure('INTERNAL', 'the server could not handle this upgrade')
    }
  }

  restore(socket: Socket, channel: string, saved: SavedLine): Connection | undefined {
    return this.#listening.restore(socket, channel, saved)
  }

  async #answer(request: Request, peer: Peer): Promise<Response> {
    const route = routeOf(urlOf(request).pathname, this.#options.limits)
    if (route.kind === 'health' && request.method === 'GET') return this.#health()
    const methods = methodsOf(route, this.#getEmit(peer))
    // A page that is welcome can read what was wrong with its request, too.
    const wrong = misrouted(request, route, methods)
    if (wrong) return readable(wrong, judgeOrigin(request, peer.exposure, this.#options.origins))
    const gate = this.#gate(request, peer)
    if (!gate.ok) return gate.response
    if (request.method === 'OPTIONS') return readable(preflight(methods), gate)
    return readable(await this.#serve(request, route as ChannelRoute), gate)
  }

  async #serve(request: Request, { name, channel }: ChannelRoute): Promise<Response> {
    switch (name) {
      case 'emit':
        return await this.#emit(request, channel)
      case 'listen':
        return await this.#stream(request, channel)
      case 'send':
        return await this.#send(request, channel)
      case 'history':
        return await this.#history(request, channel)
      case 'members': {
        const decision = await this.#decide(request, channel, 'members')
        if (!decision.ok) return failure(decision.code, decision.message)
        return json({ members: this.#options.registry.find(channel)?.members() ?? [] })
      }
      default:
        return name satisfies never
    }
  }

  async #emit(request: Request, channel: string): Promise<Response> {
    const { limits, registry, publishing, isClosed } = this.#options
    if (isClosed()) return refusal(GOING_DOWN)
    const reading = await readEmitRequest(request, limits, registry.settings.clock)
    if (!reading.ok) return outcome(reading.result)
    const wish = {
      ask: { request, channel, action: 'emit' as const, token: tokenOf(request, '_token') },
      payload: reading.payload,
      publication: { ...reading.options, echo: true, via: 'http' as const },
      principal: '',
      isGone: isClosed,
      find: () => registry.find(channel),
      open: () => registry.open(channel),
    }
    return await new Promise((resolve) => void publish(wish, publishing, (result) => resolve(outcome(result))))
  }

  async #stream(request: Request, channel: string): Promise<Response> {
    if (!/text\/event-stream/i.test(request.headers.get('accept') ?? '')) {
      return failure('UPGRADE_REQUIRED', LISTEN_HOW, { upgrade: 'websocket' })
    }
    const { searchParams } = urlOf(request)
    const isMember = searchParams.get('member') === 'true'
    if (isMember && !searchParams.has('session'))
      return failure('BAD_PARAMETER', 'a member over events needs "session"')
    const listener = await this.#listening.admit(request, channel, !isMember)
    if (!listener.ok) return refusal(listener)
    if (this.#listening.isStale(listener)) return refusal(REPLACED)
    const { clock } = this.#options.registry.settings
    return eventStream((socket) => this.#listening.join(socket, listener), { isMember, clock })
  }

  async #send(request: Request, channel: string): Promise<Response> {
    const { limits, registry, isClosed } = this.#options
    if (isClosed()) return refusal(GOING_DOWN)
    const session = request.headers.get('session')
    if (!session) return failure('BAD_PARAMETER', 'expected the header "Session", as CONNECTED says it')
    const find = () => registry.find(channel)?.bySession(session)
    if (!find()) return failure('SESSION_GONE', GONE)
    const reading = await readSendRequest(request, limits, registry.settings.clock)
    if (!reading.ok) return outcome(reading.result)
    const member = find()
    if (!member) return failure('SESSION_GONE', GONE)
    // What an older connection has said came too late, as it would on a socket: the newer one says it again [RS-6].
    const attempt = urlOf(request).searchParams.get('attempt')
    if (attempt !== null && Number(attempt) < member.attempt) return refusal(REPLACED)
    // A connection would have been closed for it; who is away has none.
    if (isExpired(member, registry.settings)) return failure(EXPIRED.code, EXPIRED.message)
    for (const message of reading.messages) {
      // As on a socket, nothing comes after a close.
      if ('closeCode' in message) {
        registry.find(channel)?.hangUp(member, message.closeCode)
        break
      }
      const post = member.line.post ?? this.#listening.adopt(channel, member.line)
      post?.(message.text)
    }
    return json({ success: true }, 202)
  }

  async #history(request: Request, channel: string): Promise<Response> {
    const { searchParams } = urlOf(request)
    const limit = searchParams.get('limit') ?? '100'
    const text = searchParams.get('before')
    const before = text === null ? undefined : parsePosition(text)
    if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > 1_000) {
      return failure('BAD_PARAMETER', 'expected "limit" to be a whole number from 1 to 1000')
    }
    if (text !== null && !before) return failure('BAD_PARAMETER', 'expected "before" to be <epoch>:<seq>')
    const decision = await this.#decide(request, channel, 'history')
    if (!decision.ok) return failure(decision.code, decision.message)
    return json(historyEntries(this.#options.registry, channel, Number(limit), before))
  }

  #health(): Response {
    return this.#options.isDraining() ? json({ status: 'draining' }, 503) : json({ status: 'ok' })
  }

  /** What holds for every route that touches a channel: origin, then rate. */
  #gate(request: Request, peer: Peer): { ok: true; crossOrigin?: string } | { ok: false; response: Response } {
    const { origins, flood, trustProxy } = this.#options
    const origin = judgeOrigin(request, peer.exposure, origins)
    if (!origin.ok) return { ok: false, response: failure('BAD_ORIGIN', origin.message, { vary: 'Origin' }) }
    const forwarded = trustProxy ? request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
    const wait = flood.waitMs(forwarded ?? peer.address)
    if (wait === 0) return origin
    const message = 'too many requests from this address'
    const response = outcome({ success: false, error: { code: 'RATE_LIMITED', message, retryAfterMs: wait } })
    return { ok: false, response: readable(response, origin) }
  }

  #decide(
    request: Request,
    channel: string,
    action: Action,
    token: string | undefined = tokenOf(request, 'token'),
  ): Decision | PromiseLike<Decision> {
    return this.#options.publishing.authorizer.decide({ request, channel, action, token })
  }

  #getEmit({ exposure }: Peer): boolean {
    return this.#options.getEmit ?? !(exposure === 'public' && this.#options.publishing.authorizer.isOpen)
  }
}

function methodsOf(route: Route, getEmit: boolean): readonly string[] {
  if (route.kind === 'channel') return allowed(route.name, getEmit)
  return route.kind === 'health' ? allowed('health', getEmit) : []
}

function misrouted(request: Request, route: Route, methods: readonly string[]): Response | undefined {
  if (route.kind === 'unknown') return failure('NOT_FOUND', ROUTES)
  if (route.kind === 'bad-channel') return failure('BAD_CHANNEL', route.fault)
  const { method } = request
  if (methods.includes(method) || (method === 'OPTIONS' && route.kind === 'channel')) return undefined
  const hint = method === 'GET' ? '; GET is switched off here (`getEmit`)' : ''
  return failure('METHOD_NOT_ALLOWED', `expected ${methods.join(' or ')}${hint}`, { allow: methods.join(', ') })
}

function refusal({ error }: Refused): Response {
  return outcome({ success: false, error })
}

const GONE = 'this session is over, or was never one of this channel: ask for a new one'
const ROUTES =
  'expected /:channel/emit, /:channel/listen, /:channel/send, /:channel/history, /:channel/members or /_/health'
const LISTEN_HOW = 'connect a WebSocket to this address, or send "Accept: text/event-stream" for server-sent events'
