// A channel of a client, and a program that uses it: its handlers have moods, and everything that they are told is kept.
import type { Channel, ChannelEvent, Client, Emission, Snapshot } from '@websockets.do/client'
import type { Log, Opened, Published } from './log'
import { keyOf, payloadOf } from './payload'
import type { Emit, Mood, Patience } from './steps'

/** A promise of the client's, and whether it has kept it. */
export interface Promised {
  readonly what: string
  settled: boolean
}

/** Something that can be asked for again, to the letter. */
export interface Repeatable {
  readonly published: Published
  /** Where it was chosen by whoever asks. */
  readonly eventID: string | undefined
  send(): void
  /** It is sent at once, and does not wait for a connection. */
  isReady(): boolean
}

export interface SeatOptions {
  readonly name: string
  readonly device: number
  readonly channelName: string
  readonly client: Client
  readonly channel: Channel
  readonly moods: readonly Mood[]
  readonly manual: boolean
  readonly log: Log
  /** Runs it after so many ms of the device's clock, unless that is settled before. */
  giveUpAfter(ms: number, run: () => void, unless: Promise<unknown>): void
}

const MAX_REENTRIES = 3

export class Seat {
  readonly options: SeatOptions
  readonly name: string
  readonly channel: Channel
  readonly heard: string[] = []
  /** When it was told of a gap, in the log's order. */
  readonly gaps: number[] = []
  /** The others, as `join` and `leave` tell of them; undefined before it was connected first. */
  told: Set<string> | undefined
  /** The same, as a handler was told that was added last. */
  readonly heardLast: string[] = []
  /** The snapshot that was there when a change was told last. */
  notified: Snapshot
  readonly promised: Promised[] = []
  readonly late: ChannelEvent[] = []
  /** Event ids that its handlers have acknowledged by hand, at once. */
  readonly acked = new Set<string>()
  readonly acknowledgedLate = new Map<string, number>()
  /** The event at which a handler closed the channel. */
  leftAt = ''
  readonly attempts: number[] = []
  readonly reads: { readonly from: number; readonly ids: string[]; isOver: boolean; wasStopped: boolean }[] = []
  isClosed = false
  /** It was asked to connect. */
  isWanted = false
  #emits = 0
  #reentries = 0

