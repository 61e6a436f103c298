// One room: the board that everybody moves about on, and what they say beside it.
import './room-view.css'
import { useEffect } from 'react'
import { Board } from './board/board'
import { Chat } from './chat/chat'
import { ConnectionBanner } from './connection/connection-banner'
import { ConnectionState } from './connection/connection-state'
import { CopyLink } from './copy-link'
import { useChannel, useSetPresence } from './hooks'
import { NameForm } from './people/name-form'
import { useIdentity } from './people/use-identity'
import { WhoIsHere } from './people/who-is-here'

export function RoomView({ name }: { readonly name: string }) {
  const channel = `room:${name}`
  useOwnPresence(channel)
  return (
    <div className="room">
      <title>{`${name} · a room`}</title>
      <header className="room-head">
        <ConnectionState channel={channel} />
        <WhoIsHere channel={channel} />
        <NameForm />
        <CopyLink />
      </header>
      <main className="room-main">
        <Board channel={channel} name={name} />
        <Chat channel={channel} />
        <ConnectionBanner channel={channel} />
      </main>
    </div>
  )
}

/** Joins as oneself, and is renamed where one is renamed. */
function useOwnPresence(channel: string): void {
  const me = useIdentity()
  useChannel(channel, { presence: me })
  const present = useSetPresence(channel)
  useEffect(() => present(me), [present, me])
}
