// A client that knows the protocol and nothing of any server: it keeps every frame it was sent, and waits for those to come.
import { ConformanceError } from './errors'
import { at, isSame, show } from './match'
import type { Waiting } from './waiting'

/** What the kit needs of a WebSocket: a browser's, Node's and that of `ws` have it. */
export interface SocketLike {
  readonly readyState: number
  readonly protocol: string
  send(data: string | Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
  addEventListener(type: SocketEventType, listener: (event: SocketEvent) => void): void
}

export type SocketEventType = 'open' | 'message' | 'error' | 'close'

export interface SocketEvent {
  readonly type: string
  readonly data?: unknown
  readonly code?: number
  readonly reason?: string
  /** Of an error, where it says anything. */
  readonly message?: unknown
}

/** A frame as it came. */
export interface Frame {
  readonly type: string
  readonly payload: unknown
  readonly text: string
  /** All of its fields; none when it is no JSON object. */
  readonly fields: Readonly<Record<string, unknown>>
}

export interface Ending {
  readonly code: number
  readonly reason: string
}

export interface MemberOptions {
  /** Answers every PING. Default true. */
  readonly pong?: boolean
  /** Acknowledges every DATA that asks for it. Default false. */
  readonly ack?: boolean
}

export class Member {
  readonly channel: string
  readonly socket: SocketLike
  /** Every frame that arrived, in order. */
  readonly frames: Frame[] = []
  opened = false
  ending: Ending | undefined
  /** The HTTP status of a refusal, where the WebSocket tells it. */
  refusal: number | undefined
  readonly #waiting: Waiting

  constructor(channel: string, socket: SocketLike, waiting: Waiting, { pong = true, ack = false }: MemberOptions = {}) {
    this.channel = channel
    this.socket = socket
    this.#waiting = waiting
    socket.addEventListener('open', () => {
      this.opened = true
      waiting.changed()
    })
    socket.addEventListener('message', ({ data }) => {
      const frame = frameOf(data)
      this.frames.push(frame)
      if (pong && frame.type === 'PING') this.send({ type: 'PONG' })
      if (ack && frame.fields['requires_ack'] === true) this.ack(frame)
      waiting.changed()
    })
    // A browser's error says nothing; that of `ws` says "Unexpected server response: 403".
    socket.addEventListener('error', ({ message }) => {
      const [, status] = /server response: (\d{3})$/.exec(String(message)) ?? []
      if (status !== undefined) this.refusal = Number(status)
    })
    socket.addEventListener('close', ({ code = 1006, reason = '' }) => {
      this.ending = { code, reason: String(reason) }
      waiting.changed()
    })
  }

  /** Its own id, as CONNECTED told it. */
  get clientID(): string {
    return String(this.of('CONNECTED')[0]?.fields['clientID'] ?? '')
  }

  /** The payload of CONNECTED. */
  get welcome(): unknown {
    return this.of('CONNECTED')[0]?.payload
  }

  of(type: string, test: (frame: Frame) => boolean = () => true): Frame[] {
    return this.frames.filter((frame) => frame.type === type && test(frame))
  }

  /** The payloads of all DATA but fences, in order. */
  get deliveries(): unknown[] {
    return this.of('DATA', ({ payload }) => at(payload, 'fence') === undefined).map(({ payload }) => payload)
  }

  /** All DATA, of each event once: for cases that are not about what comes twice. */
  get events(): Frame[] {
    const known = new Set<unknown>()
    return this.of('DATA', ({ fields }) => {
      const { eventID } = fields
      const isNew = eventID === undefined || !known.has(eventID)
      known.add(eventID)
      return isNew
    })
  }

  /** Like `deliveries`, of each event once. */
  get heard(): unknown[] {
    return this.events.map(({ payload }) => payload).filter((payload) => at(payload, 'fence') === undefined)
  }

  /** The first frame of a type that passes; fails when the connection ends without it. */
  async first(type: string, test?: (frame: Frame) => boolean): Promise<Frame> {
    return await this.nth(1, type, test)
  }

