// The channel's latest events, newest first, and whether this tab acknowledges them by itself.
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

export interface EventLogState {
  readonly events: readonly LoggedEvent[]
  readonly isAutomatic: boolean
  readonly setAutomatic: (isAutomatic: boolean) => void
  readonly acknowledge: (logged: LoggedEvent) => void
  readonly clear: () => void
}

export const maxLogged = 200

export function useEventLog(channel: string): EventLogState {
  const [events, setEvents] = useState<readonly LoggedEvent[]>([])
  const [isAutomatic, setAutomatic] = useState(true)
  const count = useRef(0)

  useEvent(channel, (event) => {
    const logged = {
      number: ++count.current,
      event,
      receivedAt: new Date(),
      isAcknowledged: isAutomatic && event.requiresAck,
    }
    if (logged.isAcknowledged) event.ack()
    setEvents((earlier) => [logged, ...earlier.slice(0, maxLogged - 1)])
  })

  const acknowledge = useCallback(({ number, event }: LoggedEvent) => {
    event.ack()
    setEvents((logged) => logged.map((entry) => (entry.number === number ? { ...entry, isAcknowledged: true } : entry)))
  }, [])

  return { events, isAutomatic, setAutomatic, acknowledge, clear: () => setEvents([]) }
}
