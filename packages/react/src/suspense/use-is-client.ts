import { useSyncExternalStore } from 'react'

/** False on a server, and while what it rendered is hydrated. */
export function useIsClient(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  )
}

/** It changes by hydration alone, after which React looks by itself. */
function subscribe() {
  return () => undefined
}
