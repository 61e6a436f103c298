// A mock server of one test, cleared away after it whatever the test did to its network.
import { type ClientOptions, createClient } from '@websockets.do/client'
import { createMockServer, type MockServer, type MockServerOptions } from '@websockets.do/server-core/mock'
import { onTestFinished } from 'vitest'

export function mockServer(options: Omit<MockServerOptions, 'clock'> = {}): MockServer {
  const server = createMockServer(options)
  onTestFinished(async () => {
    server.network.heal()
    server.network.set({ latency: 0, jitter: 0, repeat: 0 })
    server.network.sever()
    await server.close()
    // An end that closed without being heard gives up after 30 seconds.
    await server.advance('31s')
  })
  return server
}

/** Our client on a mock server or one of its devices, closed after the test. */
export function clientOf(device: ClientOptions, options: ClientOptions = {}) {
  const client = createClient({ ...device, ...options })
  onTestFinished(() => client.close())
  return client
}

/** How a promise stands, without waiting for it. */
export function outcomeOf(promise: Promise<unknown>): { state: 'pending' | 'resolved' | 'rejected'; value?: unknown } {
  const outcome: ReturnType<typeof outcomeOf> = { state: 'pending' }
  promise.then(
    (value) => Object.assign(outcome, { state: 'resolved', value }),
    (value) => Object.assign(outcome, { state: 'rejected', value }),
  )
  return outcome
}
