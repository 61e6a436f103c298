// The others' cursors. They say nothing to a screen reader: who is here does.
import type { Member } from '@websockets.do/client'
import { useOthers } from '../hooks'
import type { Presence } from '../room'
import { Cursor } from './cursor'

export function Cursors({ channel }: { readonly channel: string }) {
  // Whose cursor is seen, not where: a move renders that one cursor alone.
  const clientIDs = useOthers(channel, withCursor)
  return (
    <div className="cursors" aria-hidden="true">
      {clientIDs.map((clientID) => (
        <Cursor key={clientID} channel={channel} clientID={clientID} />
      ))}
    </div>
  )
}

function withCursor(others: readonly Member<Presence>[]): readonly string[] {
  return others.filter(({ presence }) => presence.cursor).map(({ clientID }) => clientID)
}
