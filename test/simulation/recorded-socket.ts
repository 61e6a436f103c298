// A device's connections, which write down what they are used for: the class, to be given to a client or used by hand.
import { eventStream } from '@websockets.do/client/event-stream'
import type { Clock, Fetch, WebSocketConstructor } from '@websockets.do/client'
import { channelOf } from './doors'
import type { Log, Opened } from './log'
import { keyOf } from './payload'
import { placeOf, Reader } from './reader'
import { deviceName } from './words'

export interface SocketOwner {
  name(channel: string): string
  readonly device: number
  /** Called before each attempt; it may object. */
  opening?(name: string): void
}

/** A WebSocket as the platform has it. */
export function recordedSocket(
  WebSocket: typeof globalThis.WebSocket,
  owner: SocketOwner,
  log: Log,
): typeof globalThis.WebSocket {
  return class Recorded extends WebSocket {
    readonly #opened: Opened

    constructor(address: string | URL, protocols?: string | string[]) {
      const opened = openedBy(owner, log, String(address), false)
      super(marked(address, opened), protocols)
      this.#opened = Object.assign(opened, { socket: this })
      this.addEventListener('message', ({ data }) => heard(log, opened, String(data)))
    }

    override send(data: string): void {
      if (this.readyState === this.OPEN) said(log, this.#opened, data)
      super.send(data)
    }
  }
}

/** The client's fall-back. It has no `readyState` of its own. */
export function recordedStream(owner: SocketOwner, log: Log): (fetch: Fetch, clock: Clock) => WebSocketConstructor {
  return (fetch, clock) => {
    const Stream = eventStream(fetch, clock)
    return class extends Stream {
      readonly #opened: Opened
      readyState = 0

      constructor(address: string) {
        const opened = openedBy(owner, log, address, true)
        super(marked(address, opened))
        this.#opened = Object.assign(opened, { socket: this })
        this.addEventListener('message', ({ data }) => {
          this.readyState = 1
          heard(log, opened, String(data))
        })
        this.addEventListener('close', () => void (this.readyState = 3))
      }

      override send(data: string): void {
        said(log, this.#opened, data)
        super.send(data)
      }

      override close(code?: number): void {
        this.readyState = 3
        super.close(code)
      }
    }
  }
}

/** By this the doors know whose it is. */
function marked(address: string | URL, { number }: Opened): string {
  return `${String(address)}&via=${number}`
}

function openedBy(owner: SocketOwner, log: Log, address: string, isFallback: boolean): Opened {
  const channel = channelOf(address)
  const name = owner.name(channel)
  owner.opening?.(name)
  const place = `${name} on ${deviceName(owner.device)} in ${channel}, as arrived`
  const opened: Opened = {
    number: log.sockets.length,
    owner: name,
    channel,
    device: owner.device,
    socket: { readyState: 0 },
    isFallback,
    asked: new URL(address).searchParams,
    since: log.now(),
    inText: [],
    in: new Reader(place, true, log.report, log.recurring, true),
    welcomedAt: Infinity,
    arrivedAt: new Map(),
    asks: new Map(),
    sent: [],
    sentText: [],
    sentAt: [],
  }
  log.sockets.push(opened)
  return opened
}

function heard(log: Log, opened: Opened, text: string): void {
  const frame = JSON.parse(text)
  opened.inText.push(text)
  const order = log.tick()
  const { type, eventID } = frame
  if (type === 'DATA' && frame.requires_ack) opened.asks.set(eventID, (opened.asks.get(eventID) ?? 0) + 1)
  // What the fall-back was refused in an answer, it says as an ERROR of its own.
  if (frame.clientID === undefined && type === 'ERROR') return
  if (!opened.in.take(frame)) return
  if (type === 'CONNECTED') opened.welcomedAt = order
  if (type === 'DATA') opened.arrivedAt.set(placeOf(frame), order)
}

function said(log: Log, opened: Opened, text: string): void {
  const frame = parse(text)
  const order = log.tick()
  opened.sentText.push(text)
  opened.sent.push(frame)
  opened.sentAt.push(order)
  if (frame?.type !== 'EMIT') return
  const published = log.published.get(keyOf(frame.payload))
  if (frame.timeout !== undefined && !(frame.timeout >= 1))
    log.report('I9', `${published?.key} is sent after its time, with ${frame.timeout} ms left`)
  if (published?.via === 'client' && published.attempts === 1 && published.refusedAt < order)
    log.report('I9', `${published.key} is sent after it was given up`)
}

function parse(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
