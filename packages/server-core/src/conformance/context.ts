// What a case has in its hands: one server, a channel of its own, and clients that are gone when it is over.
import type { Need } from './case'
import { Member, type MemberOptions, type SocketLike } from './client'
import { Skip } from './errors'
import { at, like, ok } from './match'
import { Observer } from './observer'
import type { Pace } from './pace'
import { Waiting } from './waiting'

/** How a server is reached. */
export interface ConformanceContext {
  /** Of the server or of the path below which it is mounted: ws, wss, http or https. */
  readonly url: string
  readonly WebSocket: new (url: string, protocols?: string | string[]) => SocketLike
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>
  /** For a server that asks for one. It must allow everything, in every channel. */
  readonly token?: string
  /** Lets time pass on a server whose clock is yours, and everything arrive that is under way. Left out: real time. */
  readonly pass?: (ms: number) => Promise<void>
  /** How long an answer or a frame may take. Default 5,000. */
  readonly deadlineMs?: number
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed; undefined when it is no JSON. */
  readonly body: unknown
  readonly text: string
}

/** A request that is under way. */
export interface Pending<T = Answer> {
  answer: T | undefined
  error: unknown
}

export interface JoinOptions extends MemberOptions {
  /** Default: the case's own. */
  readonly channel?: string
  /** What follows the `?`. */
  readonly query?: string
  readonly protocols?: string[]
}

export class CaseContext {
  /** The server's address for HTTP, without a slash at its end. */
  readonly url: string
  /** A name that nobody else uses. */
  readonly channel: string = uniqueName()
  readonly token: string | undefined
  readonly waiting: Waiting
  readonly members: Member[] = []
  readonly #target: ConformanceContext
  readonly #pace: Pace
  readonly #aborter = new AbortController()

  constructor(target: ConformanceContext, pace: Pace) {
    this.url = target.url.replace(/^ws/, 'http').replace(/\/+$/, '')
    this.token = target.token
    this.waiting = new Waiting(target.pass, target.deadlineMs ?? 5_000)
    this.#target = target
    this.#pace = pace
  }

  /** Joins a channel and waits for CONNECTED. */
  async join(options: JoinOptions = {}): Promise<Member> {
    const member = await this.open(options)
    await member.first('CONNECTED')
    return member
  }

  /** Begins to join; nothing has come yet. */
  async open({ channel = this.channel, query, protocols, ...options }: JoinOptions = {}): Promise<Member> {
    return await this.openAt(`/${encodeURIComponent(channel)}/listen`, query, protocols, options, channel)
  }

  async openAt(
    path: string,
    query = '',
    protocols: string[] = [],
    options: MemberOptions = {},
    channel: string = this.channel,
  ): Promise<Member> {
    await this.#pace.take()
    const token = this.token === undefined || /(^|&)token=/.test(query) ? '' : `token=${encodeURIComponent(this.token)}`
    const address = `${this.url.replace(/^http/, 'ws')}${path}?${[query, token].filter(Boolean).join('&')}`
    const socket = new this.#target.WebSocket(address.replace(/\?$/, ''), protocols)
    const member = new Member(channel, socket, this.waiting, options)
    this.members.push(member)
    return member
  }

  /** A WebSocket that must not open. */
  async refused(path: string, query?: string, protocols?: string[]): Promise<Member> {
    const member = await this.openAt(path, query, protocols)
    const decided = () => (member.opened || member.frames.length > 0 || member.ending ? true : undefined)
    await this.waiting.until(`an answer to the WebSocket at ${path}`, decided)
    ok(!member.opened && member.frames.length === 0, `expected no WebSocket at ${path}, but it opened`)
    return member
  }

