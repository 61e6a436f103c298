// createMockServer: the real server on a clock that a test moves, and a network that a test breaks.
import type { HistoryEntry, MemberEntry } from '@websockets.do/protocol'
import type { Clock } from '../core/ports'
import type { Emission } from '../emission'
import type { ServerOptions } from '../options'
import { WebSocketsError } from '../error'
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
  readonly seed?: number | undefined
  /** Default: a virtual clock of its own. `fakeTimers(vi)` shares vitest's; any other clock is waited for in real time. */
  readonly clock?: Clock | undefined
  /** Where the server pretends to be, base path included. Default `http://mock.test`. */
  readonly url?: string | undefined
  /** Of the whole network, from the start. Default: perfect. */
  readonly network?: Conditions | undefined
}

export interface ConnectOptions extends RawMemberOptions {
  /** What the transcript calls it. Default `member-1`, and so on. */
  readonly name?: string
  readonly presence?: object
  /** More of the query: `rewind=5`. */
  readonly query?: string
}

/** Why a member never got in: what a browser is not told. */
export interface Refused {
  /** HTTP. */
  readonly status: number
  readonly code: string
  readonly message: string
}

/** A member that a test scripts, and the faults of its connection. */
export type MockMember = RawMember & { readonly network: Network; readonly refused: Refused | undefined }

/** What was told to `onError`. */
export interface Fault {
  readonly error: unknown
  readonly context: string
}

/**
 * It has all that `createClient` asks for, so that `createClient(server)` makes a client of it.
 * All of it can be destructured or spread.
 */
export interface MockServer<C extends MovableClock = MovableClock> extends Device {
  readonly seed: number
  readonly clock: C
  /**
   * What handlers and hooks have thrown so far, the clients' own included. The set-up for vitest fails a test that leaves anything here: take
   * out what you expect, as by `server.errors.splice(0)`. With an `onError` of your own it gets them, and nothing is collected.
   */
  readonly errors: Fault[]
  /** The server that runs at this moment: another one after each restart. */
  core(): Server
  /** A machine of its own on the network: its clients have its clock and its faults. The same name is the same machine; it gets its options with its first mention. */
  device(name: string, options?: DeviceOptions): Device
  /** Connects a member that a test scripts by hand, and waits until it is settled. Where it was refused, `refused` says why. */
  connect(channel: string, options?: ConnectOptions): Promise<MockMember>
  /** Publishes as the program that embeds the server does: see `server.channel(name).emit`. Throws where the server is stopped. */
  emit(channel: string, payload: unknown, options?: EmitOptions): Emission
  members(channel: string): MemberEntry[]
  /** The newest `limit` retained public events, oldest first. Default 100. */
  history(channel: string, limit?: number): HistoryEntry[]
  /** Resolves when nothing is under way any more. Only as much time passes as frames take to arrive; what is held stays where it is. */
  settled(): Promise<void>
  /** Lets time pass timer by timer, in ms or as `'90s'`, and everything arrive in between; one advance after the other. Rejects with what a timer throws. */
  advance(duration: Duration): Promise<void>
  /**
   * The server dies: all connections are lost, and new ones refused. With `drainMs` it goes down in an orderly way; as long as something
   * is awaited that takes time, which somebody has to let pass: `await Promise.all([server.stop({ drainMs: 5_000 }), server.advance('5s')])`.
   */
  stop(options?: { readonly drainMs?: number }): Promise<void>
  /** It is there again, with the events that it had retained, or without. Throws after `close`. */
  start(options?: { readonly history?: boolean }): void
  restart(options?: { readonly drainMs?: number; readonly history?: boolean }): Promise<void>
  /** For good: ends all that is connected, and with a clock of its own all timers, those of its clients included. Idempotent. */
  close(): Promise<void>
  /** Puts WebSocket and fetch in the place of the global ones, for this server's URL; the result puts those back. */
  install(): () => void
  /** All that went over the network, one line a frame, ids numbered and latencies left out: fit for a snapshot. */
  transcript(options?: TranscriptOptions): string
  /** The last 30 frames (`last`) as a sequence diagram. */
  diagram(options?: TranscriptOptions): string
  leaks(): Leaks
  /** Throws, and names them, when timers, listeners, connections, awaited emits or installed globals are left. */
  assertNoLeaks(): void
}

