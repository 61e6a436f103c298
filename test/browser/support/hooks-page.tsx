// A page of React components in one channel, for a browser; it counts their renders, and keeps what they heard.
import { createClient } from '@websockets.do/client'
import { useChannel, useEvent, useEvents, useMembers, usePresence, WebSocketsProvider } from '@websockets.do/react'
import { Profiler, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

export interface HooksSeen {
  readonly heard: unknown[]
  /** How often something below each of them was rendered. */
  readonly renders: Record<string, number>
}

const seen: HooksSeen = { heard: [], renders: {} }
Object.assign(globalThis, { seen })

function Status() {
  return <output id="status">{useChannel('room').status.state}</output>
}

function Heard() {
  useEvent('room', ({ payload }) => void seen.heard.push(payload))
  return null
}

function Listed() {
  const [events] = useEvents('room', { limit: 10 })
  return <output id="events">{JSON.stringify(events.map(({ payload }) => payload))}</output>
}

function Cursors() {
  const cursors = useMembers('room', (members) => members.map(({ presence }) => presence['cursor'] ?? null))
  return <output id="cursors">{JSON.stringify(cursors)}</output>
}

function Name() {
  const [mine, set] = usePresence('room')
  return <input id="name" value={String(mine['name'] ?? '')} onChange={({ target }) => set({ name: target.value })} />
}

const components = { Status, Heard, Listed, Cursors, Name }

createRoot(document.body.appendChild(document.createElement('main'))).render(
  <StrictMode>
    <WebSocketsProvider client={createClient()}>
      {Object.entries(components).map(([name, Component]) => (
        <Profiler key={name} id={name} onRender={(id) => (seen.renders[id] = (seen.renders[id] ?? 0) + 1)}>
          <Component />
        </Profiler>
      ))}
    </WebSocketsProvider>
  </StrictMode>,
)
