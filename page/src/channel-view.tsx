// One visit to one channel: who is here, what one says, and what is heard.
import { useChannel, useMembers, usePresence } from '@websockets.do/react'
import { Composer } from './composer'
import { CurlLine } from './curl-line'
import { EmissionOutcome } from './emission-outcome'
import { EventLog } from './event-log'
import type { Identity } from './identity'
import { MemberList } from './member-list'
import { OwnCard } from './own-card'
import { useAudience } from './use-audience'
import { useEmission } from './use-emission'
import { useEventLog } from './use-event-log'
import { usePeople } from './use-people'

export interface ChannelViewProps {
  readonly name: string
  readonly identity: Identity
  readonly onRename: (username: string) => void
  readonly onConnectAgain: () => void
}

export function ChannelView({ name, identity, onRename, onConnectAgain }: ChannelViewProps) {
  // Acknowledging is the page's own switch: turning it must not cost a new connection.
  const { status, self, latency, emit } = useChannel(name, { presence: { ...identity }, ack: 'manual' })
  const [, present] = usePresence(name)
  const members = useMembers(name)
  const { people, find } = usePeople(members)
  const audience = useAudience(people)
  const { emission, send } = useEmission(name, emit)
  const log = useEventLog(name)
  const isOpen = status.state === 'open'

  function rename(username: string): void {
    onRename(username)
    present({ username })
  }

  return (
    <main className="layout">
      <div className="side">
        <OwnCard
          status={status}
          latency={latency}
          clientID={self?.clientID}
          identity={identity}
          onRename={rename}
          onConnectAgain={onConnectAgain}
        />
        <MemberList people={people} ownID={self?.clientID} isCurrent={isOpen} audience={audience} />
      </div>
      <div className="stage">
        <Composer
          audience={audience}
          memberIDs={people.map(({ clientID }) => clientID)}
          isClosed={status.state === 'closed'}
          onSend={send}
        >
          {emission && <EmissionOutcome emission={emission} people={people} find={find} />}
        </Composer>
        <EventLog log={log} find={find} ownID={self?.clientID} />
        <CurlLine channel={name} />
      </div>
    </main>
  )
}