  constructor(options: SeatOptions) {
    this.options = options
    this.name = options.name
    this.channel = options.channel
    const { channel, log } = this
    channel.on('event', ({ eventID }) => void this.heard.push(eventID))
    const once: () => void = channel.on('event', () => once())
    channel.on('event', (event) => this.#react(event))
    channel.on('event', ({ eventID }) => void this.heardLast.push(eventID))
    channel.on('status', ({ state }) => {
      if (state === 'reconnecting' && options.moods.includes('flee')) this.close()
      if (state === 'open') this.told ??= new Set(channel.others.map(({ clientID }) => clientID))
      if (state === 'open' && options.moods.includes('greet')) this.#greet()
    })
    channel.on('gap', () => void this.gaps.push(log.tick()))
    channel.on('join', ({ clientID }) => this.#tell('join', clientID))
    channel.on('leave', ({ clientID }) => this.#tell('leave', clientID))
    channel.on('update', ({ clientID }) => this.#tell('update', clientID))
    this.notified = channel.snapshot()
    channel.subscribe(() => void (this.notified = channel.snapshot()))
    channel.on('error', (error) => {
      if (!(error instanceof Error)) log.report('I15', `${this.name}: an error that is none`)
    })
  }

  get log(): Log {
    return this.options.log
  }

  get sockets(): Opened[] {
    return this.log.sockets.filter(({ owner }) => owner === this.name)
  }

  /** What it gives sends the same again, under the same id where it is to be `repeatable`. */
  emit(how: Emit, ids: readonly string[] | undefined, patience: Patience = 'given', repeatable = false): Repeatable {
    const { named, requireAck, whom, timeoutMs, echo } = how
    const count = this.#emits++
    const key = `${this.name}#${count}`
    const payload = payloadOf(key, how) as { readonly data?: object }
    const clients = whom.kind === 'some' ? whom.count : ids
    const eventID = repeatable ? `evt_${this.name}x${String(count).padStart(16, '0')}` : undefined
    const options = {
      requireAck,
      ...(patience === 'given' && { timeoutMs }),
      echo,
      ...(clients !== undefined && { clients }),
      ...(eventID && { eventID }),
    }
    const published = this.log.publish(key, this.options.channelName, 'client', how, ids)
    const send = (): void => {
      const abort = new AbortController()
      const given = typeof patience === 'object' ? { ...options, signal: abort.signal } : options
      const emission = named
        ? this.channel.emit('note', payload.data as never, given)
        : this.channel.emit(payload as never, given)
      if (typeof patience === 'object') this.options.giveUpAfter(patience.abortMs, () => abort.abort(), emission)
      this.#follow(emission, published, patience)
    }
    send()
    return { published, eventID, send, isReady: () => this.channel.status.state === 'open' }
  }

  #follow(emission: Emission, published: Published, patience: Patience): void {
    const promise: Promised = { what: published.key, settled: false }
    const connections = this.sockets.length
    this.promised.push(promise)
    published.isSettled = () => promise.settled
    const acks: string[] = []
    const iterate = async (): Promise<void> => {
      for await (const { clientID } of emission) acks.push(clientID)
    }
    const iterated = iterate()
    const settle = (): void => {
      if (promise.settled) this.log.report('I9', `${published.key} is answered twice`)
      promise.settled = true
    }
    emission.then(
      async (result) => {
        settle()
        this.log.answer(published, result)
        await iterated
        const { acked = [], failed = [] } = result
        const told = [...acked, ...failed.map(({ clientID }) => clientID)]
        if (!published.requireAck || published.attempts > 1 || this.log.recurring.has(result.eventID ?? '')) return
        // What comes while there is no connection is told in the end alone.
        const isMissed = told.some((id) => !acks.includes(id)) && this.sockets.length === connections
        if (isMissed || acks.some((id) => !told.includes(id)))
          this.log.report('I9', `${published.key}: ${acks} acknowledged one by one, ${told} in the end`)
      },
      (error: Error) => {
        settle()
        this.log.refuse(published, error)
        const { code } = error as { code?: string }
        if (code === 'OUTBOX_FULL') this.#checkOldest(published)
        if (code === 'TIMEOUT' && patience === 'none' && published.attempts === 1) this.#checkRepeated(published)
      },
    )
  }

  present(how: 'set' | 'update', padding: number): void {
    const presence = { by: this.name, n: this.#emits++, ...(padding > 0 && { pad: 'x'.repeat(padding) }) }
    this.channel.presence[how](presence)
  }

  read(take: number, stop: 'break' | 'abort'): void {
    const abort = new AbortController()
    const read = { from: this.heard.length, ids: [] as string[], isOver: false, wasStopped: false }
    const events = this.channel.events({ signal: abort.signal })
    const promise = { what: 'events()', settled: false }
    this.promised.push(promise)
    this.reads.push(read)
    const run = async (): Promise<void> => {
      for await (const { eventID } of events) {
        read.ids.push(eventID)
        if (read.ids.length < take) continue
        read.wasStopped = true
        if (stop === 'abort') abort.abort()
        else break
      }
    }
    void run().then(
      () => {
        read.isOver = promise.settled = true
      },
      (error: unknown) => this.log.report('I15', `${this.name}: events() threw ${String(error)}`),
    )
  }

  /** Acknowledges what its handlers had left for later. */
  catchUp(): void {
    for (const event of this.late.splice(0)) {
      this.acknowledgedLate.set(event.eventID, this.log.tick())
      event.ack()
    }
  }

  /** The oldest is given up first: none that came before it waits still. */
  #checkOldest({ key, order }: Published): void {
    const sent = new Set(this.sockets.flatMap((one) => one.sent.map((frame) => keyOf(frame?.payload))))
    for (const { what, settled } of this.promised) {
      const other = this.log.published.get(what)
      if (other && other.order < order && other.attempts === 1 && !settled && !sent.has(what))
        this.log.report('I9', `${key} is given up for ${what}, which is older`)
    }
  }

  /** While it waits to be sent it waits for as long as it takes: what was not answered was sent on each connection since. */
  #checkRepeated({ key }: Published): void {
    const last = this.sockets.findLast((opened) => opened.in.isWelcome)
    if (!last?.sent.some((frame) => keyOf(frame?.payload) === key))
      this.log.report('I13', `${key} is given up, and was not sent again`)
  }

  #tell(how: 'join' | 'leave' | 'update', clientID: string): void {
    const isKnown = this.told?.has(clientID) ?? false
    if (isKnown === (how === 'join')) this.log.report('I7', `${this.name} is told that ${clientID} did ${how}`)
    if (how === 'join') this.told?.add(clientID)
    if (how === 'leave') this.told?.delete(clientID)
  }

  #react(event: ChannelEvent): void | Promise<void> {
    const { moods } = this.options
    const mood = moods[this.heard.length % moods.length]
    const { eventID } = event
    if (mood === 'ack' || mood === 'nack' || mood === 'reply') this.acked.add(eventID)
    switch (mood) {
      case 'ack':
        event.ack()
        // It counts once.
        return event.nack('too late')
      case 'nack':
        return event.nack('no')
      case 'reply':
        return event.ack({ by: this.name })
      case 'late':
        return void this.late.push(event)
      case 'throw':
        throw this.log.fault(`a handler of ${this.name}`)
      case 'reject':
        return Promise.reject(this.log.fault(`an async handler of ${this.name}`))
      case 'unsubscribe': {
        const off: () => void = this.channel.on('event', () => off())
        return off()
      }
      case 'reenter':
        return keyOf(event.payload).startsWith(`${this.name}#`) ? undefined : this.#greet()
      case 'leave':
        this.leftAt = eventID
        return this.close()
      default:
    }
  }

  #greet(): void {
    if (this.#reentries++ >= MAX_REENTRIES) return
    const how = { named: true, requireAck: false, timeoutMs: 500, echo: true, padding: 0 }
    this.emit({ ...how, whom: { kind: 'everyone' } }, undefined)
    this.present('update', 0)
  }

  close(): void {
    this.isClosed = true
    this.channel.close()
  }
}
