// All that a simulation knows of what happened, in one order; and what it found to be wrong so far.
import type { EmitResult } from '@websockets.do/client'
import type { Saved, SavedEvent } from '../../packages/server-core/src/core/saved'
import { type Frame, placeOf, type Reader } from './reader'
import type { Emit, Whom } from './steps'
import { Violation } from './violation'

export type Report = (invariant: string, message: string) => void

/** A connection as the server's door sees it. */
export interface Listener {
  readonly channel: string
  /** The name that it came with, where it said so. */
  readonly by: string | undefined
  /** Which of the server's processes it belongs to. */
  readonly life: number
  /** What the server sent to it, and when. */
  readonly out: Reader
  readonly outText: string[]
  readonly sentAt: Map<string, number>
  /** The client's end of it, where one that is recorded opened it. */
  readonly via: number | undefined
  /** By server-sent events: what it says comes by requests. */
  readonly isStream: boolean
  /** What it asked for: the session, its attempt, and the position to go on from. */
  readonly session: string | undefined
  readonly attempt: number | undefined
  readonly since: string | undefined
  readonly rewind: number
  /** What came from it. */
  readonly came: { readonly order: number; readonly frame: any }[]
  readonly cameText: string[]
  /** `authorize` said no. */
  readonly refused: boolean
  /** When the answers to its emits were sent, by event id. */
  readonly answeredAt: Map<string, number>
  /** The newest event that could be replayed to it: what has a higher seq it was sent when it was published. */
  head: number
  /** When it was welcomed, and when either side was done with it. */
  openedAt: number
  endedAt: number
  /** The same, in ms of the server's clock. */
  endedMs: number
  endCode: number | undefined
}

/** Somebody in a channel, who may have had several connections. */
export interface Member {
  readonly clientID: string
  readonly channel: string
  readonly life: number
  /** The token by which it may come back. */
  readonly session: string | undefined
  /** Oldest first. */
  readonly listeners: Listener[]
  leftAt: number
}

/** A connection as the machine that opened it sees it. */
export interface Opened {
  /** Its place in the log, by which the server's end is known. */
  readonly number: number
  readonly owner: string
  readonly channel: string
  readonly device: number
  readonly socket: { readonly readyState: number }
  /** By server-sent events, where no WebSocket could be opened. */
  readonly isFallback: boolean
  /** What it asked for. */
  readonly asked: URLSearchParams
  /** ms of the server's clock. */
  readonly since: number
  readonly inText: string[]
  readonly in: Reader
  /** When CONNECTED came, in the log's order. */
  welcomedAt: number
  /** When each DATA came first, by its place. */
  readonly arrivedAt: Map<string, number>
  /** How often each DATA that wants an ACK came, by event id: a network may repeat it. */
  readonly asks: Map<string, number>
  readonly sent: any[]
  readonly sentText: string[]
  readonly sentAt: number[]
}

/** Something that somebody asked to be published. */
export interface Published {
  /** What its payload carries. */
  readonly key: string
  readonly channel: string
  readonly via: 'client' | 'raw' | 'http' | 'program'
  readonly whom: Whom
  readonly ids: readonly string[] | undefined
  readonly requireAck: boolean
  readonly echo: boolean
  readonly answers: { readonly order: number; readonly result: EmitResult }[]
  /** How it failed, where it did. */
  readonly refusals: unknown[]
  /** When it was asked for, in ms of the server's clock. */
  readonly at: number
  /** The same, in the log's order. */
  readonly order: number
  /** How often it was asked for; more than once where a request was repeated. */
  attempts: number
  /** It was asked for again when the first may have been forgotten. */
  mayRecur: boolean
  /** When whoever asked was told that it had failed, in the log's order. */
  refusedAt: number
  /** Whoever waits for the answer has it, or has gone. */
  isSettled(): boolean
}

export class Log {
  readonly listeners: Listener[] = []
  readonly sockets: Opened[] = []
  readonly published = new Map<string, Published>()
  /** Event ids that were used again when the first may have been forgotten: they may be published again [EM-8]. */
  readonly recurring = new Set<string>()
  /** Every DATA that the server has sent to members: by epoch, then by its place. */
  readonly seen = new Map<string, Map<string, Frame>>()
  /** What `onEmit` let pass, at least once: where it is asked, nothing else may reach anybody. */
  readonly allowedKeys = new Set<string>()
  /** Errors that the plan's own functions have thrown. */
  readonly thrown: Error[] = []
  /** By client id. */
  readonly members = new Map<string, Member>()
  /** Everything that was retained at the end of some step: by epoch, then by its place. */
  readonly retained = new Map<string, Map<string, SavedEvent>>()
  /** Whom the program has sent away for good. */
  readonly dismissed = new Set<string>()
  /** Sessions whose client has said over HTTP that it goes. */
  readonly hungUp = new Set<string>()
  readonly violations: Violation[] = []
  /** Of `thrown`, those that a caller was given as a rejection. */
  readonly handed = new Set<unknown>()
  /** ms of the server's clock. */
  readonly now: () => number
  #order = 0

  constructor(now: () => number) {
    this.now = now
  }

  readonly report: Report = (invariant, message) => void this.violations.push(new Violation(invariant, message))

  tick(): number {
    return ++this.#order
  }

  see(epoch: string, data: Frame): void {
    const places = this.seen.get(epoch) ?? new Map<string, Frame>()
    this.seen.set(epoch, places.set(placeOf(data), data))
  }

  /** What is retained now: also what nobody is connected to hear. */
  remember({ channels }: Saved): void {
    for (const { epoch, events } of channels) {
      const known = this.retained.get(epoch) ?? new Map<string, SavedEvent>()
      for (const event of events) known.set(placeOf(event), event)
      this.retained.set(epoch, known)
    }
  }

  /** An error for the program's own function to throw; it is expected to be reported once. */
  fault(text: string): Error {
    const error = new Error(`${text} (${this.thrown.length + 1})`)
    this.thrown.push(error)
    return error
  }

  publish(
    key: string,
    channel: string,
    via: Published['via'],
    { whom, requireAck, echo }: Emit,
    ids: readonly string[] | undefined,
  ): Published {
    const more = {
      answers: [],
      refusals: [],
      at: this.now(),
      order: this.tick(),
      attempts: 1,
      mayRecur: false,
      refusedAt: Infinity,
      isSettled: () => false,
    }
    const published: Published = { key, channel, via, whom, ids, requireAck, echo, ...more }
    this.published.set(key, published)
    return published
  }

  answer(published: Published, result: EmitResult): void {
    published.answers.push({ order: this.tick(), result })
  }

  refuse(published: Published, error: unknown): void {
    this.handed.add(error)
    published.refusals.push(error)
    published.refusedAt = Math.min(published.refusedAt, this.tick())
  }

  /** Throws the first of what was found to be wrong. */
  check(): void {
    const [first] = this.violations
    if (first) throw first
  }
}
