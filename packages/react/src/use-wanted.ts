import { useInsertionEffect } from 'react'
import type { Name, Wanted } from './entry'
import { useRegistry } from './provider'
import { useLatest } from './use-latest'

/** What a component would like the channel to be opened with: known before any other effect runs, so before it is opened. */
export function useWanted(name: Name, wanted: Wanted): void {
  const { entry } = useRegistry()
  const latest = useLatest(wanted)
  useInsertionEffect(() => entry(name).want(latest), [entry, name, latest])
}
