// A journal whose faults go to `onError`: what could not be kept must not stop what is going on.
import type { Journal } from './core/ports'

export function guardedJournal(journal: Journal, onError: (error: unknown, context: string) => void): Journal {
  const keep = (write: () => void) => {
    try {
      write()
    } catch (error) {
      onError(error, 'the journal')
    }
  }
  return {
    opened: (channel, epoch) => keep(() => journal.opened(channel, epoch)),
    event: (channel, event) => keep(() => journal.event(channel, event)),
    dropped: (channel, seq) => keep(() => journal.dropped(channel, seq)),
    member: (channel, member) => keep(() => journal.member(channel, member)),
    left: (channel, clientID) => keep(() => journal.left(channel, clientID)),
    freed: (channel) => keep(() => journal.freed(channel)),
  }
}
