// One connection of a mock network: two lanes, and whatever a test does to them.
import type { Arrive, Direction, Ends, Line, Parcel } from '../adapters/memory/wire'
import { Entry, type Party } from './entry'
import { Lane, type Shared } from './lane'
import type { Network } from './network'

export class Link implements Line {
  readonly ends: Ends
  readonly network: Network
  /** Its place is which it is of the WebSockets of its name in its channel that clients have at a time. */
  readonly #party: Party
  readonly #shared: Shared
  readonly #lanes: Record<Direction, Lane>
  readonly #placeKey: string
  #isOver = false
  #delayMs = 0
  #jitterMs = 0
  #repeat = 0
  #healed = false
  /** Its client has said that it closes. */
  #isLeaving = false
  /** Its request has been answered: there may be more to come. */
  #isAnswered = false
  /** What closes is under way, and may yet be lost. */
  readonly #closes: Partial<Record<Direction, Entry>> = {}
  readonly #giveUps = new Map<'client' | 'server', () => void>()

  constructor(shared: Shared, network: Network, ends: Ends, name: string) {
    this.ends = ends
    this.network = network
    this.#shared = shared
    this.#lanes = { up: new Lane(shared), down: new Lane(shared) }
    const { kind, url } = ends
    this.#placeKey = `${name} ${url.split('?', 1)[0]}`
    this.#party = { who: name, place: kind === 'http' ? 0 : this.#takePlace(), kind, path: url }
    this.refresh()
  }

  get name(): string {
    return this.#party.who
  }

  carry(direction: Direction, parcel: Parcel, text: string, arrive: Arrive): void {
    // What an end says that does not know yet that both have lost it.
    if (this.#isOver) return
    const lane = this.#lanes[direction]
    const isFrame = parcel === 'message' || parcel === 'chunk'
    const { clock, random, transcript } = this.#shared
    if (direction === 'up' && parcel === 'close') {
      this.#isLeaving = true
      this.#leavePlace()
      if (this.#lanes.down.cut) this.#waitInVain()
    }
    if (isFrame && !lane.cut && lane.remaining-- <= 0) this.#cut(lane)
    const sent = new Entry(this.#party, direction, parcel, text, clock.now(), lane, arrive)
    transcript.add(sent)
    if (lane.cut) return this.#lost(direction, parcel)
    lane.push(this.#delay(), sent)
    if (!isFrame) {
      if (parcel === 'close') this.#closes[direction] = sent
      if (parcel === 'response') this.#isAnswered = true
      return
    }
    if (lane.repeats > 0) lane.repeats--
    else if (this.#repeat === 0 || random() >= this.#repeat) return
    sent.copies = 2
    lane.push(this.#delay(), sent)
  }

  over(): void {
    this.#isOver = true
    for (const cancel of this.#giveUps.values()) cancel()
    this.#leavePlace()
    this.network.forget(this)
  }

  stall(direction?: Direction): void {
    this.#healed = false
    for (const which of directions(direction)) {
      this.#lanes[which].lose()
      const close = this.#closes[which]
      delete this.#closes[which]
      if (close?.arrived === 0) this.#lost(which, 'close')
      if (which === 'down' && this.#isLeaving) this.#waitInVain()
      // The stream's flow stops, as far as it was not lost already: nothing need be said any more that could get lost.
      if (which === 'down' && this.#isAnswered) this.#giveUp('server')
    }
  }

  heal(): void {
    this.#healed = this.#lanes.up.cut || this.#lanes.down.cut
  }

  // An end that closes and hears nothing gives up after a while, as `ws` and browsers do; an HTTP server, whose answer nobody acknowledges.
  #lost(direction: Direction, parcel: Parcel): void {
    if (this.#healed) return this.sever()
    if (this.#party.kind === 'http') return this.#lostOfRequest(direction, parcel)
    if (parcel !== 'close') return
    this.#giveUp(direction === 'up' ? 'client' : 'server')
    if (direction === 'down' && this.#isLeaving) this.#waitInVain()
  }

  #lostOfRequest(direction: Direction, parcel: Parcel): void {
    if (direction === 'down') this.#giveUp('server')
    // Who takes a request back waits for nothing: if that never came up either, no end is left.
    else if (parcel === 'close') this.#shared.soon.push({ way: this.#lanes.up, come: () => this.ends.lose('client') })
  }

  /** The client closes, and cannot hear an answer: whether there was one, or the server had closed too. */
  #waitInVain(): void {
    // Who takes a request back waits for none.
    if (this.#party.kind === 'websocket') this.#giveUp('client')
  }

  #giveUp(end: 'client' | 'server'): void {
    if (this.#giveUps.has(end)) return
    this.#shared.timers++
    const over = (): void => {
      if (this.#giveUps.delete(end)) this.#shared.timers--
      cancel()
    }
    const cancel = this.#shared.clock.after(CLOSE_TIMEOUT_MS, () => {
      over()
      this.ends.lose(end)
    })
    this.#giveUps.set(end, over)
  }

  sever(end?: 'client' | 'server'): void {
    this.stall()
    const { clock, transcript } = this.#shared
    transcript.add(new Entry(this.#party, 'down', 'severed', end ?? 'both', clock.now(), this.#lanes.down))
    if (end !== 'server') {
      this.#leavePlace()
      this.#shared.soon.push({ way: this.#lanes.down, come: () => this.ends.lose('client') })
    }
    if (end !== 'client') this.#shared.soon.push({ way: this.#lanes.up, come: () => this.ends.lose('server') })
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

  // What was let through arrives before it breaks.
  #cut(lane: Lane): void {
    lane.cut = true
    if (lane.how !== 'sever') return
    const end = { way: lane, come: () => lane.let(end), arrive: () => this.sever() }
    lane.push(this.#delay(), end)
  }

  #takePlace(): number {
    const { places } = this.#shared
    const taken = places.get(this.#placeKey) ?? new Set()
    places.set(this.#placeKey, taken)
    let place = 1
    while (taken.has(place)) place++
    taken.add(place)
    return place
  }

  #leavePlace(): void {
    const { places } = this.#shared
    const taken = places.get(this.#placeKey)
    taken?.delete(this.#party.place)
    if (taken?.size === 0) places.delete(this.#placeKey)
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

export function directions(direction: Direction | undefined): readonly Direction[] {
  return direction ? [direction] : ['up', 'down']
}
