// All that a simulation knows of what happened, in one order; and what it found to be wrong so far.
import type { EmitResult } from '@websockets.do/client'
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
  endCode: number | undefined
}

/** A WebSocket as the machine that opened it sees it. */
export interface Opened {
  readonly owner: string
  readonly channel: string
  readonly device: number
  readonly socket: WebSocket
  /** ms of the server's clock. */
  readonly since: number
  readonly inText: string[]
  readonly in: Reader
  readonly sent: any[]
  readonly sentText: string[]
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
  readonly left = new Set<string>()
  readonly violations: Violation[] = []
  /** Of `thrown`, those that a caller was given as a rejection. */
  readonly handed = new Set<unknown>()
  readonly #now: () => number
  #order = 0

  /** `now` is the server's clock. */
  constructor(now: () => number) {
    this.#now = now
  }

  readonly report: Report = (invariant, message) => void this.violations.push(new Violation(invariant, message))

  tick(): number {
    return ++this.#order
  }

  see(epoch: string, data: Frame): void {
    const places = this.seen.get(epoch) ?? new Map<string, Frame>()
    this.seen.set(epoch, places.set(placeOf(data), data))
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
      at: this.#now(),
      order: this.tick(),
      attempts: 1,
      mayRecur: false,
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
  }

  /** Throws the first of what was found to be wrong. */
  check(): void {
    const [first] = this.violations
    if (first) throw first
  }
}
