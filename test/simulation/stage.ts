// The world that a plan is lived in: a mock server, devices with clients, and everybody who is connected by hand.
import { type Client, createClient, type Signal } from '@websockets.do/client'
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
import { Log } from './log'
import { nth } from './nth'
import { left } from './members'
import { CLIENTS, type Conditions, type Plan } from './plan'
import type { Reader } from './reader'
import { recordedSocket, recordedStream } from './recorded-socket'
import { type Repeatable, Seat, type SeatOptions } from './seat'
import type { Block, Whom } from './steps'
import { deviceName, timeOf } from './words'

export interface Raw {
  readonly name: string
  readonly channel: string
  readonly member: RawMember
  readonly acks: 'auto' | 'late' | 'never'
  emits: number
  /** How often its session has been asked for. */
  attempt: number
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
  /** What it reads may have died in silence. */
  isDeaf: boolean
  readonly gaveUp: AbortController
}

export interface Machine {
  readonly device: Device
  asleep: boolean
}

interface Owner {
  readonly client: Client
  readonly device: number
  readonly name: string
  /** What its machine tells it. */
  signal(signal: Signal): void
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
  isGoingDown = false
  isCalm = false
  life = 0
  /** When the server last started without what it had retained. */
  forgotAt = -1
  programEmits = 0
  requestsSent = 0
  /** For how long the process stood still. */
  frozenMs = 0
  /** How WebSockets are kept out, by device. */
  readonly blocked = new Map<number, Block>()
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
    const { intervalMs, timeoutMs, graceMs, maxEvents, maxAgeMs, maxTotalBytes } = conditions
    const { maxMembers, messageBurst, maxBufferedBytes } = conditions
    this.server = createMockServer({
      seed,
      ...hooks,
      heartbeat: { intervalMs, timeoutMs },
      graceMs,
      history: { readable: true, maxEvents, maxAgeMs, maxTotalBytes, maxBytes: (maxTotalBytes * 2) / 3 },
      limits: { maxMembers, messageBurst, maxBufferedBytes },
      onLeave: ({ member }) => left(this.log, member.clientID, conditions, this.isGoingDown),
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
    const giveUpAfter: SeatOptions['giveUpAfter'] = (ms, run, unless) => {
      if (ms === 0) return run()
      const cancel = this.server.clock.after(ms, run)
      unless.then(cancel, cancel)
    }
    const seat = new Seat({ name, device, channelName, client, channel, log: this.log, giveUpAfter, ...more })
    this.seats.push(seat)
    return seat
  }

  /** Ends what waits for an answer that may never come: a request by hand has nobody who gives up on it. */
  readonly patience = new AbortController()

  /** A WebSocket of one's own on a device, and who answers for it. */
  socketFor(index: number, name: string): typeof WebSocket {
    const device = index % this.machines.length
    return recordedSocket(this.machine(device).device.WebSocket, { name: () => name, device }, this.log)
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
    this.isGoingDown = true
    // A process that dies tells nobody who was there.
    if (drainMs === 0)
      for (const member of this.log.members.values()) member.leftAt = Math.min(member.leftAt, this.log.tick())
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
    this.isGoingDown = false
    this.life++
    this.#listenIn()
  }

  /** What was open may have become half-open: who reads along by hand cannot tell. */
  deafen(scope: number | 'all'): void {
    for (const observer of this.observers) if (scope === 'all' || scope === observer.device) observer.isDeaf = true
  }

  #listenIn(): void {
    const { log, life, conditions } = this
    const blocked = (via: number | undefined): Block | undefined =>
      this.blocked.get(log.sockets[via ?? -1]?.device ?? -1)
    const wait = (ms: number): Promise<void> => new Promise((resolve) => void this.server.clock.after(ms, resolve))
    listenIn(this.server.core(), { log, life, refused: this.#refused, conditions, blocked, wait })
  }

  #createClient(at: number): Owner {
    const index = at % this.machines.length
    const { device } = this.machine(index)
    const name = `c${at + 1}`
    const { tokens, backoff, connectTimeoutMs, transports, outbox } = this.conditions
    const hearing = new Set<(signal: Signal) => void>()
    let asked = 0
    const token = async (): Promise<string> => {
      if (tokens === 'flaky' && !this.isCalm && ++asked % 3 === 1) throw this.log.fault(`the token of ${name}`)
      if (tokens === 'slow' && !this.isCalm)
        await new Promise<void>((resolve) => void device.clock.after(nth(TOKEN_DELAYS, asked++) ?? 0, resolve))
      return TOKEN
    }
    const seatNow = (channel: string): Seat | undefined =>
      this.openSeats.find(({ options }) => options.channelName === channel && options.client === client)
    const owner = {
      name: (channel: string) => seatNow(channel)?.name ?? `${name}, on behalf of nobody,`,
      device: index,
      opening: (seat: string) => this.#opening(seat),
    }
    const transport = transports[at]
    const client = createClient({
      ...device,
      WebSocket: transport === 'events' ? false : recordedSocket(device.WebSocket, owner, this.log),
      ...(transport !== 'socket' && { fallback: recordedStream(owner, this.log) }),
      fetch: this.#impatient(device.fetch),
      outbox: { maxMessages: outbox },
      signals(hear) {
        hearing.add(hear)
        return () => void hearing.delete(hear)
      },
      backoff,
      connectTimeoutMs,
      ...(tokens === 'fixed' && { token: TOKEN }),
      ...(/function|flaky|slow/.test(tokens) && { token }),
    })
    const tell = (signal: Signal): void => [...hearing].forEach((hear) => hear(signal))
    return { client, device: index, name, signal: tell }
  }

  /** A request that gets no answer is given up by the machine, in the end. */
  #impatient(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (input, init) => {
      if (!String(input).includes('/send?')) return await fetch(input, init)
      const abort = new AbortController()
      const cancel = this.server.clock.after(REQUEST_MS, () => abort.abort())
      const signals = init?.signal ? [init.signal, abort.signal] : [abort.signal]
      return await fetch(input, { ...init, signal: AbortSignal.any(signals) }).finally(cancel)
    }
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

/** The longest is longer than a client waits for its connection. */
const TOKEN_DELAYS = [1, 300, 11_000, 30]
const ATTEMPTS = 10
const REQUEST_MS = 60_000
