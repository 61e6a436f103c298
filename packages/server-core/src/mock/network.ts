// The network between clients and a mock server: perfect until it is told otherwise, and the same again for the same seed.
//
// A connection has two lanes, each first in, first out: faults delay, repeat or lose what travels, and never reorder it.
import type { Clock, Random } from '../core/ports'
import { type Direction, type Ends, type Line, type Parcel, Soon, type Wire } from '../adapters/memory/wire'
import { type Duration, msOf } from './duration'
import type { Transcript } from './transcript'

export interface Conditions {
  /** How long everything takes one way. Default 0. */
  readonly latency?: Duration
  /** At most so much more, drawn for each frame. Default 0. */
  readonly jitter?: Duration
  /** How probable it is that a frame arrives twice, 0 to 1. Default 0. */
  readonly repeat?: number
}

export interface Connected {
  readonly name: string
  readonly path: string
  readonly clientID: string | undefined
}

/** What all links of one network share. */
interface Shared {
  readonly clock: Clock
  readonly random: Random
  readonly transcript: Transcript
  readonly soon: Soon<Lane>
  /** What has been told to sever, and is heard of a moment later. */
  readonly breaks: Soon<() => void>
  /** Lanes with something under way that takes its time. */
  readonly travelling: Set<Lane>
  /** Of the clock's timers, those that are the network's. */
  timers: number
}

/** A part of the network whose faults are one's own to choose: the whole of it, one device's, or one connection's. */
export class Network {
  readonly #shared: Shared
  readonly #parent: Network | undefined
  readonly #links = new Set<Link>()
  #latencyMs: number | undefined
  #jitterMs: number | undefined
  #repeat: number | undefined
  #partitioned = false
  readonly #held = { up: false, down: false }

  constructor(shared: Shared, parent?: Network) {
    this.#shared = shared
    this.#parent = parent
  }

