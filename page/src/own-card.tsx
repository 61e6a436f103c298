// Oneself: the connection, its round trip, and one's name.
import type { Status } from '@websockets.do/client'
import { Avatar } from './avatar'
import { ConnectionStatus } from './connection-status'
import type { Identity } from './identity'
import { NameForm } from './name-form'

export interface OwnCardProps {
  readonly status: Status
  readonly latency: number
  readonly clientID: string | undefined
  readonly identity: Identity
  readonly onRename: (username: string) => void
  readonly onConnectAgain: () => void
}

export function OwnCard({ status, latency, clientID, identity, onRename, onConnectAgain }: OwnCardProps) {
  return (
    <section className="card own" aria-labelledby="own-title">
      <h2 id="own-title" className="off-screen">
        Your connection
      </h2>
      <div className="own-line">
        <ConnectionStatus status={status} onConnectAgain={onConnectAgain} />
        <p className="latency" title="The last round trip that the server measured; 0 until its first heartbeat.">
          <span className="quiet">Latency</span> {status.state === 'open' ? `${latency} ms` : '–'}
        </p>
      </div>
      <div className="own-name">
        <Avatar name={identity.username} color={identity.color} />
        <NameForm username={identity.username} onRename={onRename} />
      </div>
      <p className="own-id quiet">
        <code>{clientID ?? 'no client id'}</code>
      </p>
    </section>
  )
}
