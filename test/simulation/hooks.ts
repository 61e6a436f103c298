// The program's own functions, as a plan's conditions want them: quick or slow, and some that refuse or throw now and then.
import type { ServerOptions } from '@websockets.do/server-core'
import type { Log } from './log'
import type { Conditions } from './plan'
import { keyOf } from './payload'

interface Surroundings {
  readonly log: Log
  /** Requests that were refused to listen. */
  readonly refused: WeakSet<object>
  /** Faults are over: everybody is let in. */
  isCalm(): boolean
  isUp(): boolean
  /** Resolves after so many ms of the server's clock. */
  wait(ms: number): Promise<void>
  unixNow(): number
}

type Hooks = Pick<ServerOptions, 'authorize' | 'onEmit'>

export function hooksOf({ authorize, onEmit }: Conditions, surroundings: Surroundings): Hooks {
  return {
    ...(authorize !== 'none' && { authorize: authorizeOf(authorize, surroundings) }),
    ...(onEmit !== 'none' && { onEmit: onEmitOf(onEmit, surroundings) }),
  }
}

function authorizeOf(
  how: Conditions['authorize'],
  { log, refused, isCalm, isUp, wait, unixNow }: Surroundings,
): NonNullable<Hooks['authorize']> {
  let asked = 0
  const verdict = (isListen: boolean): ReturnType<NonNullable<Hooks['authorize']>> => {
    const grant = { user: { name: 'Ada' } }
    // For a while each is told to come back soon with another token.
    if (how === 'expiring' && isListen && !isCalm())
      return { ...grant, expiresAt: unixNow() + (EXPIRIES[asked % EXPIRIES.length] as number) }
    if (how !== 'fickle' || isCalm() || !isUp()) return grant
    if (asked % 5 === 3) return { refuse: 'UNAUTHORIZED' }
    if (asked % 11 === 7) return false
    if (asked % 13 === 5) throw log.fault('authorize')
    return isListen && asked % 7 === 2 ? { ...grant, expiresAt: unixNow() + 3_000 } : grant
  }
  return ({ action, request }) => {
    asked++
    const isListen = action === 'listen'
    // Until it has said yes it has said no: it may throw, or be too late.
    if (isListen) refused.add(request)
    const given = verdict(isListen)
    const isGrant = typeof given === 'object' && 'user' in given
    if (
      how === 'instant' ||
      (how === 'expiring' && asked % 2 === 0) ||
      isCalm() ||
      (how === 'fickle' && asked % 2 === 0)
    ) {
      if (isGrant) refused.delete(request)
      return given
    }
    // Longer than the server waits.
    const isTooLong = how === 'fickle' && asked % 17 === 9
    return wait(isTooLong ? 11_000 : (DELAYS[asked % DELAYS.length] as number)).then(() => {
      if (isGrant && !isTooLong) refused.delete(request)
      return given
    })
  }
}

function onEmitOf(how: Conditions['onEmit'], { log, isCalm, isUp, wait }: Surroundings): NonNullable<Hooks['onEmit']> {
  let asked = 0
  return ({ payload }) => {
    asked++
    const key = keyOf(payload)
    if (how === 'fickle' && !isCalm() && isUp()) {
      if (asked % 5 === 3) return { refuse: 'not this one' }
      if (asked % 7 === 4) return false
      if (asked % 11 === 6) throw log.fault('onEmit')
      log.allowedKeys.add(key)
      if (asked % 3 === 1) return { payload: { k: key, changed: true } }
      return undefined
    }
    log.allowedKeys.add(key)
    return how === 'slow' && !isCalm() ? wait(DELAYS[asked % DELAYS.length] as number) : undefined
  }
}

const DELAYS = [1, 40, 200, 900]
const EXPIRIES = [1_500, 4_000, 12_000]
