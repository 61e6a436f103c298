// I15: every error that the program's own functions threw is reported once, and nothing else is.
import type { Stage } from '../stage'

export function checkErrors({ log, server }: Stage): void {
  const reported = new Map<unknown, number>()
  for (const { error } of server.errors) reported.set(error, (reported.get(error) ?? 0) + 1)
  for (const [error, times] of reported) {
    if (!log.thrown.includes(error as Error)) log.report('I15', `nobody threw ${stackOf(error)}`)
    if (times > 1) log.report('I15', `reported ${times} times: ${String(error)}`)
  }
  for (const error of log.thrown)
    if (!reported.has(error) && !log.handed.has(error)) log.report('I15', `reported to nobody: ${error.message}`)
  // Judged: a test that lives through this need not answer for them.
  server.errors.splice(0)
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
