// Random lives of two channels: whatever clients do in whatever order, the invariants hold once all is quiet.
import { describe, expect, it } from 'vitest'
import { type EventStream, observe } from '../support/event-stream'
import { RawMember } from '@websockets.do/server-core/mock'
import { createWorld, type World } from '../support/world'
import { seededRandom } from '@websockets.do/server-core/mock'
import { checkReader, viewOf } from './reader'

const SEEDS = Number(process.env['FUZZ_SEEDS'] ?? 250)
const FIRST_SEED = Number(process.env['FUZZ_SEED'] ?? 1)
const STEPS = 60
const CHANNELS = ['room', '__proto__']

describe('a channel under random use', () => {
  it(`keeps its invariants through ${SEEDS} lives [I1, I2, I3, I6, I7, I8, I9, I10, I15]`, async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      const life = new Life(seed)
      try {
        await life.run()
      } catch (error) {
        throw new Error(`seed ${seed} (repeat with FUZZ_SEED=${seed} FUZZ_SEEDS=1)\n${life.steps.join('\n')}`, {
          cause: error,
        })
      }
    }
  }, 60_000)
})

interface Client {
  readonly name: string
  readonly channel: string
  readonly member: RawMember
  /** What it asked to publish, in order; the payload says who and which. */
  emitted: number
  /** Every ACK it sent: for I9, what the server may count at most. */
  readonly acked: Set<string>
  leaving: boolean
}

interface Published {
  readonly publisher: string
  readonly channel: string
  readonly requireAck: boolean
  /** What the publisher was told, once it was. */
  answers: any[]
}

/** One seed: a world, what was done in it, and what must be true of it afterwards. */
class Life {
  readonly steps: string[] = []
  readonly #random: () => number
  readonly #world: World
  readonly #clients: Client[] = []
  readonly #streams: { readonly channel: string; readonly stream: EventStream; open: boolean }[] = []
  readonly #published = new Map<string, Published>()
  #names = 0
  #programEmits = 0
  #held = false

