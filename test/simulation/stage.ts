// The world that a plan is lived in: a mock server, devices with clients, and everybody who is connected by hand.
import { type Client, createClient } from '@websockets.do/client'
import {
  createMockServer,
  type Device,
  type MockServer,
  type RawMember,
  type VirtualClock,
} from '@websockets.do/server-core/mock'
import type { EventStream } from '../support/event-stream'
import { listenIn } from './doors'
import { hooksOf } from './hooks'
import { Log, type Opened } from './log'
import { nth } from './nth'
import type { Conditions, Plan } from './plan'
import type { Reader } from './reader'
import { recordedSocket } from './recorded-socket'
import { type Repeatable, Seat, type SeatOptions } from './seat'
import type { Whom } from './steps'
import { deviceName, timeOf } from './words'

export interface Raw {
  readonly name: string
  readonly channel: string
  readonly member: RawMember
  readonly acks: 'auto' | 'late' | 'never'
  emits: number
}

export interface Observer {
  readonly channel: string
  readonly device: number
  readonly reader: Reader
  /** The one whose place it took over. */
  readonly after: Observer | undefined
  /** Undefined until it is answered, and where it was refused. */
  stream: EventStream | undefined
  read: number
  closed: boolean
}

export interface Machine {
  readonly device: Device
  asleep: boolean
}

interface Owner {
  readonly client: Client
  readonly device: number
  readonly name: string
}

const TOKEN = 'secret'

export class Stage {
  readonly plan: Plan
  readonly conditions: Conditions
  readonly server: MockServer<VirtualClock>
  readonly log: Log
  readonly machines: readonly Machine[]
  readonly clients: readonly Owner[]
  readonly seats: Seat[] = []
  readonly raws: Raw[] = []
  readonly observers: Observer[] = []
  readonly requests: Repeatable[] = []
  /** The steps in words, as far as it has come. */
  readonly told: string[] = []
  readonly promised: { readonly what: string; settled: boolean }[] = []
  isUp = true
  isCalm = false
  /** What was opened then may still be waiting. */
  wasPartitioned = false
  life = 0
  /** When the server last started without what it had retained. */
  forgotAt = -1
  programEmits = 0
  requestsSent = 0
  /** Devices with connections that died in silence. */
  readonly deaf = new Set<number>()
  readonly #refused = new WeakSet<object>()

