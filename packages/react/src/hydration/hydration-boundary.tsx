// Takes over what a server rendered for the components below it.
import type { WebSocketsError } from '@websockets.do/client'
import { type ReactNode, useEffect, useInsertionEffect, useMemo } from 'react'
import { RegistryContext, useRegistry } from '../provider'
import type { DehydratedState } from '../server/dehydrated-state'
import { useLatest } from '../use-latest'
import { readState } from './read-state'
import { finder, takeOver, withoutOver } from './take-over'

export interface HydrationBoundaryProps {
  /** Of `dehydrate`: the same object for as long as it is the same state. */
  readonly state: DehydratedState | undefined
  /** Told of a state that can't be read: the components below begin without it then. */
  readonly onError?: ((error: WebSocketsError) => unknown) | undefined
  readonly children?: ReactNode
}

/** The components below are hydrated with the state, however late that is. The channels that are opened first by any component go on from there, once: who comes back to a page begins anew. */
export function HydrationBoundary({ state, onError, children }: HydrationBoundaryProps) {
  const registry = useRegistry()
  const { channels, error } = useMemo(() => {
    const read = readState(state)
    return { ...read, channels: withoutOver(read.channels) }
  }, [state])
  const provided = useMemo(() => ({ ...registry, rendered: finder(registry, channels) }), [registry, channels])
  // Before any effect that opens one of them, and never while rendering: what is not mounted leaves nothing behind.
  useInsertionEffect(() => takeOver(registry, channels), [registry, channels])
  const onErrorRef = useLatest(onError)
  useEffect(() => {
    if (error) onErrorRef.current?.(error)
  }, [error, onErrorRef])
  return <RegistryContext.Provider value={provided}>{children}</RegistryContext.Provider>
}
