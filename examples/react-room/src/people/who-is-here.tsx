// Everybody who is here, once each: a stack of avatars, and below it, when it is pressed, their names.
import './who-is-here.css'
import { useMembers } from '../hooks'
import { Avatar } from './avatar'
import { guestsOf, sameGuests } from './guests'
import { useIdentity } from './use-identity'

const SHOWN = 4

export function WhoIsHere({ channel }: { readonly channel: string }) {
  const me = useIdentity()
  const guests = useMembers(channel, guestsOf, sameGuests)
  const hidden = guests.length - SHOWN
  return (
    <div className="who">
      <button type="button" className="who-stack" popoverTarget="who-list" aria-label={`Who is here: ${guests.length}`}>
        {guests.slice(0, SHOWN).map(({ person, name, colour }) => (
          <Avatar key={person} name={name} colour={colour} />
        ))}
        {hidden > 0 && <span className="who-more">+{hidden}</span>}
      </button>
      <ul id="who-list" className="who-list" popover="auto" aria-label="Who is here">
        {guests.map(({ person, name, colour, clientIDs }) => (
          <li key={person}>
            <Avatar name={name} colour={colour} />
            <span className="who-name">{name}</span>
            <span className="quiet">
              {person === me.person && 'you'}
              {clientIDs.length > 1 && ` · ${clientIDs.length} tabs`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
