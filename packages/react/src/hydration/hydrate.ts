import type { Client, WebSocketsError } from '@websockets.do/client'
import { type Registry, registryOf } from '../registry'
import type { DehydratedState } from '../server/dehydrated-state'
import { type ReadChannel, readState } from './read-state'
import { finder, takeOver } from './take-over'

export interface HydrateOptions {
  /** Told of a state that can't be read; nothing is taken over from that. */
  readonly onError?: ((error: WebSocketsError) => unknown) | undefined
}

/**
 * For all components of a client, before they are rendered, and for as long as there is the client; on a server it has to be the
 * request's own. Each channel goes on from there when it is first opened: what was published in between is heard then.
 */
export function hydrate(client: Client, state: DehydratedState | undefined, { onError }: HydrateOptions = {}): void {
  const registry = registryOf(client)
  const { channels, error } = readState(state)
  const all = taken.get(registry) ?? new Map<unknown, ReadChannel>()
  if (!taken.has(registry)) registry.rendered = finder(registry, all)
  taken.set(registry, all)
  for (const [name, channel] of channels) all.set(name, channel)
  takeOver(registry, channels)
  if (error) onError?.(error)
}

const taken = new WeakMap<Registry, Map<unknown, ReadChannel>>()
