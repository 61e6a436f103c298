// What everybody sees the others move about on.
import './board.css'
import { useMembers } from '../hooks'
import { Cursors } from './cursors'
import { PointerArea } from './pointer-area'
import { ReactionBar } from './reaction-bar'
import { Reactions } from './reactions'

export interface BoardProps {
  readonly channel: string
  readonly name: string
}

export function Board({ channel, name }: BoardProps) {
  const count = useMembers(channel, (members) => members.length)
  return (
    <PointerArea channel={channel}>
      <div className="board-title">
        <h1>{name}</h1>
        {count === 1 && <p>It is only you here. Open this room in another window, or send somebody the link.</p>}
        {count > 1 && <p className="board-hint">Move about: the others see where you are.</p>}
      </div>
      <Cursors channel={channel} />
      <Reactions channel={channel} />
      <ReactionBar channel={channel} />
    </PointerArea>
  )
}
