// One cursor, with its person's name.
import './cursor.css'
import { useMember } from '../hooks'

export interface CursorProps {
  readonly channel: string
  readonly clientID: string
}

export function Cursor({ channel, clientID }: CursorProps) {
  const presence = useMember(channel, clientID)?.presence
  if (!presence?.cursor) return null
  const { name, colour, cursor } = presence
  return (
    <div
      className="cursor"
      data-colour={colour}
      data-left={cursor.x > 0.75}
      data-above={cursor.y > 0.9}
      style={{ translate: `${cursor.x * 100}cqw ${cursor.y * 100}cqh` }}
    >
      <svg viewBox="0 0 20 20" width="24" height="24">
        <path d="M2.5 2.5 17.5 8.7 11 10.9 8.6 17.4z" />
      </svg>
      <span>{name}</span>
    </div>
  )
}
