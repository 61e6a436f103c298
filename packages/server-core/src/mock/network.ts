// The network between clients and a mock server: perfect until it is told otherwise, and the same again for the same seed.
//
// A connection has two lanes, each first in, first out: faults delay, repeat or lose what travels, and never reorder it.
import type { Clock, Random } from '../core/ports'
import { type Direction, Soon, type Wire } from '../adapters/memory/wire'
import { WebSocketsError } from '../error'
import { type Duration, msOf } from './duration'
import type { Lane, Shared } from './lane'
import { directions, Link } from './link'
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

/** A part of the network whose faults are one's own to choose: the whole of it, one device's, or one connection's. */
export class Network {
  readonly #shared: Shared
  readonly #parent: Network | undefined
  /** Itself, and all that it is a part of. */
  readonly #chain: readonly Network[]
  readonly #links = new Set<Link>()
  #latencyMs: number | undefined
  #jitterMs: number | undefined
  #repeat: number | undefined
  #partitioned = false
  #asleep = false
  readonly #held = { up: false, down: false }

  constructor(shared: Shared, parent?: Network) {
    this.#shared = shared
    this.#parent = parent
    this.#chain = parent ? [this, ...parent.#chain] : [this]
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
    if (repeat !== undefined) this.#repeat = probability(repeat)
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

  /** A hold of its own, beside any other: for a device that sleeps. */
  setAsleep(asleep: boolean): void {
    this.#asleep = asleep
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

  /** After so many more frames each of the connections breaks, or stalls; with Infinity it does not any more. */
  dropAfter(
    frames: number,
    { direction, how = 'sever' }: { readonly direction?: Direction; readonly how?: 'sever' | 'stall' } = {},
  ): void {
    const limit = wholeNumber(frames)
    for (const link of this.#links) link.dropAfter(limit, how, direction)
  }

  /** The next frames of each of the connections arrive twice. */
  repeatNext(frames = 1, direction?: Direction): void {
    const repeats = wholeNumber(frames)
    for (const link of this.#links) link.repeatNext(repeats, direction)
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
        for (const whole of network.#chain) whole.#links.add(link)
        if (network.#chain.some((whole) => whole.#partitioned)) link.stall()
        return link
      },
    }
  }

  /** Only for the network's own parts. */
  forget(link: Link): void {
    for (const network of this.#chain) network.#links.delete(link)
  }

  /** What applies to a connection of this part: the narrowest that says anything counts. */
  conditions(): { latencyMs: number; jitterMs: number; repeat: number; up: boolean; down: boolean } {
    const wider = this.#parent?.conditions() ?? { latencyMs: 0, jitterMs: 0, repeat: 0, up: false, down: false }
    return {
      latencyMs: this.#latencyMs ?? wider.latencyMs,
      jitterMs: this.#jitterMs ?? wider.jitterMs,
      repeat: this.#repeat ?? wider.repeat,
      up: this.#asleep || this.#held.up || wider.up,
      down: this.#asleep || this.#held.down || wider.down,
    }
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
  const soon = new Soon()
  const travelling = new Set<Lane>()
  const shared = { clock, random, transcript, soon, travelling, places: new Map<string, Set<number>>(), timers: 0 }
  return {
    network: new Network(shared),
    timers: () => shared.timers,
    isBusy: () => !soon.isEmpty,
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

function probability(repeat: number): number {
  if (repeat >= 0 && repeat <= 1) return repeat
  throw new WebSocketsError('BAD_PARAMETER', `expected a probability from 0 to 1, got ${repeat}`)
}

function wholeNumber(frames: number): number {
  if (frames === Infinity || (Number.isInteger(frames) && frames >= 0)) return frames
  throw new WebSocketsError('BAD_PARAMETER', `expected a whole number of frames, or Infinity, got ${String(frames)}`)
}
