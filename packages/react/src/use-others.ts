import type { ChannelTypes, Snapshot } from '@websockets.do/client'
import type { Name } from './entry'
import { type IsEqual, useSnapshot } from './use-snapshot'

type Others<T extends ChannelTypes> = Snapshot<T>['others']

/** All members but oneself. */
export function useOthers<T extends ChannelTypes = ChannelTypes>(name: Name): Others<T>
/** What the selector makes of them: renders again only when that changes, by a shallow comparison unless another is given. */
export function useOthers<T extends ChannelTypes, Selected>(
  name: Name,
  selector: (members: Others<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected
export function useOthers<T extends ChannelTypes, Selected>(
  name: Name,
  selector?: (members: Others<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected | Others<T> {
  return useSnapshot<T, Selected | Others<T>>(
    name,
    ({ others }) => (selector ? selector(others) : others),
    isEqual as IsEqual,
  )
}
