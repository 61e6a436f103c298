// What one can react with, and who has seen the last one.
import './reaction-bar.css'
import { useState } from 'react'
import { useEmit, useOthers } from '../hooks'
import { type Guest, guestsOf, sameGuests } from '../people/guests'
import { useIdentity } from '../people/use-identity'
import { type Emoji, reactions } from '../room'
import { Glyph, reactionNames } from './glyph'
import { Receipt } from './receipt'

export function ReactionBar({ channel }: { readonly channel: string }) {
  const me = useIdentity()
  const others = useOthers(channel, guestsOf, sameGuests)
  const [emit, sent] = useEmit(channel)
  const [audience, setAudience] = useState<readonly Guest[]>([])

  function react(emoji: Emoji): void {
    setAudience(others.filter(({ person }) => person !== me.person))
    // How it ends is in `sent`. After ten seconds without a connection nobody would know any more what it was about.
    emit('reaction', { emoji }, { requireAck: true, timeoutMs: 10_000 }).catch(() => undefined)
  }

  return (
    <div className="reaction-bar">
      <Receipt audience={audience} sent={sent} />
      <div className="reaction-choices" role="group" aria-label="React">
        {reactions.map((emoji) => (
          <button
            key={emoji}
            type="button"
            aria-label={`React with ${reactionNames[emoji]}`}
            onClick={() => react(emoji)}
          >
            <Glyph emoji={emoji} />
          </button>
        ))}
      </div>
    </div>
  )
}
