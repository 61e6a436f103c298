// The channel's latest events, newest first, where some may be missing, and whether this tab acknowledges them by itself.
import type { ChannelEvent } from '@websockets.do/client'
import { useEvent } from '@websockets.do/react'
import { useCallback, useRef, useState } from 'react'

export interface LoggedEvent {
  /** Rises with each one. */
  readonly number: number
  readonly event: ChannelEvent
  readonly receivedAt: Date
  readonly isAcknowledged: boolean
}

/** After a time without a connection: what came in between is not known. */
export interface LoggedGap {
  readonly number: number
  readonly event: undefined
}

export interface EventLogState {
  readonly entries: readonly (LoggedEvent | LoggedGap)[]
  readonly isAutomatic: boolean
  readonly setAutomatic: (isAutomatic: boolean) => void
  readonly acknowledge: (logged: LoggedEvent) => void
  readonly clear: () => void
}

export const maxLogged = 200

export function useEventLog(channel: string): EventLogState {
  const [entries, setEntries] = useState<EventLogState['entries']>([])
  const [isAutomatic, setAutomatic] = useState(true)
  const count = useRef(0)

  const add = (entry: LoggedEvent | LoggedGap): void =>
    setEntries((earlier) => [entry, ...earlier.slice(0, maxLogged - 1)])

  useEvent(channel, 'gap', () => add({ number: ++count.current, event: undefined }))
  useEvent(channel, (event) => {
    const logged = {
      number: ++count.current,
      event,
      receivedAt: new Date(),
      isAcknowledged: isAutomatic && event.requiresAck,
    }
    if (logged.isAcknowledged) event.ack()
    add(logged)
  })

  const acknowledge = useCallback(({ number, event }: LoggedEvent) => {
    event.ack()
    setEntries((earlier) =>
      earlier.map((entry) => (entry.event && entry.number === number ? { ...entry, isAcknowledged: true } : entry)),
    )
  }, [])

  return { entries, isAutomatic, setAutomatic, acknowledge, clear: () => setEntries([]) }
}
