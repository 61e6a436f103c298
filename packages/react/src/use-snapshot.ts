// A part of what is shown of a channel, as React reads state from outside of it: held while mounted, constant on a server.
import type { ChannelTypes, Snapshot } from '@websockets.do/client'
import { useCallback, useInsertionEffect, useState, useSyncExternalStore } from 'react'
import { idle, type Name } from './entry'
import { useRegistry } from './provider'
import { shallowEqual } from './shallow-equal'

/** Renders again only when what `select` makes of the snapshot is no longer equal to what it was. */
export function useSnapshot<T extends ChannelTypes, Selected>(
  name: Name,
  select: (snapshot: Snapshot<T>) => Selected,
  isEqual: (a: Selected, b: Selected) => boolean = shallowEqual,
): Selected {
  const { entry, entries, rendered } = useRegistry()
  const subscribe = useCallback((listener: () => void) => entry(name).hold(undefined, listener), [entry, name])
  const [{ read, keep }] = useState(createReader<T, Selected>)
  const selected = useSyncExternalStore(
    subscribe,
    () => read(entries.get(name)?.snapshot() ?? idle, select, isEqual),
    () => read(rendered(name)?.snapshot ?? idle, select, isEqual),
  )
  useInsertionEffect(() => keep(selected))
  return selected
}

/**
 * Selects from a snapshot, and gives what is on the screen for as long as that is equal: React takes another identity for a
 * change. It outlives its selector, since one that is written in place is another function in each render.
 */
function createReader<T extends ChannelTypes, Selected>() {
  type Select = (snapshot: Snapshot<T>) => Selected
  let known: { readonly snapshot: Snapshot; readonly select: Select; readonly selected: Selected } | undefined
  let shown: { readonly selected: Selected } | undefined
  return {
    read(snapshot: Snapshot, select: Select, isEqual: (a: Selected, b: Selected) => boolean): Selected {
      if (known?.snapshot === snapshot && known.select === select) return known.selected
      const fresh = select(snapshot as Snapshot<T>)
      const selected = shown && isEqual(shown.selected, fresh) ? shown.selected : fresh
      known = { snapshot, select, selected }
      return selected
    },
    /** A render may be given up: what it selected is on the screen once it is committed. */
    keep(selected: Selected): void {
      shown = { selected }
    },
  }
}
