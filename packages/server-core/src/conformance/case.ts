// What a case is.
import type { CaseContext } from './context'

/** `seed`: what the open seed specification promises, which every server must keep. `full`: what this protocol adds. */
export type Level = 'seed' | 'full'

/**
 * What must be there for a case to say anything: a readable history, GET that may emit, a token that is asked for,
 * a fetch that lets its caller set `Origin`.
 */
export type Need = 'history' | 'get' | 'token' | 'origin'

export interface ConformanceCase {
  /** Its id in docs/protocol.md. */
  readonly rule: string
  /** What a server does that keeps it. */
  readonly title: string
  readonly level: Level
  readonly needs?: Need
  /** It takes tens of seconds of the server's time. */
  readonly slow?: true
  /** Throws ConformanceError where the server fails, Skip where that can't be said. */
  run(context: CaseContext): Promise<void>
}

type Run = (context: CaseContext) => Promise<void>

/** What a case may say of itself beside its rule and title. */
export type CaseOptions = Pick<ConformanceCase, 'needs' | 'slow'>

/** A rule that the seed has as well. */
export function seed(rule: string, title: string, run: Run, options: CaseOptions = {}): ConformanceCase {
  return { rule, title, level: 'seed', ...options, run }
}

/** A rule that goes beyond the seed. */
export function full(rule: string, title: string, run: Run, options: CaseOptions = {}): ConformanceCase {
  return { rule, title, level: 'full', ...options, run }
}
