import type { ChannelTypes, Snapshot } from '@websockets.do/client'
import { useCallback } from 'react'
import { shallowEqual } from './shallow-equal'
import { useSnapshot } from './use-snapshot'

type Members<T extends ChannelTypes> = Snapshot<T>['members']

/** All members, oneself first. */
export function useMembers<T extends ChannelTypes = ChannelTypes>(name: string): Members<T>
/** What the selector makes of the members: renders again only when that changes, by a shallow comparison unless another is given. */
export function useMembers<T extends ChannelTypes, Selected>(
  name: string,
  selector: (members: Members<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected
export function useMembers<T extends ChannelTypes, Selected>(
  name: string,
  selector?: (members: Members<T>) => Selected,
  isEqual: (a: never, b: never) => boolean = shallowEqual,
): Selected | Members<T> {
  const select = useCallback(
    (snapshot: Snapshot<T>) => (selector ? selector(snapshot.members) : snapshot.members),
    [selector],
  )
  return useSnapshot<T, Selected | Members<T>>(name, undefined, select, isEqual as (a: unknown, b: unknown) => boolean)
}
