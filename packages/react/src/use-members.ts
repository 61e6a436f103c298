import type { ChannelTypes, Snapshot } from '@websockets.do/client'
import type { Name } from './entry'
import { type IsEqual, useSnapshot } from './use-snapshot'

type Members<T extends ChannelTypes> = Snapshot<T>['members']

/** All members, oneself first. */
export function useMembers<T extends ChannelTypes = ChannelTypes>(name: Name): Members<T>
/** What the selector makes of them: renders again only when that changes, by a shallow comparison unless another is given. */
export function useMembers<T extends ChannelTypes, Selected>(
  name: Name,
  selector: (members: Members<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected
export function useMembers<T extends ChannelTypes, Selected>(
  name: Name,
  selector?: (members: Members<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected | Members<T> {
  return useSnapshot<T, Selected | Members<T>>(
    name,
    ({ members }) => (selector ? selector(members) : members),
    isEqual as IsEqual,
  )
}
