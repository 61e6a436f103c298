// A page that a server renders with what was said in a channel: the same components there and in a browser.
import type { Client } from '@websockets.do/client'
import { useEvents, useMembers, WebSocketsProvider } from '@websockets.do/react'
import { HydrationBoundary } from '@websockets.do/react/hydration'
import type { DehydratedState } from '@websockets.do/react/server'
import { StrictMode } from 'react'

export interface HydratedPageProps {
  readonly client: Client
  readonly state: DehydratedState
}

export function HydratedPage({ client, state }: HydratedPageProps) {
  return (
    <StrictMode>
      <WebSocketsProvider client={client}>
        <HydrationBoundary state={state}>
          <Names />
          <Events />
        </HydrationBoundary>
      </WebSocketsProvider>
    </StrictMode>
  )
}

function Names() {
  const names = useMembers('room', (members) => members.map(({ presence }) => String(presence['username'] ?? 'me')))
  return <p id="names">{names.join()}</p>
}

function Events() {
  const [events, { status }] = useEvents('room', { limit: 100 })
  return <p id="events">{`${status}: ${events.map(({ payload }) => JSON.stringify(payload)).join()}`}</p>
}
