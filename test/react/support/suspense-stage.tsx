// A world to suspend in: what is rendered is within a fallback and an error boundary, and time passes as it does in a page.
import type { Client, WebSocketsError } from '@websockets.do/client'
import { ClientSideSuspense, useChannel, useMembers, WebSocketsProvider } from '@websockets.do/react/suspense'
import { hydrate } from '@websockets.do/react/hydration'
import { act, fireEvent, render, screen } from '@testing-library/react'
import { Component, type ReactNode, StrictMode, Suspense } from 'react'
import { onTestFinished, vi } from 'vitest'
import { createWorld, type WorldOptions } from '../../support/world'

export function createStage(options: WorldOptions = {}) {
  const world = createWorld(options)
  const complaints = collectComplaints()
  const device = world.device('device')
  const sockets: WebSocket[] = []
  class CountedWebSocket extends device.WebSocket {
    constructor(url: string | URL) {
      super(url)
      sockets.push(this)
    }
  }
  const client = world.client({ ...device, WebSocket: CountedWebSocket })
  const provided = (children: ReactNode): ReactNode => (
    <StrictMode>
      <WebSocketsProvider client={client}>{children}</WebSocketsProvider>
    </StrictMode>
  )
  return {
    ...world,
    /** What this world's client is on. */
    device,
    client,
    sockets,
    provided,
    /** What React has said is wrong. */
    // A server and a browser in one process: React remembers a rendering on the server that threw, and takes it for one under way.
    complaints: () =>
      complaints.mock.calls
        .map(([message]) => String(message))
        .filter((message) => !/multiple renderers/.test(message)),
    /** Renders below the provider; `show` renders something else there. */
    render(children: ReactNode) {
      const { container, rerender, unmount } = render(provided(children))
      const text = (): string => container.textContent
      return { container, unmount, text, show: (next: ReactNode) => rerender(provided(next)) }
    },
    settle: () => act(() => world.settled()),
    /** In steps: after each of them React renders, which it does not while an `act` lasts. */
    async advance(ms: number) {
      for (let passed = 0; passed < ms; passed += STEP_MS)
        await act(() => world.advance(Math.min(STEP_MS, ms - passed)))
    },
    connect: (name: string) => act(() => world.connect(name)),
    members: (name = 'room') => world.server.channel(name).members(),
    /** Disconnects all members, for good. */
    expel() {
      for (const { clientID } of world.server.channel('room').members()) {
        world.server.channel('room').disconnect(clientID, { code: 'FORBIDDEN' })
      }
    },
  }
}

/** Shows an error by its code, and tries again by a button. */
class Boundary extends Component<{ children: ReactNode }, { error: WebSocketsError | undefined }> {
  static getDerivedStateFromError(error: WebSocketsError) {
    return { error }
  }

  override state = { error: undefined as WebSocketsError | undefined }

  override render(): ReactNode {
    const { error } = this.state
    if (!error) return this.props.children
    return <button onClick={() => this.setState({ error: undefined })}>{`${error.name} ${error.code}. `}</button>
  }
}

/** Presses the first button. */
export function tryAgain(): void {
  fireEvent.click(screen.getAllByRole('button')[0]!)
}

/** Within React's own `<Suspense>`. */
export function suspended(children: ReactNode): ReactNode {
  return (
    <Boundary>
      <Suspense fallback="waiting. ">{children}</Suspense>
    </Boundary>
  )
}

/** Within a `<ClientSideSuspense>`. */
export function suspendedHere(children: ReactNode): ReactNode {
  return (
    <Boundary>
      <ClientSideSuspense fallback="waiting. ">{children}</ClientSideSuspense>
    </Boundary>
  )
}

export function Room({ name = 'room' }: { readonly name?: string }): ReactNode {
  const { self, status } = useChannel(name)
  return <b>{`${name} ${status.state}${self.clientID === '' ? ' as nobody' : ''}. `}</b>
}

export function Count({ name = 'room' }: { readonly name?: string }): ReactNode {
  const { length } = useMembers(name)
  return <b>{`${name} has ${length}. `}</b>
}

/** As if a server had rendered the channel with one member. */
export function serverRendered(client: Client, name: string): void {
  hydrate(client, { version: 1, channels: [{ name, members: [{ clientID: 'ann', presence: {} }] }] })
}

/** React says every error that a boundary shows, and in development the page is told of it as well. */
function collectComplaints() {
  const spy = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const swallow = (event: ErrorEvent): void => {
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  addEventListener('error', swallow, true)
  onTestFinished(() => {
    spy.mockRestore()
    removeEventListener('error', swallow, true)
  })
  return spy
}

const STEP_MS = 100
