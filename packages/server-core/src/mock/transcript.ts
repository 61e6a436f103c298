// Everything that went over a mock server's network, in order: to be read by people, and to stand in snapshots.
import type { Direction, Ends, Parcel } from '../adapters/memory/wire'
import type { Clock } from '../core/ports'
import { drawDiagram } from './diagram'
import { createNames } from './names'

export interface Entry {
  /** Who is at the client's end. */
  readonly who: string
  readonly kind: Ends['kind']
  /** Its path and query. */
  readonly path: string
  readonly direction: Direction
  readonly what: Parcel | 'severed'
  /** A frame's text, a close's code and reason, an answer's status. */
  readonly text: string
  /** It was sent, and will never arrive. */
  readonly lost: boolean
  /** ms on the server's clock. */
  readonly at: number
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

  add(
    link: { name: string; ends: Ends },
    direction: Direction,
    what: Entry['what'],
    text: string,
    lost: boolean,
  ): void {
    const { kind, url } = link.ends
    this.#entries.push({ who: link.name, kind, path: url, direction, what, text, lost, at: this.#clock.now() })
    if (this.#entries.length < 2 * MAX_ENTRIES) return
    this.#entries = this.#entries.slice(MAX_ENTRIES)
    this.#forgotten += MAX_ENTRIES
  }

  /** One line a frame, in the order of sending; ids are numbered, latencies and times left out. */
  text(options: TranscriptOptions = {}): string {
    const { describe } = createNames()
    const described = this.#entries.map((entry) => ({ entry, text: describe(entry) }))
    const wanted = described.filter(({ entry }) => isWanted(entry, options)).slice(-(options.last ?? Infinity))
    const width = Math.max(0, ...wanted.map(({ entry }) => entry.who.length))
    const lines = wanted.map(({ entry: { who, direction, lost }, text }) => {
      const arrow = direction === 'up' ? '->' : '<-'
      return `${who.padEnd(width)} ${arrow} ${text}${lost ? ' (lost)' : ''}`
    })
    return [...(this.#forgotten > 0 ? [`(${this.#forgotten} earlier frames are forgotten)`] : []), ...lines].join('\n')
  }

  /** The last frames as a sequence diagram: time runs downwards, the server is on the right. */
  diagram({ last = 30, ...options }: TranscriptOptions = {}): string {
    const { describe } = createNames()
    const described = this.#entries.map((entry) => ({ ...entry, text: describe(entry) }))
    return drawDiagram(described.filter((entry) => isWanted(entry, options)).slice(-last))
  }
}

const MAX_ENTRIES = 10_000

function isWanted({ path, what, text }: Entry, { channel, heartbeat = false }: TranscriptOptions): boolean {
  if (channel !== undefined && channelOf(path) !== channel) return false
  return heartbeat || what !== 'message' || !/^\{"type":"(PING|PONG)"/i.test(text)
}

function channelOf(url: string): string | undefined {
  const segment = new URL(url).pathname.split('/').at(-2)
  return segment === undefined ? undefined : decodeURIComponent(segment)
}
