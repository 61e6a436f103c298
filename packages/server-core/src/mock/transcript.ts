// Everything that went over a mock server's network, in order: to be read by people, and to stand in snapshots.
import { drawDiagram } from './diagram'
import type { Entry } from './entry'
import { createNames } from './names'

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
  #entries: Entry[] = []
  #forgotten = 0

  add(entry: Entry): void {
    if (this.#entries.push(entry) < 2 * MAX_ENTRIES) return
    this.#entries = this.#entries.slice(MAX_ENTRIES)
    this.#forgotten += MAX_ENTRIES
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
      const { fate } = entry
      return { entry, who: label(entry), text: fate ? `${text} (${fate})` : text, lost: fate === 'lost' }
    })
    const left = this.#forgotten + wanted.length - shown.length
    const shownPeople = new Set(lines.map(({ who }) => who))
    const people = [...new Set(wanted.map(({ entry }) => label(entry)))].filter((who) => shownPeople.has(who))
    return { lines, people, left: left > 0 ? [`(${left} earlier ${left === 1 ? 'frame' : 'frames'} left out)`] : [] }
  }
}

/** Who a line is of: with the channel where one has several, and a number where one has several connections to it. */
function labels(entries: readonly Entry[]): (entry: Entry) => string {
  const channels = new Map<string, Set<string | undefined>>()
  for (const { party } of entries) {
    channels.set(party.who, (channels.get(party.who) ?? new Set()).add(channelOf(party.path)))
  }
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

/** As many to twice as many are kept. */
const MAX_ENTRIES = 1_000
