import { useInsertionEffect } from 'react'
import type { Name, Wanted } from './entry'
import { useRegistry } from './provider'

/** What a component, by an object of this render, would like the channel to be opened with: known before any other effect runs, so before it is opened. */
export function useWanted(name: Name, wanted: Wanted): void {
  const { entry } = useRegistry()
  useInsertionEffect(() => entry(name).want(wanted))
}
