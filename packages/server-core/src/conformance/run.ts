// Runs cases against one server, several at a time, and says of each what became of it.
import type { ConformanceCase, Level } from './case'
import { conformanceCases } from './cases/index'
import { CaseContext, type ConformanceContext } from './context'
import { ConformanceError, Skip } from './errors'
import { Pace } from './pace'

export interface RunOptions {
  /** `seed` leaves out what goes beyond the seed specification. Default `full`. */
  readonly level?: Level
  /** Runs the slow cases over a real network too. */
  readonly slow?: boolean
  /** Rules to run, such as `ACK-3`; all when left out. */
  readonly only?: readonly string[]
  /** How many cases run at a time. Default 6; always 1 where `pass` moves the clock. */
  readonly concurrency?: number
  /** Told of each case as it ends. */
  readonly onResult?: (result: Result) => void
}

export interface Result {
  readonly rule: string
  readonly title: string
  readonly level: Level
  readonly outcome: 'pass' | 'fail' | 'skip'
  /** Why it failed or was skipped. */
  readonly detail?: string
  /** What the case's clients had been sent when it failed. */
  readonly frames?: readonly string[]
  readonly ms: number
}

export interface Report {
  readonly url: string
  readonly level: Level
  /** In the order of the protocol's rules. */
  readonly results: readonly Result[]
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly ms: number
}

/** Runs the suite. Rejects only where a rule in `only` has no case. */
export async function runConformance(context: ConformanceContext, options: RunOptions = {}): Promise<Report> {
  const { level = 'full', slow = false, only, concurrency = 6, onResult } = options
  const cases = selectCases(level, only)
  const start = performance.now()
  const pace = paceOf(context)
  const results = new Map<ConformanceCase, Result>()
  await runAll(cases, context.pass ? 1 : concurrency, async (one) => {
    const result = await runCase(one, context, { slow, pace })
    results.set(one, result)
    onResult?.(result)
  })
  return reportOf({ url: context.url, level, results: cases.flatMap((one) => results.get(one) ?? []), start })
}

/** Runs them in their order, so many at a time. */
export async function runAll<T>(all: readonly T[], concurrency: number, run: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all]
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await run(next)
  }
  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, work))
}

/** `start` is by `performance.now()`. */
export function reportOf({ start, ...told }: Pick<Report, 'url' | 'level' | 'results'> & { start: number }): Report {
  const count = (outcome: Result['outcome']) => told.results.filter((result) => result.outcome === outcome).length
  return {
    ...told,
    passed: count('pass'),
    failed: count('fail'),
    skipped: count('skip'),
    ms: Math.round(performance.now() - start),
  }
}

/** The cases of a level and of certain rules. Throws where a rule has none. */
export function selectCases(level: Level, only?: readonly string[]): ConformanceCase[] {
  const cases = conformanceCases.filter((one) => level === 'full' || one.level === 'seed')
  const stranger = only?.find((rule) => !cases.some((one) => one.rule === rule))
  if (stranger !== undefined) {
    throw new RangeError(`expected rules that have a case at level ${level}, such as ACK-3, got "${stranger}"`)
  }
  return cases.filter((one) => only?.includes(one.rule) ?? true)
}

export function paceOf({ url, pass }: ConformanceContext): Pace {
  return new Pace(url, pass !== undefined)
}

/** Runs one case. Never rejects. */
export async function runCase(
  one: ConformanceCase,
  target: ConformanceContext,
  { slow, pace }: { readonly slow: boolean; readonly pace: Pace },
): Promise<Result> {
  const { rule, title, level } = one
  const start = performance.now()
  const context = new CaseContext(target, pace)
  const result = (outcome: Result['outcome'], more: Pick<Result, 'detail' | 'frames'> = {}): Result => {
    return { rule, title, level, outcome, ...more, ms: Math.round(performance.now() - start) }
  }
  try {
    if (one.slow && !slow && !target.pass) return result('skip', { detail: 'slow: pass --slow' })
    const lack = one.needs && (await context.lacks(one.needs))
    if (lack !== undefined) return result('skip', { detail: lack })
    await one.run(context)
    return result('pass')
  } catch (error) {
    if (error instanceof Skip) return result('skip', { detail: error.message })
    return result('fail', { detail: inWords(error), frames: framesOf(context) })
  } finally {
    await context.close()
  }
}

// Whatever else was thrown came out of fetch or a WebSocket: the network, most often.
function inWords(error: unknown): string {
  if (error instanceof ConformanceError) return error.message
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return `${error.message}${cause instanceof Error ? `: ${cause.message}` : ''}`
}

function framesOf({ members }: CaseContext): string[] {
  return members.flatMap(({ frames, ending }, at) => {
    const name = `client ${at + 1}`
    const more = frames.length - MAX_FRAMES
    const texts = frames.slice(-MAX_FRAMES).map(({ type, text }) => `${name} < ${clipped(text || type)}`)
    return [
      ...(more > 0 ? [`${name} < … ${more} earlier frames`] : []),
      ...texts,
      ...(frames.length === 0 ? [`${name} was sent nothing`] : []),
      ...(ending ? [`${name} was closed with ${ending.code} ${ending.reason}`.trimEnd()] : []),
    ]
  })
}

function clipped(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
}

const MAX_FRAMES = 8
const MAX_TEXT = 200