  /** Connections, requests under way included, that at least one end believes in. */
  connected(): Connected[] {
    return Array.from(this.#links, ({ name, ends }) => {
      const { pathname, search } = new URL(ends.url)
      return { name, path: pathname + search, clientID: ends.clientID }
    })
  }

  /** What applies from now on; what is left out stays. */
  set({ latency, jitter, repeat }: Conditions): void {
    if (latency !== undefined) this.#latencyMs = msOf(latency)
    if (jitter !== undefined) this.#jitterMs = msOf(jitter)
    if (repeat !== undefined) this.#repeat = repeat
    this.#refresh()
  }

  /** Nothing arrives until it is released; then all of it does, in order. */
  hold(direction?: Direction): void {
    for (const held of directions(direction)) this.#held[held] = true
    this.#refresh()
  }

  release(direction?: Direction): void {
    for (const held of directions(direction)) this.#held[held] = false
    this.#refresh()
  }

  /** The connections that are open become half-open: they stay accepted, and nothing arrives on them any more. */
  stall(direction?: Direction): void {
    for (const link of this.#links) link.stall(direction)
  }

  /** Breaks the connections, without a close frame: 1006, at both ends or at one, while the other believes in them. */
  sever(end?: 'client' | 'server'): void {
    for (const link of this.#links) link.sever(end)
  }

  /** After so many more frames each of the connections breaks, or stalls. */
  dropAfter(
    frames: number,
    { direction, how = 'sever' }: { readonly direction?: Direction; readonly how?: 'sever' | 'stall' } = {},
  ): void {
    for (const link of this.#links) link.dropAfter(frames, how, direction)
  }

  /** The next frames of each of the connections arrive twice. */
  repeatNext(frames = 1, direction?: Direction): void {
    for (const link of this.#links) link.repeatNext(frames, direction)
  }

  /** What is open stalls, and nothing that is opened gets an answer, until it is healed. */
  partition(): void {
    this.#partitioned = true
    this.stall()
  }

  /** New connections work again, and nothing is held. What had stalled breaks as soon as one of its ends says something. */
  heal(): void {
    this.#partitioned = false
    for (const link of this.#links) link.heal()
    this.release()
  }

  /** The part that is one member's connection; undefined where no such member is connected. */
  connection(clientID: string): Network | undefined {
    for (const link of this.#links) if (link.ends.clientID === clientID) return link.network
    return undefined
  }

  /** A part whose faults are its own; those of the whole apply to it too. */
  part(): Network {
    return new Network(this.#shared, this)
  }

  /** Carries what its connections say. `name` is what the transcript calls whoever opens them. */
  wire(name: string): Wire {
    return {
      connect: (ends) => {
        const network = this.part()
        const link = new Link(this.#shared, network, ends, name)
        for (const whole of network.#chain()) whole.#links.add(link)
        if (network.#chain().some((whole) => whole.#partitioned)) link.stall()
        return link
      },
    }
  }

  /** Only for the network's own parts. */
  forget(link: Link): void {
    for (const network of this.#chain()) network.#links.delete(link)
  }

  /** What applies to a connection of this part: the narrowest that says anything counts. */
  conditions(): { latencyMs: number; jitterMs: number; repeat: number; up: boolean; down: boolean } {
    const wider = this.#parent?.conditions() ?? { latencyMs: 0, jitterMs: 0, repeat: 0, up: false, down: false }
    return {
      latencyMs: this.#latencyMs ?? wider.latencyMs,
      jitterMs: this.#jitterMs ?? wider.jitterMs,
      repeat: this.#repeat ?? wider.repeat,
      up: this.#held.up || wider.up,
      down: this.#held.down || wider.down,
    }
  }

  #chain(): Network[] {
    return this.#parent ? [this, ...this.#parent.#chain()] : [this]
  }

  #refresh(): void {
    for (const link of this.#links) link.refresh()
  }
}

/** All of a server's network. `nextArrival` is when the next frame arrives that is not held, in ms of the clock. */
export function createNetwork(
  clock: Clock,
  random: Random,
  transcript: Transcript,
): { network: Network; nextArrival(): number | undefined; isBusy(): boolean; timers(): number } {
  const soon = new Soon<Lane>((lane) => lane.arrive())
  const breaks = new Soon<() => void>((run) => run())
  const travelling = new Set<Lane>()
  const shared = { clock, random, transcript, soon, breaks, travelling, timers: 0 }
  return {
    network: new Network(shared),
    timers: () => shared.timers,
    isBusy: () => !soon.isEmpty || !breaks.isEmpty,
    nextArrival() {
      let next: number | undefined
      for (const lane of travelling) {
        const due = lane.nextDue
        if (due !== undefined && (next === undefined || due < next)) next = due
      }
      return next
    },
  }
}

interface Travelling {
  readonly due: number
  readonly arrive: () => void
}

/** One direction of one connection. */
class Lane {
  readonly #shared: Shared
  readonly #queue: Travelling[] = []
  held = false
  dead = false
  repeats = 0
  /** How many more frames pass; Infinity without a limit. */
  remaining = Infinity
  how: 'sever' | 'stall' = 'sever'
  #lastDue = 0

  constructor(shared: Shared) {
    this.#shared = shared
  }

  get nextDue(): number | undefined {
    return this.held ? undefined : this.#queue[0]?.due
  }

  push(delayMs: number, arrive: () => void): void {
    const { clock, soon, travelling } = this.#shared
    const now = clock.now()
    const due = (this.#lastDue = Math.max(this.#lastDue, now + delayMs))
    this.#queue.push({ due, arrive })
    if (due <= now) return soon.push(this)
    travelling.add(this)
    this.#shared.timers++
    clock.after(due - now, () => {
      this.#shared.timers--
      this.arrive()
    })
  }

  /** The first in the queue arrives, if its time has come. */
  arrive(): void {
    const next = this.#queue[0]
    if (!next || this.held || next.due > this.#shared.clock.now()) return
    this.#queue.shift()
    if (this.#queue.length === 0) this.#shared.travelling.delete(this)
    next.arrive()
  }

  release(): void {
    this.held = false
    for (let left = this.#queue.length; left > 0; left--) this.#shared.soon.push(this)
  }

  lose(): void {
    this.dead = true
    this.#queue.length = 0
    this.#shared.travelling.delete(this)
  }
}

class Link implements Line {
  readonly name: string
  readonly ends: Ends
  readonly network: Network
  readonly #shared: Shared
  readonly #lanes: Record<Direction, Lane>
  #delayMs = 0
  #jitterMs = 0
  #repeat = 0
  #healed = false

  constructor(shared: Shared, network: Network, ends: Ends, name: string) {
    this.name = name
    this.ends = ends
    this.network = network
    this.#shared = shared
    this.#lanes = { up: new Lane(shared), down: new Lane(shared) }
    this.refresh()
  }

  carry(direction: Direction, parcel: Parcel, text: string, arrive: () => void): void {
    const lane = this.#lanes[direction]
    this.#shared.transcript.add(this, direction, parcel, text, lane.dead)
    if (lane.dead) return this.#lost(direction, parcel)
    if (parcel !== 'message' && parcel !== 'chunk') return lane.push(this.#delay(), arrive)
    if (lane.remaining-- <= 0) return lane.how === 'sever' ? this.sever() : this.stall(direction)
    lane.push(this.#delay(), arrive)
    const { random } = this.#shared
    if (lane.repeats > 0) lane.repeats--
    else if (this.#repeat === 0 || random() >= this.#repeat) return
    lane.push(this.#delay(), arrive)
  }

  over(): void {
    this.network.forget(this)
  }

  stall(direction?: Direction): void {
    this.#healed = false
    for (const which of directions(direction)) this.#lanes[which].lose()
  }

  heal(): void {
    this.#healed = this.#lanes.up.dead || this.#lanes.down.dead
  }

  // An end that closes and hears nothing gives up after a while, as `ws` and browsers do.
  #lost(direction: Direction, parcel: Parcel): void {
    if (this.#healed) return this.sever()
    if (parcel !== 'close') return
    this.#shared.timers++
    this.#shared.clock.after(CLOSE_TIMEOUT_MS, () => {
      this.#shared.timers--
      this.ends.lose(direction === 'up' ? 'client' : 'server')
    })
  }

  sever(end?: 'client' | 'server'): void {
    this.stall()
    this.#shared.transcript.add(this, 'down', 'severed', end ?? 'both', false)
    if (end !== 'server') this.#shared.breaks.push(() => this.ends.lose('client'))
    if (end !== 'client') this.#shared.breaks.push(() => this.ends.lose('server'))
    if (end === undefined) this.over()
  }

  dropAfter(frames: number, how: 'sever' | 'stall', direction?: Direction): void {
    for (const which of directions(direction)) {
      this.#lanes[which].remaining = frames
      this.#lanes[which].how = how
    }
  }

  repeatNext(frames: number, direction?: Direction): void {
    for (const which of directions(direction)) this.#lanes[which].repeats = frames
  }

  refresh(): void {
    const { latencyMs, jitterMs, repeat, up, down } = this.network.conditions()
    this.#delayMs = latencyMs
    this.#jitterMs = jitterMs
    this.#repeat = repeat
    setHeld(this.#lanes.up, up)
    setHeld(this.#lanes.down, down)
  }

  #delay(): number {
    return this.#jitterMs === 0 ? this.#delayMs : this.#delayMs + this.#shared.random() * this.#jitterMs
  }
}

const CLOSE_TIMEOUT_MS = 30_000

function setHeld(lane: Lane, held: boolean): void {
  if (lane.held && !held) lane.release()
  else lane.held = held
}

function directions(direction: Direction | undefined): readonly Direction[] {
  return direction ? [direction] : ['up', 'down']
}
