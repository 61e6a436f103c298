// Who is typing, in a line that is always there, so that nothing moves.
import './typing-line.css'
import { useOthers } from '../hooks'
import { guestsOf } from '../people/guests'
import { useIdentity } from '../people/use-identity'
import { typingInWords } from './typing-in-words'

export function TypingLine({ channel }: { readonly channel: string }) {
  const me = useIdentity()
  const names = useOthers(channel, (others) =>
    guestsOf(others.filter(({ presence }) => presence.typing))
      .filter(({ person }) => person !== me.person)
      .map(({ name }) => name),
  )
  return (
    <p className="typing-line" role="status">
      {typingInWords(names)}
    </p>
  )
}