  constructor(seed: number) {
    this.#random = seededRandom(seed)
    const sync = this.#chance(0.5)
    this.#world = createWorld({
      seed,
      heartbeat: { intervalMs: 2_000, timeoutMs: 1_000 },
      history: { maxEvents: this.#pick([0, 5, 1_000]), maxAgeMs: 10_000, readable: true },
      limits: {
        maxMembers: this.#pick([3, 1_000]),
        messageBurst: this.#pick([5, 200]),
        maxBufferedBytes: this.#pick([900, 1_000_000]),
      },
      ...(sync ? {} : { authorize: () => this.#later(), onEmit: () => this.#later().then(() => undefined) }),
    })
  }

  async run(): Promise<void> {
    for (let step = 0; step < STEPS; step++) {
      await this.#step()
      if (!this.#held && this.#chance(0.4)) await this.#world.settled()
    }
    this.#release()
    await this.#world.settled()
    // Past every timeout and heartbeat: whoever is silent is gone, and every awaited emit has its answer.
    await this.#world.advance(8_000)
    this.#checkStreams()
    this.#checkPresence()
    this.#checkAcknowledgements()
    for (const { member } of this.#clients) if (!member.closed) member.close()
    for (const { stream, open } of this.#streams) if (open) await stream.close()
    await this.#world.advance(12_000)
    expect(this.#world.clock.pending, 'timers when nothing is left [I10]').toBe(0)
    expect(this.#world.errors, 'faults [I15]').toEqual([])
  }

  async #step(): Promise<void> {
    const client = this.#anyone()
    const actions: [number, string, () => void | Promise<void>][] = [
      [client ? 10 : 100, 'join', () => this.#join()],
      [
        2,
        'observe',
        async () => {
          if (this.#held || this.#streams.length > 3) return
          const channel = this.#pick(CHANNELS)
          this.#streams.push({ channel, stream: await observe(this.#world, channel), open: true })
        },
      ],
      [
        1,
        'stop observing',
        async () => {
          const watching = this.#streams.find(({ open }) => open)
          if (!watching) return
          watching.open = false
          await watching.stream.close()
        },
      ],
      [3, 'http emit', () => this.#httpEmit()],
      [3, 'program emit', () => this.#programEmit()],
      [4, 'advance', () => (this.#held ? undefined : this.#world.advance(this.#pick([1, 50, 400, 1_500])))],
      [1, 'freeze', () => this.#world.clock.freeze(this.#pick([10, 5_000]))],
      [1, 'set the wall clock', () => this.#world.clock.stepWallClock(this.#pick([-3_600_000, 3_600_000]))],
      [this.#held ? 10 : 3, this.#held ? 'release' : 'hold', () => (this.#held ? this.#release() : this.#hold())],
    ]
    if (client) {
      const { member } = client
      actions.push(
        [15, `${client.name} emits`, () => this.#emit(client)],
        [
          8,
          `${client.name} sets its presence`,
          () => member.send({ type: 'PRESENCE', payload: { by: client.name, n: this.#random() } }),
        ],
        [18, `${client.name} acknowledges`, () => this.#acknowledge(client)],
        [3, `${client.name} acknowledges wrongly`, () => this.#acknowledgeWrongly(client)],
        [
          3,
          `${client.name} sends garbage`,
          () =>
            member.sendText(
              this.#pick([
                '',
                '[]',
                '{"type":1}',
                '{"type":"NEW"}',
                '{"type":"EMIT"}',
                '{"type":"PRESENCE","payload":3}',
                '{"type":"PONG"}',
                '{"type":"PING"}',
              ]),
            ),
        ],
        [
          4,
          `${client.name} leaves`,
          () => {
            client.leaving = true
            member.close(this.#pick([undefined, 1000, 4000]))
          },
        ],
        [
          1,
          `${client.name} is thrown out`,
          () => void this.#world.server.channel(client.channel).disconnect(member.clientID),
        ],
      )
    }
    let at = this.#random() * actions.reduce((sum, [weight]) => sum + weight, 0)
    const [, name, act] = actions.find(([weight]) => (at -= weight) < 0) ?? actions[0]!
    this.steps.push(name)
    await act()
  }

  #join(): void {
    const channel = this.#pick(CHANNELS)
    const name = `c${++this.#names}`
    const silent = this.#chance(0.1)
    const presence = encodeURIComponent(JSON.stringify({ by: name }))
    const address = `${this.#world.url.replace('http', 'ws')}/${channel}/listen?presence=${presence}${this.#chance(0.2) ? '&rewind=3' : ''}`
    const member = new RawMember(new this.#world.WebSocket(address), { autoPong: !silent })
    this.#clients.push({ name, channel, member, emitted: 0, acked: new Set(), leaving: false })
  }

  #emit(client: Client): void {
    const key = `${client.name}#${client.emitted++}`
    const requireAck = this.#chance(0.4)
    this.#published.set(key, { publisher: client.name, channel: client.channel, requireAck, answers: [] })
    client.member.send({
      type: 'EMIT',
      payload: key,
      ref: key,
      requires_ack: requireAck,
      timeout: this.#pick([1, 3_000, 6_000]),
      echo: this.#chance(0.7),
      progress: this.#chance(0.3),
      ...this.#targets(client.channel),
    })
  }

  #httpEmit(): void {
    const channel = this.#pick(CHANNELS)
    const requireAck = this.#chance(0.5)
    const key = `http${this.#published.size}#0`
    const published: Published = { publisher: key, channel, requireAck, answers: [] }
    this.#published.set(key, published)
    const { clients } = this.#targets(channel)
    const query = new URLSearchParams({
      'require-ack': String(requireAck),
      _timeout: '2000',
      ...(clients !== undefined && { clients: String(clients) }),
    })
    const body = JSON.stringify(key)
    void this.#world
      .fetch(`${this.#world.url}/${channel}/emit?${query}`, { method: 'POST', body })
      .then(async (response) => {
        published.answers.push(await response.json())
      })
  }

  #programEmit(): void {
    const channel = this.#pick(CHANNELS)
    const requireAck = this.#chance(0.5)
    const key = `program#${this.#programEmits++}`
    const published: Published = { publisher: 'program', channel, requireAck, answers: [] }
    this.#published.set(key, published)
    const settled = (answer: unknown) => void published.answers.push(answer)
    const emission = this.#world.server
      .channel(channel)
      .emit(key, { requireAck, timeoutMs: 2_000, ...this.#targets(channel) })
    emission.then(settled, ({ code }) => settled({ success: false, error: { code } }))
  }

  #targets(channel: string): { clients?: number | string[] } {
    const ids = this.#clients
      .filter((client) => client.channel === channel && client.member.clientID !== '')
      .map(({ member }) => member.clientID)
    if (this.#chance(0.6)) return {}
    if (this.#chance(0.5)) return { clients: Math.floor(this.#random() * 4) }
    return { clients: [this.#pick(['client_x', ...ids]), this.#pick(['__proto__', ...ids])] }
  }

  #acknowledge(client: Client): void {
    for (const { eventID, requires_ack: wanted } of client.member.of('DATA')) {
      if (wanted !== true || client.acked.has(String(eventID)) || this.#chance(0.3)) continue
      client.acked.add(String(eventID))
      client.member.ack(String(eventID), this.#pick([{}, {}, { error: 'no' }, { reply: client.name }]))
    }
  }

  /** Twice, or what somebody else was sent. */
  #acknowledgeWrongly(client: Client): void {
    const other = this.#pick(this.#clients)
    const event = other.member.last('DATA')
    if (event && other !== client && !client.member.of('DATA').some(({ eventID }) => eventID === event['eventID'])) {
      // It counts after all where the event was on its way to this one too.
      client.acked.add(String(event['eventID']))
      client.member.ack(event['eventID'])
    }
    for (const eventID of client.acked) client.member.ack(eventID, { error: 'again' })
  }

  #checkStreams(): void {
    for (const channel of CHANNELS) {
      const readers = [
        ...this.#clients
          .filter((client) => client.channel === channel)
          .map(({ name, member }) => ({ name, frames: member.received })),
        ...this.#streams
          .filter((watching) => watching.channel === channel)
          .map(({ stream }, at) => ({ name: `observer ${at}`, frames: stream.events.map(({ data }) => data) })),
      ]
      for (const { name, frames } of readers) checkReader(name, frames)
    }
  }

  #checkPresence(): void {
    for (const channel of CHANNELS) {
      const members = this.#world.server.channel(channel).members()
      const truth = new Map(members.map(({ clientID, presence }) => [clientID, presence]))
      expect(truth.size, 'twins [I7]').toBe(members.length)
      const live = this.#clients.filter((client) => client.channel === channel && !client.member.closed)
      expect([...truth.keys()].sort(), 'the table is the live sockets [I6]').toEqual(
        live.map(({ member }) => member.clientID).sort(),
      )
      for (const { name, member } of live)
        expect(viewOf(member.received), `the view of ${name} [I6, I8]`).toEqual(truth)
      for (const watching of this.#streams) {
        if (watching.channel !== channel || !watching.open || watching.stream.ended) continue
        expect(viewOf(watching.stream.events.map(({ data }) => data)), 'the view of an observer [I6, I8]').toEqual(
          truth,
        )
      }
    }
  }

  #checkAcknowledgements(): void {
    for (const client of this.#clients) {
      for (const { payload } of client.member.of('EMITTED'))
        this.#published.get(String(payload.ref))?.answers.push(payload)
    }
    for (const [key, { publisher, answers, requireAck, channel }] of this.#published) {
      const gone = this.#clients.find(({ name }) => name === publisher)?.member.closed
      expect(answers.length, `answers to ${key} [I9]`).toBeLessThanOrEqual(1)
      if (!gone) expect(answers.length, `answers to ${key} [I9]`).toBe(1)
      for (const answer of answers) this.#checkAnswer(key, answer, requireAck, channel)
    }
  }

  #checkAnswer(key: string, answer: any, requireAck: boolean, channel: string): void {
    if (answer.recipients === undefined) {
      expect(answer, `${key} was refused with a reason [EM-7]`).toMatchObject({
        success: false,
        error: { code: expect.stringMatching(/^[A-Z_]+$/) },
      })
      return
    }
    const { recipients, acked = [], pending = [], left = [], failed = [], unknown = [], success } = answer
    const reached = this.#clients.filter((client) => client.member.data.includes(key))
    for (const client of reached) expect(client.channel, `where ${key} arrived`).toBe(channel)
    if (!requireAck) {
      expect(success).toBe(true)
      return
    }
    const named: string[] = [
      ...acked,
      ...pending,
      ...left,
      ...failed.map(({ clientID }: { clientID: string }) => clientID),
    ]
    expect(new Set(named).size, `nobody is named twice for ${key} [I9]`).toBe(named.length)
    expect(named.length, `all recipients of ${key} are named [I9]`).toBe(recipients)
    expect(success, `success of ${key} [I9]`).toBe(acked.length === recipients && unknown.length === 0)
    expect(pending.length > 0, `somebody is pending when the time is over, and only then: ${key} [ACK-3, ACK-4]`).toBe(
      answer.error?.code === 'ACK_TIMEOUT',
    )
    const answered = this.#clients
      .filter((client) => client.acked.has(answer.eventID))
      .map(({ member }) => member.clientID)
    for (const clientID of [...acked, ...failed.map((fault: { clientID: string }) => fault.clientID)])
      expect(answered, `who acknowledged ${key} [I9, ACK-5]`).toContain(clientID)
    for (const clientID of unknown) expect(named).not.toContain(clientID)
  }

  #hold(): void {
    this.#held = true
    this.#world.network.hold()
  }

  #release(): void {
    this.#held = false
    this.#world.network.release()
  }

  #later(): Promise<true> {
    if (this.#chance(0.5)) return Promise.resolve(true)
    return new Promise((resolve) => setImmediate(() => resolve(true)))
  }

  #anyone(): Client | undefined {
    return this.#pick(this.#clients.filter(({ member, leaving }) => !leaving && member.socket.readyState === 1))
  }

  #chance(probability: number): boolean {
    return this.#random() < probability
  }

  #pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.#random() * values.length)] as T
  }
}