  /** Waits for a promise while time passes. */
  async over(promise: Promise<unknown>, what: string, withinMs?: number): Promise<void> {
    const pending: Pending<true> = { answer: undefined, error: undefined }
    this.#follow(
      promise.then(() => true as const),
      pending,
    )
    await this.#settled(pending, withinMs, what)
  }

  /** A request, answered. */
  async request(path: string, init: RequestInit = {}, withinMs?: number): Promise<Answer> {
    return await this.answered(await this.start(path, init), withinMs)
  }

  /** A request that may take its time. */
  async start(path: string, init: RequestInit = {}): Promise<Pending> {
    return await this.#start(path, init, read)
  }

  async answered(pending: Pending, withinMs?: number): Promise<Answer> {
    return await this.#settled(pending, withinMs)
  }

  /** POSTs a payload to the case's channel; `query` follows the `?`. */
  async post(payload: unknown, query = '', headers: Record<string, string> = {}): Promise<Answer> {
    return await this.request(this.emitPath(query), { method: 'POST', body: JSON.stringify(payload), headers })
  }

  /** Like `post`, without waiting for the answer. */
  async posting(payload: unknown, query = '', headers: Record<string, string> = {}): Promise<Pending> {
    return await this.start(this.emitPath(query), { method: 'POST', body: JSON.stringify(payload), headers })
  }

  emitPath(query = '', channel: string = this.channel): string {
    return this.path(`emit${query === '' ? '' : `?${query}`}`, channel)
  }

  path(rest: string, channel: string = this.channel): string {
    return `/${encodeURIComponent(channel)}/${rest}`
  }

  /** Listens over server-sent events, from CONNECTED on. */
  async observe(query = '', headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Observer> {
    const observer = new Observer(await this.stream(query, headers, signal), this.waiting)
    await observer.nth(1, 'CONNECTED')
    return observer
  }

  /** A stream of events that nobody reads yet. */
  async stream(query = '', headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
    const path = this.path(`listen${query === '' ? '' : `?${query}`}`)
    const init = { headers: { accept: 'text/event-stream', ...headers }, ...(signal && { signal }) }
    const response = await this.#settled(await this.#start(path, init, async (answer) => answer))
    like(response.status, 200, 'the status of the event stream')
    return response
  }

  /** Returns once each of them has got an event that was published after all that was published before. */
  async fence(...members: readonly Member[]): Promise<void> {
    for (const channel of new Set(members.map((member) => member.channel))) {
      const payload = { fence: uniqueName() }
      const init = { method: 'POST', body: JSON.stringify(payload) }
      like(await this.request(this.emitPath('', channel), init), { status: 200 }, 'the answer to a POST')
      for (const member of members) if (member.channel === channel) await member.data(payload)
    }
  }

  async pass(ms: number): Promise<void> {
    await this.waiting.pass(ms)
  }

  /** Why a need is not met here; undefined when it is. */
  async lacks(need: Need): Promise<string | undefined> {
    if (need === 'token') return this.token === undefined ? 'no token: pass --token for a server that asks' : undefined
    if (need === 'origin') {
      const { headers } = new Request(this.url, { headers: { origin: 'https://a.example' } })
      return headers.has('origin') ? undefined : 'this fetch does not let its caller set Origin'
    }
    if (need === 'refusals') {
      const refused = await this.openAt('/_/listen')
      await refused.ended()
      return refused.refusal === undefined ? 'this WebSocket does not tell the status of a refusal' : undefined
    }
    const path = need === 'history' ? this.path('history') : this.emitPath('is-get-on=1')
    const { status } = await this.request(path)
    if (need === 'get') return status === 405 ? 'GET may not emit here (405)' : undefined
    return status === 401 || status === 403 ? `the history is not readable here (${status})` : undefined
  }

  async history(query = ''): Promise<unknown> {
    const answer = await this.request(this.path(`history${query === '' ? '' : `?${query}`}`))
    like(answer.status, 200, 'the status of the history')
    return answer.body
  }

  /** The entries of the members' list. */
  async memberList(): Promise<unknown> {
    const answer = await this.request(this.path('members'))
    like(answer.status, 200, 'the status of the member list')
    return at(answer.body, 'members')
  }

  skip(reason: string): never {
    throw new Skip(reason)
  }

  /** Ends every connection of the case, and waits until they have ended. */
  async close(): Promise<void> {
    this.#aborter.abort()
    for (const member of this.members) member.close()
    const open = () => this.members.some(({ ending }) => !ending)
    await this.waiting.until('all connections to end', () => (open() ? undefined : true), CLOSE_MS).catch(ignore)
  }

  async #start<T>(path: string, init: RequestInit, take: (response: Response) => Promise<T>): Promise<Pending<T>> {
    await this.#pace.take()
    const pending: Pending<T> = { answer: undefined, error: undefined }
    const headers = new Headers(init.headers)
    if (this.token !== undefined && !headers.has('authorization')) headers.set('authorization', `Bearer ${this.token}`)
    const signal = this.#signalWith(init.signal)
    this.#follow(this.#target.fetch(this.url + path, { ...init, headers, signal }).then(take), pending)
    return pending
  }

  #follow<T>(promise: Promise<T>, pending: Pending<T>): void {
    const settled = (change: Partial<Pending<T>>) => {
      Object.assign(pending, change)
      this.waiting.changed()
    }
    promise.then(
      (answer) => settled({ answer }),
      (error: unknown) => settled({ error: error ?? new Error('the request failed') }),
    )
  }

  /** The case's own, which ends all that it began, and that of a request. */
  #signalWith(signal: AbortSignal | null | undefined): AbortSignal {
    return signal ? AbortSignal.any([signal, this.#aborter.signal]) : this.#aborter.signal
  }

  async #settled<T>(pending: Pending<T>, withinMs?: number, what = 'an answer over HTTP'): Promise<T> {
    const settled = () => {
      if (pending.error !== undefined) throw pending.error
      return pending.answer
    }
    return await this.waiting.until(what, settled, withinMs)
  }
}

/** A channel's name that nobody else uses. */
export function uniqueName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return `conformance-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

async function read(response: Response): Promise<Answer> {
  const { status, headers } = response
  // A stream of events has no end: that it is one says enough.
  const endless = headers.get('content-type')?.startsWith('text/event-stream')
  const text = endless ? '' : await response.text()
  return { status, headers, text, body: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

// A connection that does not end is for a case to find, not for whoever clears up after it.
function ignore(): void {}

/** How long connections may take to end when a case is over. */
const CLOSE_MS = 1_000