  async nth(n: number, type: string, test?: (frame: Frame) => boolean): Promise<Frame> {
    const what = `${n === 1 ? type : `${n} times ${type}`}${test ? ' of a certain content' : ''}`
    return await this.#waiting.until(what, () => this.of(type, test)[n - 1] ?? this.#unlessEnded(what))
  }

  /** The DATA with this payload. */
  async data(payload: unknown): Promise<Frame> {
    const what = `DATA with the payload ${show(payload)}`
    return await this.#waiting.until(what, () => {
      return this.of('DATA', (frame) => isSame(frame.payload, payload))[0] ?? this.#unlessEnded(what)
    })
  }

  /** The ERROR with this code. */
  async error(code: string): Promise<Frame> {
    const what = `ERROR with the code ${code}`
    return await this.#waiting.until(what, () => {
      return this.of('ERROR', ({ payload }) => at(payload, 'code') === code)[0] ?? this.#unlessEnded(what)
    })
  }

  /** Publishes over the socket, and waits for the answer: the payload of EMITTED. */
  async emit(payload: unknown, how: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const ref = `ref-${this.frames.length}-${Math.random().toString(36).slice(2)}`
    const before = this.frames.length
    this.send({ type: 'EMIT', payload, ref, ...how })
    return (await this.emitted(ref, before)).payload
  }

  /** Returns once the server has read all that this member has sent before [CL-6]; of a server that gives no PONG, after a while. */
  async settled(): Promise<void> {
    const { length } = this.of('PONG')
    this.send({ type: 'PING' })
    await this.#waiting.until('PONG', () => this.of('PONG')[length] ?? this.ending, SETTLE_MS).catch(() => {})
  }

  /** The EMITTED with this `ref`, or with none, among the frames after the first so many. */
  async emitted(ref: string, after = 0): Promise<Frame> {
    return await this.first('EMITTED', (frame) => {
      return this.frames.indexOf(frame) >= after && [ref, undefined].includes(at(frame.payload, 'ref') as string)
    })
  }

  /** The PRESENCE:JOINED that tells of another member. */
  async sees(other: Member): Promise<Frame> {
    return await this.first('PRESENCE:JOINED', ({ payload }) => at(payload, 'clientID') === other.clientID)
  }

  async ended(withinMs?: number): Promise<Ending> {
    return await this.#waiting.until('the connection to end', () => this.ending, withinMs)
  }

  send(message: object): void {
    this.sendRaw(JSON.stringify(message))
  }

  sendRaw(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.socket.readyState === OPEN) this.socket.send(data)
  }

  /** Acknowledges a DATA. */
  ack(data: Frame, more: object = {}): void {
    this.send({ type: 'ACK', payload: { eventID: data.fields['eventID'], ...more } })
  }

  close(): void {
    this.socket.close()
  }

  /** Leaves in an orderly way, and waits until it has. */
  async leave(): Promise<void> {
    this.close()
    await this.ended()
  }

  #unlessEnded(what: string): undefined {
    if (!this.ending) return undefined
    const { code, reason } = this.ending
    throw new ConformanceError(`expected ${what}, but the connection ended with ${code} ${reason}`.trimEnd())
  }
}

function frameOf(data: unknown): Frame {
  if (typeof data !== 'string') return { type: '(binary)', payload: undefined, text: '', fields: {} }
  try {
    const fields: unknown = JSON.parse(data)
    if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) {
      return { type: String(at(fields, 'type')), payload: at(fields, 'payload'), text: data, fields: { ...fields } }
    }
  } catch {
    // It is no JSON: that is what is noted.
  }
  return { type: '(not a JSON object)', payload: undefined, text: data, fields: {} }
}

/** `readyState` of an open WebSocket. */
const OPEN = 1
/** How long a server that sends no PONG is given to read. */
const SETTLE_MS = 1_000
