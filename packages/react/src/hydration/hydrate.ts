import type { Client, WebSocketsError } from '@websockets.do/client'
import { registryOf } from '../registry'
import type { DehydratedState } from '../server/dehydrated-state'
import { readState } from './read-state'
import { takeOver } from './take-over'

export interface HydrateOptions {
  /** Told of a state that can't be read; nothing is taken over from that. */
  readonly onError?: ((error: WebSocketsError) => unknown) | undefined
}

/**
 * For all components of a client, before they are rendered; on a server the client has to be the request's own. Each channel goes on
 * from there when it is first opened: what was published in between is heard then.
 */
export function hydrate(client: Client, state: DehydratedState | undefined, { onError }: HydrateOptions = {}): void {
  const registry = registryOf(client)
  const { channels, error } = readState(state)
  takeOver(registry, channels)
  const { entries } = registry
  registry.rendered = (name, isMounting) => {
    const known = entries.get(name)
    return isMounting && known?.snapshot().self ? undefined : known?.rendered
  }
  if (error) onError?.(error)
}