  constructor(plan: Plan) {
    const { conditions, seed } = plan
    this.plan = plan
    this.conditions = conditions
    this.log = new Log(() => this.server.clock.now())
    const hooks = hooksOf(conditions, {
      log: this.log,
      refused: this.#refused,
      isCalm: () => this.isCalm,
      isUp: () => this.isUp,
      wait: (ms) => new Promise((resolve) => void this.server.clock.after(ms, resolve)),
      unixNow: () => this.server.clock.unixNow(),
    })
    const { intervalMs, timeoutMs, maxEvents, maxAgeMs, maxTotalBytes, maxMembers, messageBurst, maxBufferedBytes } =
      conditions
    this.server = createMockServer({
      seed,
      ...hooks,
      heartbeat: { intervalMs, timeoutMs },
      // Whoever loses its connection has left: what is held against each other here is connections.
      graceMs: 0,
      history: { readable: true, maxEvents, maxAgeMs, maxTotalBytes, maxBytes: (maxTotalBytes * 2) / 3 },
      limits: { maxMembers, messageBurst, maxBufferedBytes },
      onLeave: ({ member }) => void this.log.left.add(member.clientID),
    })
    this.#listenIn()
    this.machines = conditions.devices.map(({ rate, aheadMs }, at) => ({
      device: this.server.device(deviceName(at), { clock: { rate, ahead: aheadMs } }),
      asleep: false,
    }))
    this.clients = Array.from({ length: CLIENTS }, (_, at) => this.#createClient(at))
  }

  get now(): number {
    return this.server.clock.now()
  }

  channel(index: number): string {
    return this.conditions.channels[index % this.conditions.channels.length] as string
  }

  machine(index: number): Machine {
    return this.machines[index % this.machines.length] as Machine
  }

  /** Those that are still in use. */
  get openSeats(): Seat[] {
    return this.seats.filter(({ isClosed, channel }) => !isClosed && channel.status.state !== 'closed')
  }

  get openRaws(): Raw[] {
    return this.raws.filter(({ member }) => member.socket.readyState === 1)
  }

  /** The ids that an emit is to name; undefined where it names none. */
  idsOf(whom: Whom, channel: string): string[] | undefined {
    if (whom.kind !== 'these') return undefined
    const members = this.server.members(channel)
    const ids = whom.members.flatMap((index) => members[index % members.length]?.clientID ?? [])
    return whom.stranger || ids.length === 0 ? [...ids, 'client_of_another_world'] : ids
  }

  openSeat(owner: Owner, channelName: string, more: Pick<SeatOptions, 'moods' | 'manual'>, options: object): Seat {
    const channel = owner.client.channel(channelName, {
      ...options,
      connect: false,
      ack: more.manual ? 'manual' : 'auto',
    })
    const known = this.openSeats.find((seat) => seat.channel === channel)
    if (known) return known
    const { client, device } = owner
    const name = `${owner.name}-${this.seats.length + 1}`
    const seat = new Seat({ name, device, channelName, client, channel, log: this.log, ...more })
    this.seats.push(seat)
    return seat
  }

  /** A WebSocket of one's own on a device, and who answers for it. */
  socketFor(index: number, name: string): typeof WebSocket {
    const device = index % this.machines.length
    const owner = { name: () => name, device, now: () => this.now }
    return recordedSocket(this.machine(device).device, owner, this.log)
  }

  /** Gives observers what has come for them. */
  read(): void {
    for (const observer of this.observers) {
      const events = observer.stream?.events ?? []
      for (; observer.read < events.length; observer.read++) observer.reader.take(events[observer.read]?.data)
    }
  }

  async stop(drainMs: number): Promise<void> {
    if (!this.isUp) return
    this.isUp = drainMs > 0
    const stopping = this.server.stop(drainMs > 0 ? { drainMs } : {})
    if (drainMs > 0) await this.server.advance(drainMs + 100)
    this.isUp = false
    await stopping
  }

  start(history: boolean): void {
    if (this.isUp) return
    if (!history) this.forgotAt = this.now
    this.server.start({ history })
    this.isUp = true
    this.life++
    this.#listenIn()
  }

  /** What was open has become half-open: its client cannot tell. */
  deafen(scope: number | 'all'): void {
    this.machines.forEach((_, at) => (scope === 'all' || scope === at) && this.deaf.add(at))
  }

  /** The WebSockets that are neither closed nor closing. */
  opened(): Opened[] {
    return this.log.sockets.filter(({ socket }) => socket.readyState < 2)
  }

  #listenIn(): void {
    const { log, life, conditions } = this
    const { maxBufferedBytes } = conditions
    listenIn(this.server.core(), { log, life, refused: this.#refused, maxBufferedBytes })
  }

  #createClient(at: number): Owner {
    const index = at % this.machines.length
    const { device } = this.machine(index)
    const name = `c${at + 1}`
    const { tokens, backoff, connectTimeoutMs } = this.conditions
    let asked = 0
    const token = async (): Promise<string> => {
      if (tokens === 'flaky' && !this.isCalm && ++asked % 3 === 1) throw this.log.fault(`the token of ${name}`)
      if (tokens === 'slow' && !this.isCalm)
        await new Promise<void>((resolve) => void device.clock.after(nth(TOKEN_DELAYS, asked++) ?? 0, resolve))
      return TOKEN
    }
    const seatNow = (channel: string): Seat | undefined =>
      this.openSeats.find(({ options }) => options.channelName === channel && options.client === client)
    const WebSocket = recordedSocket(
      device,
      {
        name: (channel) => seatNow(channel)?.name ?? `${name}, on behalf of nobody,`,
        device: index,
        now: () => this.now,
        opening: (seat) => this.#opening(seat),
      },
      this.log,
    )
    const client = createClient({
      ...device,
      WebSocket,
      backoff,
      connectTimeoutMs,
      ...(tokens === 'fixed' && { token: TOKEN }),
      ...(/function|flaky|slow/.test(tokens) && { token }),
    })
    return { client, device: index, name }
  }

  // I14: a channel has one socket at most; I13: it does not dial in a loop.
  #opening(name: string): void {
    const seat = this.seats.find((one) => one.name === name)
    if (!seat) return this.log.report('I14', `${name} opens a socket`)
    const open = seat.sockets.filter(({ socket }) => socket.readyState < 2).length
    if (open > 0) this.log.report('I14', `${name} opens a socket beside ${open}`)
    seat.attempts.push(this.machine(seat.options.device).device.clock.now())
    const first = seat.attempts.at(-ATTEMPTS)
    const span = (seat.attempts.at(-1) ?? 0) - (first ?? 0)
    if (first !== undefined && span < 2 * this.conditions.backoff.minMs)
      this.log.report('I13', `${name} dials ${ATTEMPTS} times within ${timeOf(span)}`)
  }
}

const CLIENTS = 5
/** The longest is longer than a client waits for its connection. */
const TOKEN_DELAYS = [1, 300, 11_000, 30]
const ATTEMPTS = 10
