// The reactions that float up, whoever they are from, oneself included: what one sees is what the others see.
import { useState } from 'react'
import { useEvent } from '../hooks'
import type { Emoji } from '../room'
import { FloatingReaction } from './floating-reaction'

/** After a time without a connection many may come together. */
const MOST = 20

interface Floating {
  readonly eventID: string
  readonly from: string | undefined
  readonly emoji: Emoji
}

export function Reactions({ channel }: { readonly channel: string }) {
  const [floating, setFloating] = useState<readonly Floating[]>([])

  useEvent(channel, 'reaction', ({ eventID, from, data: { emoji } }) =>
    setFloating((all) => [...all, { eventID, from, emoji }].slice(-MOST)),
  )

  return (
    <div className="reactions" aria-live="polite">
      {floating.map((reaction) => (
        <FloatingReaction
          key={reaction.eventID}
          channel={channel}
          {...reaction}
          onEnd={() => setFloating((all) => all.filter((other) => other !== reaction))}
        />
      ))}
    </div>
  )
}
