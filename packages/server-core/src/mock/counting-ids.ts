// Ids that tell in which order they were given: for tests, where nobody guesses them.
import type { Ids } from '../core/ports'

export function countingIds(): Ids {
  let count = 0
  let sessions = 0
  const next = (): string => String(++count).padStart(16, '0')
  return {
    client: () => `client_${next()}`,
    event: () => `evt_${next()}`,
    epoch: () => `epoch_${next()}`,
    // A count of their own: the ids of everybody else do not change with who asks for one.
    session: () => `session_${String(++sessions).padStart(16, '0')}`,
  }
}
