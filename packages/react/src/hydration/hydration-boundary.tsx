// Takes over what a server rendered for the components below it.
import type { WebSocketsError } from '@websockets.do/client'
import { type ReactNode, useEffect, useInsertionEffect, useMemo } from 'react'
import type { Name, Rendered } from '../entry'
import { RegistryContext, useRegistry } from '../provider'
import type { Registry } from '../registry'
import type { DehydratedState } from '../server/dehydrated-state'
import { useLatest } from '../use-latest'
import { readState } from './read-state'
import { takeOver } from './take-over'

export interface HydrationBoundaryProps {
  /** Of `dehydrate`: the same object for as long as it is the same state. */
  readonly state: DehydratedState | undefined
  /** Told of a state that can't be read: the components below begin without it then. */
  readonly onError?: ((error: WebSocketsError) => unknown) | undefined
  readonly children?: ReactNode
}

/** The components below are hydrated with the state, however late that is. The channels that are opened first by any component go on from there. */
export function HydrationBoundary({ state, onError, children }: HydrationBoundaryProps) {
  const registry = useRegistry()
  const { channels, error } = useMemo(() => readState(state), [state])
  const provided = useMemo(() => below(registry, channels), [registry, channels])
  // Before any effect that opens one of them, and never while rendering: what is not mounted leaves nothing behind.
  useInsertionEffect(() => keep(registry, channels), [registry, channels])
  const onErrorRef = useLatest(onError)
  useEffect(() => {
    if (error) onErrorRef.current?.(error)
  }, [error, onErrorRef])
  return <RegistryContext.Provider value={provided}>{children}</RegistryContext.Provider>
}

function below(registry: Registry, channels: ReadonlyMap<Name, Rendered>): Registry {
  const { entries } = registry
  return {
    ...registry,
    rendered(name, isMounting) {
      const rendered = channels.get(name) ?? registry.rendered(name, isMounting)
      const known = isMounting ? entries.get(name) : undefined
      // Who mounts, rather than being hydrated, begins with nothing that is older than what the channel has, or had.
      return known && (known.snapshot().self || known.rendered !== rendered) ? undefined : rendered
    },
  }
}

function keep(registry: Registry, channels: ReadonlyMap<Name, Rendered>): () => void {
  takeOver(registry, channels)
  // What is known of a channel outlives its use, so that it is not taken for one that was never opened.
  const offs = Array.from(channels.keys(), (name) => registry.entry(name).want({}))
  return () => {
    for (const off of offs) off()
  }
}
