// Random lives of a channel, lived twice: by a server that stays, and by one that is put away whenever it has nothing to do. Nobody may be able to tell.
import { createServer, type ServerOptions } from '@websockets.do/server-core'
import { memory } from '@websockets.do/server-core/memory'
import { seededRandom, VirtualClock } from '@websockets.do/server-core/mock'
import { describe, expect, it } from 'vitest'
import { sleepingServer } from '../support/sleeping-server'

const SEEDS = Number(process.env['FUZZ_SEEDS'] ?? 150)
const FIRST_SEED = Number(process.env['FUZZ_SEED'] ?? 1)
const STEPS = 60

describe('a server that is put away', () => {
  it(`is told from one that stays by nothing in ${SEEDS} lives [RS-3, I16]`, { timeout: 60_000 }, async () => {
    let slept = 0
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      const stays = await live(seed, awake)
      const sleeps = await live(seed, (options) => {
        const target = sleepingServer(options)
        return { ...target, slept: () => target.lives(), errors: target.errors }
      })
      slept += sleeps.slept
      expect(sleeps.errors, `seed ${seed}`).toEqual([])
      expect(sleeps.told, `seed ${seed} (repeat with FUZZ_SEED=${seed} FUZZ_SEEDS=1)`).toEqual(stays.told)
    }
    expect(slept).toBeGreaterThan(SEEDS * STEPS)
  })
})

interface Target {
  readonly url: string
  readonly WebSocket: typeof WebSocket
  readonly fetch: typeof fetch
  readonly errors: readonly unknown[]
  pass(ms: number): Promise<void>
  slept(): number
}

function awake(options: ServerOptions): Target {
  const clock = new VirtualClock()
  const errors: unknown[] = []
  const server = createServer({ ...options, clock, onError: (error) => void errors.push(error) })
  const settle = async () => {
    for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return { ...memory(server), errors, pass: (ms) => clock.advance(ms, settle), slept: () => 0 }
}

interface Client {
  readonly socket: WebSocket
  readonly acks: boolean
  session: string
  position: string
  open: boolean
}

/** What everybody was told, in the order of the steps. */
async function live(seed: number, start: (options: ServerOptions) => Target) {
  const random = seededRandom(seed)
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!
  const target = start({
    ids: plainIds(),
    random: seededRandom(seed),
    // Steps are whole seconds apart, as are the sweeps of the one that stays: what is over is so between two of them.
    // A PING comes when the server is awake: at other times for one than for the other.
    heartbeat: { intervalMs: 1e9, timeoutMs: 1e6 },
    history: { readable: true, maxEvents: pick([0, 3, 1_000]), maxAgeMs: pick([5_950, 119_950]) },
    graceMs: 29_950,
    limits: { maxMembers: pick([3, 1_000]), messageBurst: 10_000 },
  })
  const told: string[] = []
  const clients: Client[] = []
  let count = 0

  function join(query: string): void {
    const name = `client ${clients.length + 1}`
    const socket = new target.WebSocket(`${target.url.replace('http', 'ws')}/room/listen?${query}`)
    const client: Client = { socket, acks: random() < 0.7, session: '', position: '', open: true }
    clients.push(client)
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as { type: string; seq?: number; payload: any; requires_ack?: boolean }
      told.push(`${name} < ${data}`)
      if (message.type === 'CONNECTED') client.session = message.payload.session ?? ''
      if (message.type === 'CONNECTED') client.position = `${message.payload.epoch}:${message.payload.seq}`
      if (message.seq !== undefined) client.position = client.position.replace(/\d+$/, String(message.seq))
      if (message.requires_ack && client.acks)
        send(client, { type: 'ACK', payload: { eventID: (message as any).eventID } })
    })
    socket.addEventListener('close', ({ code }) => {
      client.open = false
      told.push(`${name} was closed with ${code}`)
    })
  }

  function send(client: Client, message: object): void {
    if (client.socket.readyState === 1) client.socket.send(JSON.stringify(message))
  }

  async function request(path: string, body?: string, headers: Record<string, string> = {}): Promise<void> {
    const number = ++count
    const init = body === undefined ? { headers } : { method: 'POST', body, headers }
    const response = await target.fetch(target.url + path, init)
    told.push(`answer ${number}: ${response.status} ${(await response.text()).replace(/"timestamp":\d+,/g, '')}`)
  }

  function step(): unknown {
    const lively = clients.filter(({ open }) => open)
    const one = lively.length > 0 ? pick(lively) : undefined
    const what = random()
    if (!one || what < 0.15) return join(pick(['', 'session=new', 'session=new', 'rewind=2', 'presence={"n":1}']))
    if (what < 0.22) return one.socket.close(pick([1000, 4000, 4000]))
    if (what < 0.34) {
      const { session, position } = pick(clients)
      return join(`session=${session || 'new'}&since=${position}${pick(['', '&presence={"m":2}'])}`)
    }
    if (what < 0.44) return send(one, { type: 'PRESENCE', payload: { n: Math.floor(random() * 5) } })
    if (what < 0.64) {
      const more = pick([
        {},
        { requires_ack: true, timeout: 900 },
        { echo: false },
        { clients: 1 },
        { eventID: `evt_${'x'.repeat(16)}` },
      ])
      return send(one, { type: 'EMIT', payload: pick([1, 'two', { three: 3 }]), ref: String(++count), ...more })
    }
    if (what < 0.74) {
      const path = `/room/emit${pick(['', '?clients=2', '?require-ack=true&_timeout=900'])}`
      return void request(path, pick(['1', '"two"', '{']), pick([{}, { 'idempotency-key': 'again' }]))
    }
    if (what < 0.8) return void request(pick(['/room/members', '/room/history', '/room/history?limit=2']))
    if (what < 0.85) return one.socket.send('{')
    return target.pass(pick([1_000, 6_000, 31_000]))
  }

  for (let at = 0; at < STEPS; at++) {
    await step()
    // Everything that a step sets going has come to its end before the next: only so are both told things in one order.
    await target.pass(1_000)
  }
  return { told, errors: target.errors, slept: target.slept() }
}

/** Both servers give the same, however often one of them is made again. */
function plainIds() {
  const counts = new Map<string, number>()
  const next = (kind: string) => {
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    return `${kind}_${String(count).padStart(16, '0')}`
  }
  return {
    client: () => next('client'),
    event: () => next('evt'),
    epoch: () => next('epoch'),
    session: () => next('session'),
  }
}
