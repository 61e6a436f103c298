// createMockServer: the real server on a clock that a test moves, and a network that a test breaks.
import type { HistoryEntry, MemberEntry } from '@websockets.do/protocol'
import type { Clock } from '../core/ports'
import type { Emission } from '../emission'
import type { ServerOptions } from '../options'
import { createServer, type Server } from '../server'
import type { EmitOptions } from '../server-channel'
import { countedClock, movable } from './counted-clock'
import { countingIds } from './counting-ids'
import { announce } from './created'
import { createDevice, type Device, type DeviceOptions } from './device'
import { type Duration, msOf } from './duration'
import { installGlobals } from './install'
import { findLeaks, type Leaks } from './leaks'
import { type Conditions, createNetwork, type Network } from './network'
import { seededRandom } from './random'
import { RawMember, type RawMemberOptions } from './raw-member'
import { Transcript, type TranscriptOptions } from './transcript'
import { turn } from './turn'
import { type MovableClock, VirtualClock } from './virtual-clock'

export interface MockServerOptions extends Omit<ServerOptions, 'clock' | 'random' | 'saved'> {
  /** Decides all that is left to chance, on the server, in its clients and in the network. Default 1. */
  readonly seed?: number
  /** Default: a virtual clock of its own. `fakeTimers(vi)` shares vitest's; any other clock is waited for in real time. */
  readonly clock?: Clock
  /** Where the server pretends to be, base path included. Default `http://mock.test`. */
  readonly url?: string
  /** Of the whole network, from the start. Default: perfect. */
  readonly network?: Conditions
}

export interface ConnectOptions extends RawMemberOptions {
  /** What the transcript calls it. Default `member-1`, and so on. */
  readonly name?: string
  readonly presence?: object
  /** More of the query: `rewind=5`. */
  readonly query?: string
}

/** A member that a test scripts, and the faults of its connection. */
export type MockMember = RawMember & { readonly network: Network }

/** What was told to `onError`. */
export interface Fault {
  readonly error: unknown
  readonly context: string
}

/**
 * It has all that `createClient` asks for, so that `createClient(server)` makes a client of it.
 * All of it can be destructured or spread.
 */
export interface MockServer<C extends MovableClock = VirtualClock> extends Device {
  readonly seed: number
  readonly clock: C
  /** All faults so far, the clients' own included. */
  readonly errors: readonly Fault[]
  /** The server that runs at this moment: another one after each restart. */
  core(): Server
  /** A machine of its own on the network: its clients have its clock and its faults. */
  device(name: string, options?: DeviceOptions): Device
  /** Connects a member that a test scripts by hand, and waits until it is settled. Where it was refused, `closed` says so. */
  connect(channel: string, options?: ConnectOptions): Promise<MockMember>
  /** Publishes as the program that embeds the server does: see `server.channel(name).emit`. */
  emit(channel: string, payload: unknown, options?: EmitOptions): Emission
  members(channel: string): MemberEntry[]
  /** The newest `limit` retained public events, oldest first. Default 100. */
  history(channel: string, limit?: number): HistoryEntry[]
  /** Resolves when nothing is under way any more. Only as much time passes as frames take to arrive; what is held stays where it is. */
  settled(): Promise<void>
  /** Lets time pass timer by timer, in ms or as `'90s'`, and everything arrive in between. */
  advance(duration: Duration): Promise<void>
  /**
   * The server dies: all connections are lost, and new ones refused. With `drainMs` it goes down in an orderly way; as long as something
   * is awaited that takes time, which somebody has to let pass: `await Promise.all([server.stop({ drainMs: 5_000 }), server.advance('5s')])`.
   */
  stop(options?: { readonly drainMs?: number }): Promise<void>
  /** It is there again, with the events that it had retained, or without. */
  start(options?: { readonly history?: boolean }): void
  restart(options?: { readonly drainMs?: number; readonly history?: boolean }): Promise<void>
  /** For good: closes what is connected. Idempotent. */
  close(): Promise<void>
  /** Puts WebSocket and fetch in the place of the global ones, for this server's URL; the result puts those back. */
  install(): () => void
  /** All that went over the network, one line a frame, ids numbered and latencies left out: fit for a snapshot. */
  transcript(options?: TranscriptOptions): string
  /** The last 30 frames (`last`) as a sequence diagram. */
  diagram(options?: TranscriptOptions): string
  leaks(): Leaks
  /** Throws, and names them, when timers, listeners, connections, awaited emits or faults of handlers are left. */
  assertNoLeaks(): void
}

