// Who wants to know of each mock server that is created: the set-up for vitest, which checks them after each test.
import type { MockServer } from './create-mock-server'
import type { MovableClock } from './virtual-clock'

type AnyMockServer = MockServer<MovableClock>

const listeners = new Set<(server: AnyMockServer) => void>()

export function announce(server: AnyMockServer): void {
  for (const listener of listeners) listener(server)
}

/** The result stops it. */
export function onCreated(listener: (server: AnyMockServer) => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
