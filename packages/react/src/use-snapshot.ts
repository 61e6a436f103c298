// A part of what is shown of a channel, as React reads state from outside of it: held while mounted, constant on a server.
import type { ChannelTypes, Snapshot } from '@websockets.do/client'
import { useCallback, useInsertionEffect, useState, useSyncExternalStore } from 'react'
import { idle, type Name } from './entry'
import { useRegistry } from './provider'
import { shallowEqual } from './shallow-equal'

/** Of what a hook's selector makes, which is known to its caller. */
export type IsEqual = ((a: unknown, b: unknown) => boolean) | undefined

/** Renders again only when what `select` makes of the snapshot is no longer equal to what it was. */
export function useSnapshot<T extends ChannelTypes, Selected>(
  name: Name,
  select: (snapshot: Snapshot<T>) => Selected,
  isEqual: (a: Selected, b: Selected) => boolean = shallowEqual,
): Selected {
  const { entry, entries, rendered } = useRegistry()
  const subscribe = useCallback((listener: () => void) => entry(name).hold(undefined, listener), [entry, name])
  const [[read, keep]] = useState(createReader<T, Selected>)
  const selected = useSyncExternalStore(
    subscribe,
    () => read(entries.get(name)?.snapshot() ?? idle, select, isEqual),
    () => read(rendered?.(name)?.snapshot ?? idle, select, isEqual),
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
  let lastSnapshot: Snapshot | undefined
  let lastSelect: Select | undefined
  let last: Selected
  let onScreen: readonly [Selected] | undefined

  function read(snapshot: Snapshot, select: Select, isEqual: (a: Selected, b: Selected) => boolean): Selected {
    if (lastSnapshot !== snapshot || lastSelect !== select) {
      const selected = select(snapshot as Snapshot<T>)
      last = onScreen && isEqual(onScreen[0], selected) ? onScreen[0] : selected
      lastSnapshot = snapshot
      lastSelect = select
    }
    return last
  }

  /** A render may be given up: what it selected is on the screen once it is committed. */
  function keep(selected: Selected): void {
    onScreen = [selected]
  }

  return [read, keep] as const
}
