// createMockServer: the real server on a clock that a test moves, and a network that a test breaks.
import type { Clock } from '../core/ports'
import { WebSocketsError } from '../error'
import { createServer, type Server } from '../server'
import { type CountedClock, countedClock, movable } from './counted-clock'
import { countingIds } from './counting-ids'
import { announce } from './created'
import { createDevice, type Device } from './device'
import { msOf } from './duration'
import { installGlobals } from './install'
import { findLeaks, type Leaks } from './leaks'
import type { Fault, MockMember, MockServer, MockServerOptions, Refused } from './mock-server'
import { createNetwork } from './network'
import { seededRandom } from './random'
import { RawMember } from './raw-member'
import { Transcript } from './transcript'
import { turn } from './turn'
import { VirtualClock } from './virtual-clock'

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
  const ownClock = new VirtualClock()
  const clock = movable(given ?? ownClock)
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
  let serverClock: CountedClock
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
    // What somebody put off until this moment is over belongs to it.
    await clock.advance(0, drain)
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
    // Where another was given, nothing is set by this one.
    ownClock.clear()
  }

  const leaks = (): Leaks =>
    findLeaks({
      // On a clock that is closed for good nothing falls due any more.
      clientTimers: isClosed ? 0 : Math.max(0, clock.pending - serverClock.pending - networkTimers()),
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
      const listen = `${url.replace(/^http/, 'ws')}/${encodeURIComponent(channel)}/listen${search && `?${search}`}`
      const socket = new device.WebSocket(listen, [...(memberOptions.protocols ?? [])])
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
