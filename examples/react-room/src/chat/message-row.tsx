// One message; the first of several by one person has their name and the time above it.
import './message-row.css'
import { Avatar } from '../people/avatar'
import type { Message } from '../room'

export interface MessageRowProps {
  readonly message: Message
  readonly isOwn: boolean
  readonly isWaiting: boolean
  readonly isFirst: boolean
}

export function MessageRow({ message, isOwn, isWaiting, isFirst }: MessageRowProps) {
  const { name, colour, text, at } = message
  const time = new Date(at)
  return (
    <li className="message" data-colour={colour} data-waiting={isWaiting} data-first={isFirst}>
      {isFirst && (
        <>
          <Avatar name={name} colour={colour} />
          <p className="message-head">
            <strong>{isOwn ? 'You' : name}</strong> <time dateTime={time.toISOString()}>{clock.format(time)}</time>
          </p>
        </>
      )}
      <p className="message-text">
        {!isFirst && <span className="unseen">{isOwn ? 'You' : name}: </span>}
        {text}
        {isWaiting && <span className="message-waiting"> waiting</span>}
      </p>
    </li>
  )
}

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
