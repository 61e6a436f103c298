// What a server rendered of a channel: while that is hydrated, and for who mounts before the channel has anything newer.
import { useSyncExternalStore } from 'react'
import type { Name } from './entry'
import { useRegistry } from './provider'
import type { Rendered } from './rendered'

export function useRendered(name: Name): Rendered | undefined {
  const { rendered } = useRegistry()
  return useSyncExternalStore(
    never,
    () => rendered?.(name, true),
    () => rendered?.(name),
  )
}

function never(): () => void {
  return never
}