export function createMockServer(
  options: MockServerOptions & { readonly clock: VirtualClock },
): MockServer<VirtualClock>
export function createMockServer(options: MockServerOptions & { readonly clock: Clock }): MockServer
export function createMockServer(options?: Omit<MockServerOptions, 'clock'>): MockServer<VirtualClock>
export function createMockServer({
  seed = 1,
  clock: given,
  url: address = 'http://mock.test',
  network: conditions = {},
  ...options
}: MockServerOptions = {}): MockServer {
  if (!Number.isFinite(seed)) throw bad('expected a finite number as seed', seed)
  const url = normalUrl(address)
  const random = seededRandom(seed)
  const ownClock = given ? undefined : new VirtualClock()
  const clock = movable(given ?? ownClock ?? new VirtualClock())
  const errors: Fault[] = []
  const report = (error: unknown, context: string): void => {
    if (options.onError) options.onError(error, context)
    else errors.push({ error, context })
  }
  const transcript = new Transcript()
  const { network, isBusy, nextArrival, timers: networkTimers } = createNetwork(clock, random, transcript)
  network.set(conditions)
  const ids = options.ids ?? countingIds()
  /** Of the process that runs. */
  let serverClock = countedClock(clock)
  let generation = 0
  let isUp = true
  let isClosed = false
  /** The advances so far, one after the other. */
  let advancing: Promise<unknown> = Promise.resolve()
  let installed = 0
  let saved: ReturnType<Server['save']> | undefined
  let core = boot()

  /** Hooks are those of the process that runs: a dead one calls nobody. */
  function boot(): Server {
    const own = ++generation
    serverClock = countedClock(clock)
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
      onError: ofThisLife(report),
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
  let deviceCount = 0
  const surroundings = { url, doors, clock, random, nextDevice: () => deviceCount++, report }
  const itself = createDevice(surroundings, network, 'client')
  const devices = new Map<string, Device>()
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
      serverClock.clear()
    } else {
      await core.close({ drainMs })
      saved = core.save()
      isUp = false
    }
  }

  function start({ history = true }: { readonly history?: boolean } = {}): void {
    if (isClosed)
      throw new WebSocketsError('DRAINING', 'this mock server was closed for good: use stop() to start it again')
    if (isUp) return
    if (!history) saved = undefined
    core = boot()
    isUp = true
  }

  async function close(): Promise<void> {
    isClosed = true
    await stop({ drainMs: 0 })
    await settled()
    network.sever()
    await settled()
    serverClock.clear()
    ownClock?.clear()
  }

  const leaks = (): Leaks =>
    findLeaks({
      clientTimers: Math.max(0, clock.pending - serverClock.pending - networkTimers()),
      serverTimers: serverClock.pending,
      stats: core.stats(),
      connections: network.connected(),
      installed,
    })

  const server: MockServer = {
    ...itself,
    seed,
    clock,
    errors,
    core: () => core,
    device(name, deviceOptions) {
      if (typeof name !== 'string' || name === '') throw bad('expected the name of a device', name)
      const known = devices.get(name)
      if (known && deviceOptions) throw bad('expected options with the first mention of a device alone', name)
      const device = known ?? createDevice(surroundings, network.part(), name, deviceOptions)
      devices.set(name, device)
      return device
    },
    async connect(channel, { name = `member-${++members}`, presence, query = '', ...memberOptions } = {}) {
      let refused: Refused | undefined
      const watched = {
        ...doors,
        async upgrade(request: Request) {
          const verdict = await doors.upgrade(request)
          if (verdict instanceof Response) refused = await refusalOf(verdict.clone())
          return verdict
        },
      }
      const device = createDevice({ ...surroundings, doors: watched }, network.part(), name)
      const own = presence && `presence=${encodeURIComponent(JSON.stringify(presence))}`
      const search = [query.replace(/^\?/, ''), own].filter(Boolean).join('&')
      const address = `${url.replace(/^http/, 'ws')}/${encodeURIComponent(channel)}/listen${search && `?${search}`}`
      const socket = new device.WebSocket(address, [...(memberOptions.protocols ?? [])])
      const member = new RawMember(socket, memberOptions)
      await settled()
      return Object.defineProperty(Object.assign(member, { network: device.network }), 'refused', {
        get: () => refused,
      }) as MockMember
    },
    emit(channel, payload, emitOptions) {
      if (!isUp) throw new WebSocketsError('DRAINING', 'the mock server is stopped: start() it first')
      return core.channel(channel).emit(payload, emitOptions)
    },
    members: (channel) => core.channel(channel).members(),
    history: (channel, limit = 100) => core.channel(channel).history({ limit }),
    settled,
    async advance(duration) {
      const ms = msOf(duration)
      const own = advancing.then(() => clock.advance(ms, drain))
      advancing = own.catch(() => undefined)
      await own
    },
    stop,
    start,
    async restart({ history = true, ...how } = {}) {
      await stop(how)
      start({ history })
    },
    close,
    install() {
      const uninstall = installGlobals(itself)
      installed++
      let isInstalled = true
      return () => {
        if (isInstalled) installed--
        isInstalled = false
        uninstall()
      }
    },
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

function bad(expected: string, got: unknown): WebSocketsError {
  return new WebSocketsError('BAD_PARAMETER', `${expected}, got ${String(got)}`)
}

/** Without a slash at its end, as addresses are put together from it. */
function normalUrl(address: string): string {
  const { protocol, search, hash } = URL.canParse(address) ? new URL(address) : new URL('about:blank')
  if (!/^https?:$/.test(protocol) || search || hash)
    throw bad('expected an http(s) URL without query or fragment', address)
  return address.replace(/\/+$/, '')
}

async function refusalOf(response: Response): Promise<Refused> {
  const { status } = response
  const body = (await response.json().catch(() => undefined)) as
    | { error?: { code?: string; message?: string } }
    | undefined
  return { status, code: body?.error?.code ?? '', message: body?.error?.message ?? '' }
}
