// One event: from whom, its place in the stream, when, its payload, and whether it wants to be acknowledged.
import { memo } from 'react'
import { Avatar } from './avatar'
import { Payload } from './payload'
import type { Person } from './person'
import type { LoggedEvent } from './use-event-log'

export interface EventRowProps {
  readonly logged: LoggedEvent
  /** Undefined where no member emitted it. */
  readonly sender: Person | undefined
  readonly isOwn: boolean
  readonly onAcknowledge: (logged: LoggedEvent) => void
}

export const EventRow = memo(function EventRow({ logged, sender, isOwn, onAcknowledge }: EventRowProps) {
  const { event, receivedAt, isAcknowledged } = logged
  return (
    <li className="event" data-event-id={event.eventID}>
      <header className="event-head">
        {sender ? (
          <>
            <Avatar name={sender.name} color={sender.color} />
            <bdi className="name" title={sender.name}>
              {sender.name}
            </bdi>
            {isOwn && <span className="you">you</span>}
          </>
        ) : (
          <span
            className="no-sender"
            title="No member emitted it: it came over HTTP, or from the server’s own program."
          >
            Over HTTP
          </span>
        )}
        <span className="event-facts quiet">
          {event.seq !== undefined && <span title="Its place in the channel’s stream">#{event.seq}</span>}
          <time dateTime={receivedAt.toISOString()}>{clockTime.format(receivedAt)}</time>
        </span>
      </header>
      <Payload value={event.payload} />
      {event.requiresAck && (
        <footer className="event-foot">
          {isAcknowledged ? (
            <span className="acknowledged">✓ Acknowledged</span>
          ) : (
            <>
              <span className="wants-ack">Wants acknowledgement</span>
              <button type="button" onClick={() => onAcknowledge(logged)}>
                Acknowledge
              </button>
            </>
          )}
        </footer>
      )}
    </li>
  )
})

const clockTime = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
