import { useEffect, useRef } from 'react'
import type { Name } from './entry'
import { useClient } from './provider'
import { useConnection } from './use-connection'
import { useLatest } from './use-latest'

/** `lost`: there has been none for a while. `restored`: there is one again. `failed`: there will be none, for a reason that `useConnection` tells. */
export type LostConnection = 'lost' | 'restored' | 'failed'

export interface UseLostConnectionOptions {
  /** How long it may be gone before that is worth telling, in ms. Default 5,000. */
  readonly afterMs?: number | undefined
}

/** Calls the latest handler when a channel's connection is lost for longer than a hiccup, and what becomes of it; without a name, that of any channel in use. */
export function useLostConnection(
  name: Name | undefined,
  handler: (event: LostConnection) => unknown,
  { afterMs = 5_000 }: UseLostConnectionOptions = {},
): void {
  const { clock } = useClient()
  const status = useConnection(name as Name)
  const handlerRef = useLatest(handler)
  /** The last event, and what it was about. */
  const toldRef = useRef('')
  // Each attempt is reconnecting and connecting by turns: to a person that is one outage.
  const phase = status.state === 'reconnecting' ? 'connecting' : status.state
  const isOver = status.state === 'closed' && status.reason.code !== 'CLOSED'
  useEffect(() => {
    const tell = (event: LostConnection): void => {
      const before = toldRef.current
      toldRef.current = `${event} ${name}`
      if (toldRef.current !== before) handlerRef.current(event)
    }
    if (phase === 'connecting') return clock.after(afterMs, () => tell('lost'))
    if (isOver) tell('failed')
    else if (phase === 'open' && toldRef.current === `lost ${name}`) tell('restored')
    else toldRef.current = ''
    return undefined
  }, [clock, phase, isOver, afterMs, name, handlerRef])
}
