// What a case is.
import type { CaseContext } from './context'

/** `seed`: what the open seed specification promises, which every server must keep. `full`: what this protocol adds. */
export type Level = 'seed' | 'full'

/**
 * What must be there for a case to say anything: a readable history, GET that may emit, a token that is asked for,
 * a fetch that lets its caller set `Origin`, a WebSocket that tells the status of a refusal as that of `ws` does.
 */
export type Need = 'history' | 'get' | 'token' | 'origin' | 'refusals'

/**
 * What a runtime may not be able to do, whatever its adapter does:
 *
 * - `slow-consumer`: to tell how much waits for a listener that does not read.
 * - `stream-cancel`: to notice that a caller has cancelled the body of an answer, without having given up the request.
 * - `stream-abort`: to notice that a caller has gone away in the middle of an answer, before more of it is sent.
 * - `request-stream`: to hand on a body before all of it has come.
 * - `early-answer`: to have an answer reach a caller that is still sending its body.
 * - `one-process`: to have all channels in one place, where what they retain together can be bounded.
 * - `drain`: to be told that it goes down, and to have time for that.
 */
export type Capability =
  | 'slow-consumer'
  | 'stream-cancel'
  | 'stream-abort'
  | 'request-stream'
  | 'early-answer'
  | 'one-process'
  | 'drain'

export interface ConformanceCase {
  /** Its id in docs/protocol.md. */
  readonly rule: string
  /** What a server does that keeps it. */
  readonly title: string
  readonly level: Level
  readonly needs?: Need
  /** What a runtime may lack. */
  readonly uses?: Capability
  /** It takes tens of seconds of the server's time; `heartbeat`: as long as the heartbeat that CONNECTED tells. */
  readonly slow?: true | 'heartbeat'
  /** Throws ConformanceError where the server fails, Skip where that can't be said. */
  run(context: CaseContext): Promise<void>
}

type Run = (context: CaseContext) => Promise<void>

/** What a case may say of itself beside its rule and title. */
export type CaseOptions = Pick<ConformanceCase, 'needs' | 'uses' | 'slow'>

/** A rule that the seed has as well. */
export function seed(rule: string, title: string, run: Run, options: CaseOptions = {}): ConformanceCase {
  return { rule, title, level: 'seed', ...options, run }
}

/** A rule that goes beyond the seed. */
export function full(rule: string, title: string, run: Run, options: CaseOptions = {}): ConformanceCase {
  return { rule, title, level: 'full', ...options, run }
}
