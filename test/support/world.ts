// A server and its clients in one process, on one virtual clock: the production core, an in-memory wire, and no network.
import { setImmediate } from 'node:timers'
import { type ClientOptions, createClient } from '@websockets.do/client'
import { createServer, type Server, type ServerOptions } from '@websockets.do/server-core'
import { type Memory, memory } from '@websockets.do/server-core/memory'
import { onTestFinished } from 'vitest'
import { RawMember, type RawMemberOptions } from './raw-member'
import { VirtualClock } from './virtual-clock'

export interface WorldOptions extends Omit<ServerOptions, 'clock' | 'ids' | 'random' | 'onError'> {
  /** Decides every random choice of server and clients. Default 1. */
  readonly seed?: number
}

export type World = ReturnType<typeof createWorld>

export function createWorld({ seed = 1, ...options }: WorldOptions = {}) {
  const clock = new VirtualClock()
  const random = mulberry32(seed)
  const errors: { error: unknown; context: string }[] = []
  const wire = new Wire()
  const server: Server = createServer({
    ...options,
    clock,
    random,
    ids: countingIds(),
    onError: (error, context) => void errors.push({ error, context }),
  })
  const { url, WebSocket, fetch }: Memory = memory(server, { schedule: wire.schedule })
  const clients: { close(): void }[] = []
  const settle = () => wire.settled()
  onTestFinished(async () => {
    for (const client of clients) client.close()
    await settle()
  })

  return {
    server,
    clock,
    url,
    WebSocket,
    fetch,
    wire,
    /** What the server told `onError`. */
    errors,
    /** Until no frame is under way and no promise is left to run. Time stands still. */
    settle,
    /** Lets time pass timer by timer, and everything arrive in between. */
    advance: async (ms: number) => await clock.advance(ms, settle),
    /** A WebSocket that speaks the protocol by hand. Settles. */
    async connect(
      channel: string,
      { query = '', ...memberOptions }: RawMemberOptions & { readonly query?: string } = {},
    ): Promise<RawMember> {
      const address = `${url.replace('http', 'ws')}/${encodeURIComponent(channel)}/listen${query}`
      const member = new RawMember(new WebSocket(address, memberOptions.protocols ?? []), memberOptions)
      await settle()
      return member
    },
    /** Our own client SDK, on the same clock and wire. */
    client(clientOptions: Partial<ClientOptions> = {}) {
      let ids = 0
      const client = createClient({
        url,
        WebSocket,
        fetch,
        clock,
        random,
        id: () => `evt_client${clients.length}x${String(++ids).padStart(16, '0')}`,
        onError: (error) => void errors.push({ error, context: 'client' }),
        ...clientOptions,
      })
      clients.push(client)
      return client
    },
    /** An HTTP request, answered: `{ status, body, headers }`. Settles first, so only for what is answered at once. */
    async request(path: string, init?: RequestInit) {
      const response = await fetch(url + path, init)
      return { status: response.status, headers: response.headers, body: (await response.json()) as any }
    },
    /** An HTTP request that is under way: `answer` is what `request` would give, once it is there. */
    pending(path: string, init?: RequestInit) {
      const state: { answer?: { status: number; body: any } } = {}
      void fetch(url + path, init).then(async (response) => {
        state.answer = { status: response.status, body: await response.json() }
      })
      return state
    },
  }
}

/** The in-memory wire: a queue of deliveries, in the order in which they were sent. */
class Wire {
  #queue: (() => void)[] = []
  #held = false
  #moves = 0

  readonly schedule = (deliver: () => void): void => {
    this.#queue.push(deliver)
    if (!this.#held) queueMicrotask(() => this.#deliver())
  }

  /** Nothing arrives until it is released. */
  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    while (this.#queue.length > 0) this.#deliver()
  }

  async settled(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      const before = this.#moves
      await new Promise<void>((resolve) => setImmediate(resolve))
      if (this.#moves !== before) quiet = 0
    }
  }

  #deliver(): void {
    const deliver = this.#held ? undefined : this.#queue.shift()
    if (!deliver) return
    this.#moves++
    deliver()
  }
}

/** A promise chain through streams and fetch may need more than one turn of the event loop between two deliveries. */
const QUIET_TURNS = 3

function countingIds() {
  let count = 0
  const next = () => String(++count).padStart(16, '0')
  return { client: () => `client_${next()}`, event: () => `evt_${next()}`, epoch: () => `epoch_${next()}` }
}

export function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
