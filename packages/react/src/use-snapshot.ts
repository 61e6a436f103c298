// A part of a channel's snapshot, as React reads state from outside of it: held while mounted, constant on a server.
import type { ChannelOptions, ChannelTypes, Snapshot } from '@websockets.do/client'
import { type RefObject, useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
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
  // A selector written in place is another function each time: what it selects may still be equal to what was shown.
  const shown = useRef<Selection<Selected> | undefined>(undefined)
  const read = useMemo(() => createReader(select, isEqual, shown), [select, isEqual])
  const selected = useSyncExternalStore(
    subscribe,
    () => read(registry.snapshot(name)),
    () => read(idle),
  )
  useEffect(() => {
    shown.current = { selected }
  }, [selected])
  return selected
}

interface Selection<Selected> {
  readonly selected: Selected
}

/** Selects from a snapshot, and gives the earlier selection for as long as it is equal: React takes another identity for a change. */
function createReader<T extends ChannelTypes, Selected>(
  select: (snapshot: Snapshot<T>) => Selected,
  isEqual: (a: Selected, b: Selected) => boolean,
  shown: RefObject<Selection<Selected> | undefined>,
): (snapshot: Snapshot) => Selected {
  let last: (Selection<Selected> & { readonly snapshot: Snapshot }) | undefined
  return (snapshot) => {
    if (last?.snapshot === snapshot) return last.selected
    const known = last ?? shown.current
    const fresh = select(snapshot as Snapshot<T>)
    const selected = known && isEqual(known.selected, fresh) ? known.selected : fresh
    last = { snapshot, selected }
    return selected
  }
}
