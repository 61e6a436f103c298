// One member of the list, with the box that picks it.
import { Avatar } from './avatar'
import { type Person, shortID } from './person'

export interface MemberRowProps {
  readonly person: Person
  readonly isSelf: boolean
  readonly isPicked: boolean
  readonly onToggle: (clientID: string) => void
}

export function MemberRow({ person: { clientID, name, color, more }, isSelf, isPicked, onToggle }: MemberRowProps) {
  return (
    <li>
      <label className="member">
        <input type="checkbox" checked={isPicked} onChange={() => onToggle(clientID)} />
        <Avatar name={name} color={color} />
        <span className="member-text">
          <span className="member-name">
            <bdi className="name" title={name}>
              {name}
            </bdi>
            {isSelf && <span className="you">you</span>}
          </span>
          <span className="member-more quiet" title={more ?? clientID}>
            <code>{more ?? shortID(clientID)}</code>
          </span>
        </span>
      </label>
    </li>
  )
}
