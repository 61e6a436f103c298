// I10: nothing grows without a bound, and nothing is left over in the end.
import type { Stage } from '../stage'

export function checkBounds({ log, server, conditions }: Stage): void {
  const { retainedBytes } = server.core().stats()
  if (retainedBytes > conditions.maxTotalBytes || retainedBytes < 0)
    log.report('I10', `${retainedBytes} bytes are retained`)
  log.check()
}

/** Where no hook takes its time and nothing is arriving, the server has its one sweep, and a timer for each awaited emit. */
export function checkTimers({ log, server, conditions, isUp }: Stage): void {
  const isSlow = /slow|fickle|expiring/.test(conditions.authorize + conditions.onEmit)
  if (isSlow || !isUp) return
  const surplus = server.leaks().found.find((found) => found.includes('of the server'))
  if (surplus) log.report('I10', surplus)
}

export function checkLeaks({ log, server }: Stage): void {
  const { found } = server.leaks()
  if (found.length > 0) log.report('I10', found.join('; '))
  const stats = Object.entries(server.core().stats()).filter(([, count]) => count !== 0)
  if (stats.length > 0) log.report('I10', `in the end there are ${stats.map(([what, count]) => `${count} ${what}`)}`)
  if (server.clock.pending !== 0) log.report('I10', `${server.clock.pending} timers are left`)
}