export function createMockServer(options?: MockServerOptions & { readonly clock?: VirtualClock }): MockServer
export function createMockServer(options: MockServerOptions): MockServer<MovableClock>
export function createMockServer({
  seed = 1,
  clock: given = new VirtualClock(),
  url = 'http://mock.test',
  network: conditions = {},
  ...options
}: MockServerOptions = {}): MockServer<MovableClock> {
  const random = seededRandom(seed)
  const clock = movable(given)
  const errors: Fault[] = []
  const report = (error: unknown, context: string): void => void errors.push({ error, context })
  const transcript = new Transcript()
  const { network, isBusy, nextArrival, timers: networkTimers } = createNetwork(clock, random, transcript)
  network.set(conditions)
  const ids = options.ids ?? countingIds()
  const serverClock = countedClock(clock)
  let generation = 0
  let isUp = true
  let saved: ReturnType<Server['save']> | undefined
  let core = boot()

  /** Hooks are those of the process that runs: a dead one calls nobody. */
  function boot(): Server {
    const own = ++generation
    const { authorize, onEmit } = options
    const ofThisLife =
      <T extends readonly unknown[], R>(hook: ((...args: T) => R) | undefined) =>
      (...args: T): R | undefined =>
        own === generation ? hook?.(...args) : undefined
    return createServer({
      ...options,
      clock: serverClock,
      random,
      ids,
      ...(saved && { saved }),
      ...(authorize && { authorize: (ask) => own === generation && authorize(ask) }),
      ...(onEmit && { onEmit: (emitted) => own === generation && onEmit(emitted) }),
      onJoin: ofThisLife(options.onJoin),
      onLeave: ofThisLife(options.onLeave),
      onError: ofThisLife((error, context) => {
        report(error, context)
        options.onError?.(error, context)
      }),
    })
  }

  /** The doors of whichever server runs. */
  const doors: Pick<Server, 'fetch' | 'upgrade'> = {
    async fetch(request) {
      if (!isUp) throw new TypeError('connection refused: the mock server is stopped')
      return await core.fetch(request)
    },
    upgrade: async (request) => (isUp ? await core.upgrade(request) : new Response(null, { status: 503 })),
  }
  const surroundings = { url, doors, clock, random, report }
  const itself = createDevice(surroundings, network, 'client')
  let members = 0

  // A promise chain through streams may need more than one turn of the event loop between two deliveries.
  async function drain(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      await turn()
      if (isBusy()) quiet = -1
    }
  }

  async function settled(): Promise<void> {
    await drain()
    for (let next = nextArrival(); next !== undefined; next = nextArrival()) {
      await clock.advance(Math.max(0, next - clock.now()), drain)
    }
  }

  async function stop({ drainMs }: { readonly drainMs?: number } = {}): Promise<void> {
    if (!isUp) return
    if (drainMs === undefined) {
      saved = core.save()
      network.sever()
      generation++
      isUp = false
      await core.close({ drainMs: 0 })
    } else {
      await core.close({ drainMs })
      saved = core.save()
      isUp = false
    }
  }

  function start({ history = true }: { readonly history?: boolean } = {}): void {
    if (isUp) return
    if (!history) saved = undefined
    core = boot()
    isUp = true
  }

  async function close(): Promise<void> {
    await stop({ drainMs: 0 })
    await settled()
  }

  const leaks = (): Leaks =>
    findLeaks({
      clientTimers: clock.pending - serverClock.pending - networkTimers(),
      serverTimers: serverClock.pending,
      stats: core.stats(),
      connections: network.connected(),
    })

  const server: MockServer<MovableClock> = {
    ...itself,
    seed,
    clock,
    errors,
    core: () => core,
    device: (name, deviceOptions) => createDevice(surroundings, network.part(), name, deviceOptions),
    async connect(channel, { name = `member-${++members}`, presence, query = '', ...memberOptions } = {}) {
      const device = createDevice(surroundings, network.part(), name)
      const own = presence && `presence=${encodeURIComponent(JSON.stringify(presence))}`
      const search = [query.replace(/^\?/, ''), own].filter(Boolean).join('&')
      const address = `${url.replace(/^http/, 'ws')}/${encodeURIComponent(channel)}/listen${search && `?${search}`}`
      const socket = new device.WebSocket(address, [...(memberOptions.protocols ?? [])])
      const member = Object.assign(new RawMember(socket, memberOptions), { network: device.network })
      await settled()
      return member
    },
    emit: (channel, payload, emitOptions) => core.channel(channel).emit(payload, emitOptions),
    members: (channel) => core.channel(channel).members(),
    history: (channel, limit = 100) => core.channel(channel).history({ limit }),
    settled,
    advance: async (duration) => await clock.advance(msOf(duration), drain),
    stop,
    start,
    async restart({ history = true, ...how } = {}) {
      await stop(how)
      start({ history })
    },
    close,
    install: () => installGlobals(itself),
    transcript: (transcriptOptions) => transcript.text(transcriptOptions),
    diagram: (transcriptOptions) => transcript.diagram(transcriptOptions),
    leaks,
    assertNoLeaks() {
      const { found } = leaks()
      if (found.length > 0)
        throw new Error(`left behind (seed ${seed}):\n${found.map((leak) => `  ${leak}`).join('\n')}`)
    },
  }
  announce(server)
  return server
}

const QUIET_TURNS = 3
