// A channel of a client, and a program that uses it: its handlers have moods, and everything that they are told is kept.
import type { Channel, ChannelEvent, Client, Emission, Snapshot } from '@websockets.do/client'
import type { Log, Opened, Published } from './log'
import { keyOf, payloadOf } from './payload'
import type { Emit, Mood } from './steps'

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
}

const MAX_REENTRIES = 3

export class Seat {
  readonly options: SeatOptions
  readonly name: string
  readonly channel: Channel
  readonly heard: string[] = []
  /** The same, as a handler was told that was added last. */
  readonly heardLast: string[] = []
  /** The snapshot that was there when a change was told last. */
  notified: Snapshot
  readonly promised: Promised[] = []
  readonly late: ChannelEvent[] = []
  /** Event ids that its handlers have acknowledged by hand, at once. */
  readonly acked = new Set<string>()
  readonly acknowledgedLate = new Set<string>()
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
      if (state === 'open' && options.moods.includes('greet')) this.#greet()
    })
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
  emit(how: Emit, ids: readonly string[] | undefined, repeatable = false): Repeatable {
    const { named, requireAck, whom, timeoutMs, echo } = how
    const count = this.#emits++
    const key = `${this.name}#${count}`
    const payload = payloadOf(key, how) as { readonly data?: object }
    const clients = whom.kind === 'some' ? whom.count : ids
    const eventID = repeatable ? `evt_${this.name}x${String(count).padStart(16, '0')}` : undefined
    const options = {
      requireAck,
      timeoutMs,
      echo,
      ...(clients !== undefined && { clients }),
      ...(eventID && { eventID }),
    }
    const published = this.log.publish(key, this.options.channelName, 'client', how, ids)
    const send = (): void => {
      const emission = named
        ? this.channel.emit('note', payload.data as never, options)
        : this.channel.emit(payload as never, options)
      this.#follow(emission, published)
    }
    send()
    return { published, eventID, send, isReady: () => this.channel.status.state === 'open' }
  }

  #follow(emission: Emission, published: Published): void {
    const promise: Promised = { what: published.key, settled: false }
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
        if (published.requireAck && published.attempts === 1 && acks.sort().join() !== told.sort().join())
          this.log.report('I9', `${published.key}: ${acks} acknowledged one by one, ${told} in the end`)
      },
      (error: Error) => {
        settle()
        this.log.refuse(published, error)
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
      this.acknowledgedLate.add(event.eventID)
      event.ack()
    }
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
