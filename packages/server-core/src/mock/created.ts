// Who wants to know of each mock server that is created: the set-up for vitest, which checks them after each test.
import type { MockServer } from './mock-server'

const listeners = new Set<(server: MockServer) => void>()

export function announce(server: MockServer): void {
  for (const listener of listeners) listener(server)
}

/** The result stops it. */
export function onCreated(listener: (server: MockServer) => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
