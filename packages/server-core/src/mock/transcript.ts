// Everything that went over a mock server's network, in order: to be read by people, and to stand in snapshots.
import type { Direction, Ends, Parcel } from '../adapters/memory/wire'
import type { Clock } from '../core/ports'
import { drawDiagram } from './diagram'
import { createNames } from './names'

export interface Entry {
  /** Who is at the client's end. */
  readonly who: string
  /** Which of that one's WebSockets in the channel, from 1; 0 for a request. */
  readonly place: number
  readonly kind: Ends['kind']
  /** Its whole URL. */
  readonly path: string
  readonly direction: Direction
  readonly what: Parcel | 'severed'
  /** A frame's text, a close's code and reason, an answer's status. */
  readonly text: string
  /** ms on the server's clock. */
  readonly at: number
  /** How often it has arrived. */
  arrived: number
  /** The way it went: nothing arrives any more on one that is dead. */
  readonly way: Way | undefined
}

interface Way {
  readonly cut: boolean
  readonly dead: boolean
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
  add(
    { name, place, ends: { kind, url } }: { readonly name: string; readonly place: number; readonly ends: Ends },
    direction: Direction,
    what: Entry['what'],
    text: string,
    way?: Way,
  ): Entry {
    const at = this.#clock.now()
    // One that is cut when it is sent is as good as dead for it.
    const dead = way?.cut ? { cut: true, dead: true } : way
    const entry: Entry = { who: name, place, kind, path: url, direction, what, text, at, arrived: 0, way: dead }
    this.#entries.push(entry)
    if (this.#entries.length >= 2 * MAX_ENTRIES) {
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

const MAX_ENTRIES = 2_000

/** Empty where all went well. */
function fateOf({ arrived, way }: Entry): string {
  if (arrived > 1) return 'twice'
  if (arrived === 1 || !way) return ''
  return way.dead ? 'lost' : 'under way'
}

/** Who a line is of: with the channel where one has several, and a number where one has several connections to it. */
function labels(entries: readonly Entry[]): (entry: Entry) => string {
  const channels = new Map<string, Set<string | undefined>>()
  for (const { who, path } of entries) channels.set(who, (channels.get(who) ?? new Set()).add(channelOf(path)))
  return ({ who, place, path }) => {
    const number = place > 1 ? `-${place}` : ''
    const channel = channelOf(path)
    return (channels.get(who)?.size ?? 0) > 1 && channel !== undefined
      ? `${who}${number} /${channel}`
      : `${who}${number}`
  }
}

function isWanted({ path, what, text }: Entry, { channel, heartbeat = false }: TranscriptOptions): boolean {
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
