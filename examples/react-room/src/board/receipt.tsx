// Who has seen one's last reaction, as they acknowledge it.
import './receipt.css'
import type { EmitState } from '@websockets.do/react'
import { Avatar } from '../people/avatar'
import type { Guest } from '../people/guests'

export interface ReceiptProps {
  /** Who was here when it was sent, apart from oneself. */
  readonly audience: readonly Guest[]
  readonly sent: EmitState
}

export function Receipt({ audience, sent }: ReceiptProps) {
  const acked = new Set(sent.acks.map(({ clientID }) => clientID))
  // One of somebody's tabs is enough.
  const seenBy = audience.filter(({ clientIDs }) => clientIDs.some((clientID) => acked.has(clientID)))
  return (
    <div className="receipt">
      <ul aria-hidden="true">
        {audience.slice(0, SHOWN).map((guest) => (
          <li key={guest.person} data-seen={seenBy.includes(guest)}>
            <Avatar name={guest.name} colour={guest.colour} />
          </li>
        ))}
      </ul>
      <p role="status">{inWords(sent, seenBy.length, audience.length)}</p>
    </div>
  )
}

function inWords({ status, result }: EmitState, seen: number, of: number): string {
  if (status === 'idle' || (status === 'pending' && of === 0)) return ''
  // With a result it was delivered, and somebody has not answered.
  if (status === 'error' && !result) return 'It could not be sent.'
  return of === 0 ? 'Nobody else is here to see it.' : `${seen} of ${of} saw it`
}

const SHOWN = 8
