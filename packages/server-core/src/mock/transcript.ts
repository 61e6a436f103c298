// Everything that went over a mock server's network, in order: to be read by people, and to stand in snapshots.
import type { Direction, Ends, Parcel } from '../adapters/memory/wire'
import type { Clock } from '../core/ports'
import { drawDiagram } from './diagram'
import { createNames } from './names'

/** One end of a connection, as the transcript calls it. */
export interface Party {
  /** Who is at the client's end. */
  readonly who: string
  /** Which of that one's WebSockets in the channel, from 1; 0 for a request. */
  readonly place: number
  readonly kind: Ends['kind']
  /** Its whole URL. */
  readonly path: string
}

/** The way that a parcel goes: nothing more gets in where it is cut, and nothing arrives any more where it is dead. */
export interface Way {
  readonly cut: boolean
  readonly dead: boolean
}

/** What was said, and what became of it. There is one for each frame, so it is small, and the network carries it itself. */
export class Entry {
  readonly party: Party
  readonly direction: Direction
  readonly what: Parcel | 'severed'
  /** A frame's text, a close's code and reason, an answer's status. */
  readonly text: string
  /** ms on the server's clock. */
  readonly at: number
  /** How often it has arrived. */
  arrived = 0
  /** Until it is known that it never arrives. */
  readonly way: Way

  constructor(party: Party, direction: Direction, what: Parcel | 'severed', text: string, at: number, way: Way) {
    this.party = party
    this.direction = direction
    this.what = what
    this.text = text
    this.at = at
    this.way = way
  }
}

/** An entry in words. */
export interface Line {
  readonly entry: Entry
  readonly who: string
  readonly text: string
  /** It will never arrive. */
  readonly lost: boolean
}

export interface TranscriptOptions {
  /** Of one channel alone. */
  readonly channel?: string
  /** Whether PING and PONG are in it. Default false. */
  readonly heartbeat?: boolean
  /** Only the last so many. */
  readonly last?: number
}

export class Transcript {
  readonly #clock: Clock
  #entries: Entry[] = []
  #forgotten = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The result is to be told when it has arrived. */
  add(party: Party, direction: Direction, what: Entry['what'], text: string, way: Way): Entry {
    // One that is cut when it is sent is as good as dead for it.
    const entry = new Entry(party, direction, what, text, this.#clock.now(), way.cut ? LOST : way)
    if (this.#entries.push(entry) >= 2 * MAX_ENTRIES) {
      this.#entries = this.#entries.slice(MAX_ENTRIES)
      this.#forgotten += MAX_ENTRIES
    }
    return entry
  }

  /** One line a frame, in the order of sending; ids are named, latencies and times left out. */
  text(options: TranscriptOptions = {}): string {
    const { lines, left } = this.#lines(options)
    const width = Math.max(0, ...lines.map(({ who }) => who.length))
    const written = lines.map(
      ({ entry, who, text }) => `${who.padEnd(width)} ${entry.direction === 'up' ? '->' : '<-'} ${text}`,
    )
    return [...left, ...written].join('\n')
  }

  /** The last frames as a sequence diagram: time runs downwards, the server is on the right. */
  diagram({ last = 30, ...options }: TranscriptOptions = {}): string {
    const { lines, left, people } = this.#lines({ last, ...options })
    return [...left, drawDiagram(lines, people)].join('\n')
  }

  #lines({ last = Infinity, ...options }: TranscriptOptions): {
    lines: Line[]
    left: string[]
    people: string[]
  } {
    const { describe } = createNames(this.#entries)
    const described = this.#entries.map((entry) => ({ entry, text: describe(entry) }))
    const wanted = described.filter(({ entry }) => isWanted(entry, options))
    const shown = last === Infinity ? wanted : wanted.slice(Math.max(0, wanted.length - last))
    const label = labels(shown.map(({ entry }) => entry))
    const lines = shown.map(({ entry, text }) => {
      const fate = fateOf(entry)
      return { entry, who: label(entry), text: fate ? `${text} (${fate})` : text, lost: fate === 'lost' }
    })
    const left = this.#forgotten + wanted.length - shown.length
    const shownPeople = new Set(lines.map(({ who }) => who))
    const people = [...new Set(wanted.map(({ entry }) => label(entry)))].filter((who) => shownPeople.has(who))
    return { lines, people, left: left > 0 ? [`(${left} earlier ${left === 1 ? 'frame' : 'frames'} left out)`] : [] }
  }
}

const MAX_ENTRIES = 1_000
const LOST: Way = { cut: true, dead: true }

/** Of what does not travel. */
export const NO_WAY: Way = { cut: false, dead: false }

/** Empty where all went well. */
function fateOf({ arrived, what, way }: Entry): string {
  if (arrived > 1) return 'twice'
  if (arrived === 1 || what === 'severed') return ''
  return way.dead ? 'lost' : 'under way'
}

/** Who a line is of: with the channel where one has several, and a number where one has several connections to it. */
function labels(entries: readonly Entry[]): (entry: Entry) => string {
  const channels = new Map<string, Set<string | undefined>>()
  for (const {
    party: { who, path },
  } of entries)
    channels.set(who, (channels.get(who) ?? new Set()).add(channelOf(path)))
  return ({ party: { who, place, path } }) => {
    const number = place > 1 ? `-${place}` : ''
    const channel = channelOf(path)
    return (channels.get(who)?.size ?? 0) > 1 && channel !== undefined
      ? `${who}${number} /${channel}`
      : `${who}${number}`
  }
}

function isWanted({ party: { path }, what, text }: Entry, { channel, heartbeat = false }: TranscriptOptions): boolean {
  if (channel !== undefined && channelOf(path) !== channel) return false
  if (heartbeat) return true
  if (what === 'chunk') return !text.startsWith(':')
  return what !== 'message' || !/^\{\s*"type"\s*:\s*"(PING|PONG)"/i.test(text)
}

function channelOf(url: string): string | undefined {
  const segment = new URL(url).pathname.split('/').at(-2)
  if (!segment || segment === '_') return undefined
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
