// Listens in at the core's doors: what is handed in and out there is the truth that everything else is held against.
import type { Server } from '@websockets.do/server-core'
import { Channel } from '../../packages/server-core/src/core/channel'
import type { Connection, Socket } from '../../packages/server-core/src/core/ports'
import { Listening } from '../../packages/server-core/src/http/listening'
import type { Listener, Log } from './log'
import { seenAgain, welcomed } from './members'
import type { Conditions } from './plan'
import { placeOf, Reader } from './reader'

export interface DoorOptions {
  readonly log: Log
  readonly life: number
  /** Requests that `authorize` has refused to let listen. */
  readonly refused: WeakSet<object>
  readonly conditions: Conditions
  /** What becomes of an upgrade where no WebSocket gets through. */
  blocked(via: number | undefined): 'refuse' | 'swallow' | undefined
  /** Resolves after so many ms of the server's clock. */
  wait(ms: number): Promise<void>
}

/** Every later connection to this server is recorded. */
export function listenIn(server: Server, options: DoorOptions): void {
  const { log, life, refused, blocked, wait } = options
  const upgrade = server.upgrade.bind(server)
  server.upgrade = async (request, peer) => {
    const block = blocked(viaOf(request.url))
    if (block === 'refuse') return new Response(null, { status: 403 })
    if (block) await wait(SWALLOWED_MS)
    if (block) return new Response(null, { status: 504 })
    const accept = await upgrade(request, peer)
    if (accept instanceof Response) return accept
    return (socket) => {
      const listener = createListener(log, life, request.url, refused.has(request))
      const connection = accept(spied(server, socket, listener, options))
      return {
        clientID: connection.clientID,
        receive(data) {
          came(log, server, listener, data, options.conditions)
          connection.receive(data)
        },
        closed(code) {
          end(log, listener, code)
          connection.closed(code)
        },
      }
    }
  }
  const fetch = server.fetch.bind(server)
  server.fetch = async (request, peer) => {
    const session = request.headers.get('session')
    if (session && (await request.clone().text()).includes('"type":"CLOSE"')) log.hungUp.add(session)
    if (new URL(request.url).searchParams.get('member') === 'true')
      streams.set(request, { server, options, isRefused: () => refused.has(request) })
    return await fetch(request, peer)
  }
}

/** Requests of members over server-sent events, and whose they are. */
const streams = new WeakMap<Request, { server: Server; options: DoorOptions; isRefused(): boolean }>()
/** What they say comes by other requests, which know the line of the newest connection alone. */
const lines = new WeakMap<Socket, (text: string) => void>()

const joinByStream = Listening.prototype.join
Listening.prototype.join = function (socket, admitted) {
  const known = streams.get(admitted.request)
  if (!known) return joinByStream.call(this, socket, admitted)
  const { server, options, isRefused } = known
  const { log, life } = options
  const listener = createListener(log, life, admitted.request.url, isRefused())
  const spy = spied(server, socket, listener, options)
  lines.set(spy, (text) => came(log, server, listener, text, options.conditions))
  const connection = joinByStream.call(this, spy, admitted)
  return {
    clientID: connection.clientID,
    receive: (data) => connection.receive(data),
    closed(code) {
      end(log, listener, code)
      connection.closed(code)
    },
  } satisfies Connection
}

const joinChannel = Channel.prototype.join
Channel.prototype.join = function (options) {
  const line = joinChannel.call(this, options)
  const hear = lines.get(options.socket)
  let { post } = line
  if (hear)
    Object.defineProperty(line, 'post', {
      get: () => (text: string) => {
        hear(text)
        post?.(text)
      },
      set(given: typeof post) {
        post = given
      },
    })
  return line
}

function spied(server: Server, socket: Socket, listener: Listener, { log, conditions }: DoorOptions): Socket {
  return {
    get bufferedAmount() {
      return socket.bufferedAmount ?? 0
    },
    send(text) {
      const order = log.tick()
      const frame = JSON.parse(text)
      if (listener.endedAt !== Infinity) log.report('I7', `${listener.out.name} is sent ${frame.type} after its end`)
      listener.outText.push(text)
      listener.out.take(frame)
      if (frame.type === 'CONNECTED') {
        listener.openedAt = order
        const saved = server.save()
        log.remember(saved)
        listener.head = saved.channels.find(({ name }) => name === listener.channel)?.seq ?? 0
        welcomed(log, listener)
      }
      if (frame.type === 'EMITTED' && !listener.answeredAt.has(frame.payload.eventID))
        listener.answeredAt.set(frame.payload.eventID, order)
      if (frame.type === 'DATA') {
        listener.sentAt.set(placeOf(frame), order)
        log.see(listener.out.epoch, frame)
      }
      socket.send(text)
      const excess = (socket.bufferedAmount ?? 0) - conditions.maxBufferedBytes - text.length
      if (excess > 0 && excess > replayedBytes(listener))
        log.report('I10', `${excess} bytes too many wait for ${listener.out.name}`)
    },
    close(code, reason) {
      end(log, listener, code)
      socket.close(code, reason)
    },
  }
}

function end(log: Log, listener: Listener, code: number | undefined): void {
  if (listener.endedAt !== Infinity) return
  listener.endedAt = log.tick()
  listener.endedMs = log.now()
  listener.endCode = code
}

function came(log: Log, server: Server, listener: Listener, data: unknown, conditions: Conditions): void {
  const frame = parse(data)
  if (frame?.type === 'EMIT' && frame.eventID !== undefined) seenAgain(log, server, listener, frame, conditions)
  listener.came.push({ order: log.tick(), frame })
  listener.cameText.push(String(data))
}

function createListener(log: Log, life: number, url: string, refused: boolean): Listener {
  const channel = channelOf(url)
  const { searchParams } = new URL(url)
  const attempt = searchParams.get('attempt')
  const listener: Listener = {
    channel,
    by: parse(searchParams.get('presence'))?.by,
    life,
    out: new Reader(`listener ${log.listeners.length + 1} in ${channel}, as sent`, true, log.report, log.recurring),
    outText: [],
    sentAt: new Map(),
    via: viaOf(url),
    isStream: searchParams.get('member') === 'true',
    session: searchParams.get('session') ?? undefined,
    attempt: attempt === null ? undefined : Number(attempt),
    since: searchParams.get('since') ?? undefined,
    rewind: Number(searchParams.get('rewind')),
    came: [],
    cameText: [],
    refused,
    answeredAt: new Map(),
    head: 0,
    openedAt: Infinity,
    endedAt: Infinity,
    endedMs: Infinity,
    endCode: undefined,
  }
  log.listeners.push(listener)
  return listener
}

/** What a joiner asked to be replayed may exceed the bound. */
function replayedBytes({ out, outText, head }: Listener): number {
  const isReplay = ({ type, seq }: any): boolean => type === 'CONNECTED' || (type === 'DATA' && seq <= head)
  return outText.reduce((sum, text, at) => sum + (isReplay(out.frames[at]) ? text.length : 0), 0)
}

export function channelOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.split('/').at(-2) ?? '')
}

/** Longer than any client waits. */
const SWALLOWED_MS = 20_000

function viaOf(url: string): number | undefined {
  const via = new URL(url).searchParams.get('via')
  return via === null ? undefined : Number(via)
}

function parse(data: unknown): any {
  try {
    return JSON.parse(String(data))
  } catch {
    return undefined
  }
}
