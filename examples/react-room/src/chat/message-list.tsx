// The messages, oldest first; the newest stays in sight unless one has scrolled away from it.
import './message-list.css'
import { useRef, useState } from 'react'
import { useIdentity } from '../people/use-identity'
import { MessageRow } from './message-row'
import type { Said } from './use-send'

/** Of one person, within so many ms: they stand below one name. */
const TOGETHER_MS = 5 * 60_000

export interface MessageListProps {
  readonly messages: readonly Said[]
  /** One's own that have not been delivered yet. */
  readonly waiting: readonly Said[]
  readonly status: 'loading' | 'ready' | 'failed'
}

export function MessageList({ messages, waiting, status }: MessageListProps) {
  const me = useIdentity()
  const list = useRef<HTMLDivElement>(null)
  const [isAtEnd, setAtEnd] = useState(true)
  const delivered = new Set(messages.map(({ eventID }) => eventID))
  const all = [...messages, ...waiting.filter(({ eventID }) => !delivered.has(eventID))]

  return (
    <div className="messages">
      {/* It is laid out from its end (see the styles), which is where 0 is. */}
      <div
        ref={list}
        className="messages-scroll"
        role="log"
        aria-label="Messages"
        tabIndex={0}
        onScroll={({ currentTarget }) => setAtEnd(currentTarget.scrollTop > -40)}
      >
        <ol>
          {all.map(({ eventID, data }, at) => {
            const before = all[at - 1]?.data
            return (
              <MessageRow
                key={eventID}
                message={data}
                isOwn={data.person === me.person}
                isWaiting={!delivered.has(eventID)}
                isFirst={before?.person !== data.person || data.at - before.at > TOGETHER_MS}
              />
            )
          })}
        </ol>
        {status === 'failed' && <p className="messages-note">What was said before could not be loaded.</p>}
        {status === 'ready' && all.length === 0 && <p className="messages-note">Nothing has been said yet.</p>}
      </div>
      {!isAtEnd && (
        <button type="button" className="messages-newest" onClick={() => list.current?.scrollTo({ top: 0 })}>
          Newest
        </button>
      )}
    </div>
  )
}
