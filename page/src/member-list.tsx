// Who is here; ticking somebody picks them as a recipient.
import type { Person } from './person'
import type { Audience } from './use-audience'
import { MemberRow } from './member-row'

export interface MemberListProps {
  readonly people: readonly Person[]
  readonly ownID: string | undefined
  /** False while there is no connection: this is how it was. */
  readonly isCurrent: boolean
  readonly audience: Audience
}

export function MemberList({ people, ownID, isCurrent, audience }: MemberListProps) {
  const { picked, toggle } = audience
  return (
    <section className="card members" aria-labelledby="members-title" data-current={isCurrent}>
      <header className="card-head">
        <h2 id="members-title">Here now</h2>
        <span className="count" role="status" aria-label={`${people.length} members`}>
          {people.length}
        </span>
      </header>
      {people.length === 0 ? (
        <p className="empty">Nobody is listed while there is no connection.</p>
      ) : (
        <ul className="member-rows" tabIndex={0} aria-labelledby="members-title">
          {people.map((person) => (
            <MemberRow
              key={person.clientID}
              person={person}
              isSelf={person.clientID === ownID}
              isPicked={picked.includes(person.clientID)}
              onToggle={toggle}
            />
          ))}
        </ul>
      )}
      {people.length > 0 && <p className="hint">{hintFor(people.length, isCurrent)}</p>}
    </section>
  )
}

function hintFor(count: number, isCurrent: boolean): string {
  if (!isCurrent) return 'As it was when the connection was lost.'
  return count === 1 ? 'Open this page in a second tab to meet yourself.' : 'Tick members to emit to them alone.'
}
