// Lives a plan to its end: the steps, then peace, then the end; and tells what it found.
import { act } from './act'
import { healAll } from './break'
import { checkEnd, checkQuiet, checkReopened, checkSettled, checkStep } from './invariants'
import { unobserve } from './observe'
import type { Conditions, Plan } from './plan'
import { Stage } from './stage'
import { tell } from './tell'
import { Violation } from './violation'
import { named, timeOf } from './words'

export interface Outcome {
  /** The first thing that was wrong. */
  readonly violation: Violation | undefined
  /** The steps in words, as far as it came. */
  readonly told: readonly string[]
  transcript(): string
  /** The last so many frames. */
  diagram(last: number): string
}

export async function run(plan: Plan): Promise<Outcome> {
  const stage = new Stage(plan)
  const rejected = (error: unknown): void => stage.log.report('I15', `nobody caught ${describe(error)}`)
  process.on('unhandledRejection', rejected)
  process.on('uncaughtException', rejected)
  try {
    await live(stage)
    return outcome(stage, undefined)
  } catch (error) {
    return outcome(stage, error instanceof Violation ? error : new Violation('I15', describe(error)))
  } finally {
    process.off('unhandledRejection', rejected)
    process.off('uncaughtException', rejected)
  }
}

async function live(stage: Stage): Promise<void> {
  const { server, plan, log } = stage
  for (const step of plan.steps) {
    stage.told.push(`${timeOf(stage.now).padEnd(8)}  ${tell(stage, step)}`)
    await act(stage, step)
    if (step.settle) await server.advance(0)
    stage.read()
    log.remember(server.core().save())
    checkStep(stage)
    if (step.settle) checkSettled(stage)
  }
  stage.isCalm = true
  stage.start(true)
  await server.advance(0)
  healAll(stage)
  await server.advance(reopenMs(plan.conditions))
  checkReopened(stage)
  stage.patience.abort()
  await server.advance(quietMs(plan.conditions))
  stage.read()
  checkQuiet(stage)
  for (const { client } of stage.clients) client.close()
  for (const seat of stage.seats) seat.isClosed = true
  for (const { member } of stage.raws) member.close()
  for (const observer of stage.observers) unobserve(observer)
  await server.advance(plan.conditions.maxAgeMs + plan.conditions.graceMs + CLOSE_TIMEOUT_MS + AFTERWARDS_MS)
  log.check()
  checkEnd(stage)
}

/** A client finds its link dead, or its attempt in vain; then it waits once more, and has its handshake. */
function reopenMs({ intervalMs, timeoutMs, connectTimeoutMs, backoff }: Conditions): number {
  const notices = Math.max(intervalMs + timeoutMs, connectTimeoutMs)
  return (notices + backoff.maxMs + RETRY_AFTER_MS) / SLOWEST_CLOCK + AFTERWARDS_MS
}

/** A ghost is found out, and its grace is over; then whoever was waiting for its place tries once more, and has its handshake. */
function quietMs({ intervalMs, timeoutMs, graceMs, connectTimeoutMs, backoff }: Conditions): number {
  const retries = (connectTimeoutMs + backoff.maxMs + RETRY_AFTER_MS) / SLOWEST_CLOCK
  return intervalMs + timeoutMs + graceMs + retries + AFTERWARDS_MS
}

const SLOWEST_CLOCK = 0.9

const RETRY_AFTER_MS = 5_000
/** How long an end that closes waits for the other, in the mock as in `ws`. */
const CLOSE_TIMEOUT_MS = 30_000
const AFTERWARDS_MS = 3_000

function outcome({ server, log, told }: Stage, violation: Violation | undefined): Outcome {
  return {
    violation: violation && new Violation(violation.invariant, named(log, violation.what)),
    told,
    transcript: () => server.transcript({ heartbeat: true }),
    diagram: (last) => server.diagram({ last }),
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
