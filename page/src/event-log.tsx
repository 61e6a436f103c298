// What is heard in the channel, newest first, in a place of its own that scrolls: nothing around it moves.
import { EventRow } from './event-row'
import { type EventLogState, maxLogged } from './use-event-log'
import type { FindPerson } from './use-people'

export interface EventLogProps {
  readonly log: EventLogState
  readonly find: FindPerson
  readonly ownID: string | undefined
}

export function EventLog({ log, find, ownID }: EventLogProps) {
  const { entries, isAutomatic, setAutomatic, acknowledge, clear } = log
  return (
    <section className="card events" aria-labelledby="events-title">
      <header className="card-head">
        <h2 id="events-title">Events</h2>
        <button type="button" className="plain" aria-disabled={entries.length === 0} onClick={clear}>
          Clear
        </button>
        <label className="switch">
          <input
            type="checkbox"
            role="switch"
            checked={isAutomatic}
            onChange={(event) => setAutomatic(event.target.checked)}
          />
          <span className="track" aria-hidden="true" />
          Acknowledge automatically
        </label>
      </header>
      <div className="event-scroll" role="group" aria-label="List of events" tabIndex={0}>
        {entries.length === 0 ? (
          <p className="empty">Nothing yet. What is emitted to you from now on appears here.</p>
        ) : (
          <ol className="event-rows">
            {entries.map((logged) =>
              logged.event ? (
                <EventRow
                  key={logged.number}
                  logged={logged}
                  sender={logged.event.from === undefined ? undefined : find(logged.event.from)}
                  isOwn={logged.event.from !== undefined && logged.event.from === ownID}
                  onAcknowledge={acknowledge}
                />
              ) : (
                <li key={logged.number} className="gap">
                  Events may be missing here: this tab was not connected, and the server no longer has them.
                </li>
              ),
            )}
          </ol>
        )}
        {entries.length === maxLogged && <p className="empty">Only the last {maxLogged} events are kept.</p>}
      </div>
    </section>
  )
}
