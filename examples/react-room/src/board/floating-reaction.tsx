// One reaction on its way up, with the name of whom it is from.
import './floating-reaction.css'
import { useState } from 'react'
import { useMember } from '../hooks'
import type { Emoji } from '../room'
import { Glyph, reactionNames } from './glyph'

export interface FloatingReactionProps {
  readonly channel: string
  /** Undefined of one that came by HTTP. */
  readonly from: string | undefined
  readonly emoji: Emoji
  readonly onEnd: () => void
}

export function FloatingReaction({ channel, from, emoji, onEnd }: FloatingReactionProps) {
  const sender = useMember(channel, from ?? '')?.presence
  const [left] = useState(() => `${16 + Math.random() * 68}%`)
  return (
    <p className="floating-reaction" data-colour={sender?.colour} style={{ left }} onAnimationEnd={onEnd}>
      <Glyph emoji={emoji} />
      <span>
        {sender?.name}
        <span className="unseen"> reacts with {reactionNames[emoji]}</span>
      </span>
    </p>
  )
}
