// A mock server and its clients, torn down after each test: what all tests of this repository stand on.
import { type ClientOptions, createClient } from '@websockets.do/client'
import { createMockServer, type MockServerOptions } from '@websockets.do/server-core/mock'
import { expect, onTestFinished } from 'vitest'

export type WorldOptions = Omit<MockServerOptions, 'clock'>

export type World = ReturnType<typeof createWorld>

export function createWorld(options: WorldOptions = {}) {
  const errors: { error: unknown; context: string }[] = []
  const mock = createMockServer({
    ...options,
    onError(error, context) {
      errors.push({ error, context })
      options.onError?.(error, context)
    },
  })
  const { fetch, url } = mock
  const clients: { close(): void }[] = []
  onTestFinished(async () => {
    for (const client of clients) client.close()
    await mock.settled()
    // Before everything is ended by force.
    expect(mock.leaks().found.filter((leak) => leak.includes('of clients'))).toEqual([])
    await mock.close()
  })

  return {
    ...mock,
    /** What the server and the clients told `onError`. */
    errors,
    server: mock.core(),
    /** Our own client SDK, on the same clock and network. */
    client(clientOptions: Partial<ClientOptions> = {}) {
      const client = createClient({ ...mock, ...clientOptions })
      clients.push(client)
      return client
    },
    /** An HTTP request, answered: `{ status, body, headers }`. */
    async request(path: string, init?: RequestInit) {
      const response = await fetch(url + path, init)
      return { status: response.status, headers: response.headers, body: (await response.json()) as any }
    },
    /** An HTTP request that is under way: `answer` is what `request` would give, once it is there. */
    pending(path: string, init?: RequestInit) {
      const state: { answer?: { status: number; body: any } } = {}
      void fetch(url + path, init).then(async (response) => {
        state.answer = { status: response.status, body: await response.json() }
      })
      return state
    },
  }
}
