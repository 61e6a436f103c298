// What became of the last event: who acknowledged, as they do, who has not, who left, and how it ended.
import type { Person } from './person'
import { RecipientChip } from './recipient-chip'
import { summaryOf } from './summary'
import { tallyOf } from './tally'
import type { FollowedEmission } from './use-emission'
import type { FindPerson } from './use-people'

export interface EmissionOutcomeProps {
  readonly emission: FollowedEmission
  readonly people: readonly Person[]
  readonly find: FindPerson
}

export function EmissionOutcome({ emission, people, find }: EmissionOutcomeProps) {
  const recipients = tallyOf(emission, (clientID) => people.some((person) => person.clientID === clientID))
  const { tone, headline, detail } = summaryOf(emission)
  return (
    <div className="outcome" data-tone={tone}>
      <p className="headline" role="status">
        {headline}
      </p>
      <p className="detail">{detail}</p>
      {recipients.length > 0 && (
        <ul className="chips" aria-label="Recipients" tabIndex={0}>
          {recipients.map((recipient) => (
            <RecipientChip key={recipient.clientID} recipient={recipient} person={find(recipient.clientID)} />
          ))}
        </ul>
      )}
    </div>
  )
}
