// A page that a server has rendered: the state it came with, its HTML, and browsers that hydrate it, in a world with one server.
import type { Client, ClientOptions } from '@websockets.do/client'
import { WebSocketsProvider } from '@websockets.do/react'
import { HydrationBoundary } from '@websockets.do/react/hydration'
import { dehydrate, type DehydrateOptions, type DehydratedState, serialize } from '@websockets.do/react/server'
import { act } from '@testing-library/react'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { type ReactNode, StrictMode } from 'react'
import { createRoot, hydrateRoot, type Root } from 'react-dom/client'
import { renderToPipeableStream } from 'react-dom/server'
import { expect, onTestFinished } from 'vitest'
import { createWorld, type WorldOptions } from '../../support/world'
import { complaints } from './complaints'

export interface Page {
  readonly state: DehydratedState | undefined
  readonly html: string
}

/** Whatever React complains of, a mismatch above all, fails the test. */
export function createStage({ strict = true, ...options }: WorldOptions & { readonly strict?: boolean } = {}) {
  const world = createWorld({ history: { readable: true }, ...options })
  const { error: complain } = console
  console.error = (...words: unknown[]) => {
    // Of React 18, where a server and a page are one process as they are here.
    if (!String(words[0]).includes('multiple renderers')) complain(...words)
  }

  function provided(client: Client, state: DehydratedState | undefined, children: ReactNode): ReactNode {
    const page = (
      <WebSocketsProvider client={client}>
        <HydrationBoundary state={state} onError={({ code }) => complaints.push(code)}>
          {children}
        </HydrationBoundary>
      </WebSocketsProvider>
    )
    return strict ? <StrictMode>{page}</StrictMode> : page
  }

  /** A client whose sockets and requests are counted. */
  function browser(clientOptions: Partial<ClientOptions> = {}) {
    const sockets: URL[] = []
    const requests: URL[] = []
    class CountedWebSocket extends world.WebSocket {
      constructor(url: string | URL) {
        super(url)
        sockets.push(new URL(url))
      }
    }
    const fetch: typeof world.fetch = (input, init) => {
      requests.push(new URL(input instanceof Request ? input.url : input))
      return world.fetch(input, init)
    }
    return { client: world.client({ WebSocket: CountedWebSocket, fetch, ...clientOptions }), sockets, requests }
  }

  return {
    ...world,
    provided,
    browser,
    rendered,
    /** What a server does for a request: asks, renders, and writes the state as it travels. */
    async serve(children: ReactNode, names = ['room'], how: DehydrateOptions = {}) {
      const state = await dehydrate(world, names, how)
      const { client, sockets } = browser()
      const html = await rendered(provided(client, state, children))
      expect(sockets).toEqual([])
      return { html, state: JSON.parse(serialize(state)) as DehydratedState }
    },
    /** Puts the HTML into the document and hydrates it; effects run, and nothing has arrived yet. */
    async hydrate({ html, state }: Page, children: ReactNode, { client, sockets, requests } = browser()) {
      const container = containerOf(html)
      const root = await act(() =>
        hydrateRoot(container, provided(client, state, children), {
          onRecoverableError: (error) => void complaints.push(String(error)),
        }),
      )
      return { ...shown(root, container), client, sockets, requests }
    },
    /** Without HTML: a page that the browser renders by itself. */
    async mount(element: ReactNode) {
      const container = containerOf('')
      const root = createRoot(container)
      await act(() => root.render(element))
      return shown(root, container)
    },
    /** From now on what is sent takes a while, so that one sees what was before. */
    slowDown: () => world.network.set({ latency: 10 }),
    connect: (...args: Parameters<typeof world.connect>) => act(() => world.connect(...args)),
    settle: () => act(() => world.settled()),
    later: (duration: Parameters<typeof world.advance>[0]) => act(() => world.advance(duration)),
    publish: (...payloads: unknown[]) =>
      act(async () => {
        for (const payload of payloads) await world.server.channel('room').emit(payload)
      }),
  }
}

function shown(root: Root, container: HTMLElement) {
  onTestFinished(async () => {
    await act(() => root.unmount())
    container.remove()
  })
  return { root, container, text: (id: string) => container.querySelector(`[id="${id}"]`)?.textContent }
}

function containerOf(html: string): HTMLElement {
  const container = document.body.appendChild(document.createElement('div'))
  container.innerHTML = html
  return container
}

async function rendered(element: ReactNode): Promise<string> {
  const stream = new PassThrough()
  const { pipe } = renderToPipeableStream(element, { onShellReady: () => void pipe(stream) })
  return await text(stream)
}
