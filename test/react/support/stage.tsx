// A world to render in: its sockets are counted, and what is awaited on it is awaited as React wants it.
import { WebSocketsProvider } from '@websockets.do/react'
import { act, render, renderHook } from '@testing-library/react'
import { type ReactNode, startTransition, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { onTestFinished } from 'vitest'
import { createWorld, type WorldOptions } from '../../support/world'

export interface StageOptions extends WorldOptions {
  /** Default true: whatever is mounted is mounted twice. */
  readonly strict?: boolean
  readonly lingerMs?: number
  /**
   * React renders when it likes, as in a page, not at the end of each `act` alone: so each render is one that a page would have.
   * Default false.
   */
  readonly page?: boolean
}

export type Stage = ReturnType<typeof createStage>

export function createStage({ strict = true, lingerMs, page = false, ...options }: StageOptions = {}) {
  const world = createWorld(options)
  const { sockets, client } = countedClient(world)
  const wrapper = ({ children }: { readonly children?: ReactNode }): ReactNode => {
    const provided = (
      <WebSocketsProvider client={client} lingerMs={lingerMs}>
        {children}
      </WebSocketsProvider>
    )
    return strict ? <StrictMode>{provided}</StrictMode> : provided
  }
  if (page) leaveActs()
  const during = async <R,>(run: () => Promise<R>): Promise<R> => (page ? run() : act(run))
  return {
    ...world,
    client,
    sockets,
    wrapper,
    /** Renders on this stage. */
    render: (children: ReactNode) => render(children, { wrapper }),
    renderHook: <R, P>(use: (props: P) => R, initialProps?: P) =>
      renderHook(use, { wrapper, ...(initialProps !== undefined && { initialProps }) }),
    /** A root of its own, whose updates React may take its time with. */
    mount() {
      const container = document.body.appendChild(document.createElement('div'))
      const root = createRoot(container)
      onTestFinished(() => {
        root.unmount()
        container.remove()
      })
      const show = (children: ReactNode): void => root.render(wrapper({ children }))
      return { container, show, showInTransition: (children: ReactNode) => startTransition(() => show(children)) }
    },
    settle: () => during(() => world.settled()),
    advance: (duration: Parameters<typeof world.advance>[0]) => during(() => world.advance(duration)),
    connect: (...args: Parameters<typeof world.connect>) => during(() => world.connect(...args)),
    /** Published by somebody who does not listen, and heard by who does. */
    publish: (channel: string, payload: unknown) =>
      during(() => {
        void world.emit(channel, payload)
        return world.settled()
      }),
    /** Another client on this stage, with sockets of its own. */
    another: () => countedClient(world),
    /** How many are in the channel. */
    members: (channel = 'room') => world.server.channel(channel).members().length,
  }
}

function countedClient(world: ReturnType<typeof createWorld>) {
  const sockets: WebSocket[] = []
  class CountedWebSocket extends world.WebSocket {
    constructor(url: string | URL) {
      super(url)
      sockets.push(this)
    }
  }
  return { sockets, client: world.client({ WebSocket: CountedWebSocket }) }
}

function leaveActs(): void {
  const environment = globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
  environment.IS_REACT_ACT_ENVIRONMENT = false
  onTestFinished(() => {
    environment.IS_REACT_ACT_ENVIRONMENT = true
  })
}
