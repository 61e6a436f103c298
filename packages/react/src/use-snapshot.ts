// A part of a channel's snapshot, as React reads state from outside of it: held while mounted, constant on a server.
import type { ChannelOptions, ChannelTypes, Snapshot } from '@websockets.do/client'
import { useMemo, useState, useSyncExternalStore } from 'react'
import { useRegistry } from './provider'
import { idle } from './registry'
import { useLatest } from './use-latest'

/** Renders again only when what `select` makes of the snapshot is no longer equal to what it was. */
export function useSnapshot<T extends ChannelTypes, Selected>(
  name: string,
  options: ChannelOptions<T> | undefined,
  select: (snapshot: Snapshot<T>) => Selected,
  isEqual: (a: Selected, b: Selected) => boolean = Object.is,
): Selected {
  const registry = useRegistry()
  // The options count when the channel is opened; a new object each time must not subscribe again.
  const latestOptions = useLatest(options)
  const subscribe = useMemo(
    () => (listener: () => void) => registry.subscribe(name, (latestOptions.current ?? {}) as ChannelOptions, listener),
    [registry, name, latestOptions],
  )
  const [read] = useState(() => createReader<T, Selected>())
  return useSyncExternalStore(
    subscribe,
    () => read(registry.snapshot(name), select, isEqual),
    () => read(idle, select, isEqual),
  )
}

/**
 * Selects from a snapshot, and gives the earlier selection for as long as it is equal: React takes another identity for a
 * change. It outlives its selector, since one that is written in place is another function in each render.
 */
function createReader<T extends ChannelTypes, Selected>() {
  type Select = (snapshot: Snapshot<T>) => Selected
  let known: { readonly snapshot: Snapshot; readonly select: Select; readonly selected: Selected } | undefined
  return (snapshot: Snapshot, select: Select, isEqual: (a: Selected, b: Selected) => boolean): Selected => {
    if (known?.snapshot === snapshot && known.select === select) return known.selected
    const fresh = select(snapshot as Snapshot<T>)
    const selected = known && isEqual(known.selected, fresh) ? known.selected : fresh
    known = { snapshot, select, selected }
    return selected
  }
}
