import type { ChannelTypes, Snapshot } from '@websockets.do/client'
import type { Name } from './entry'
import { type IsEqual, useSnapshot } from './use-snapshot'

type Self<T extends ChannelTypes> = Snapshot<T>['self']

/** Oneself as others see it; undefined until connected. */
export function useSelf<T extends ChannelTypes = ChannelTypes>(name: Name): Self<T>
/** What the selector makes of oneself: renders again only when that changes, by a shallow comparison unless another is given. */
export function useSelf<T extends ChannelTypes, Selected>(
  name: Name,
  selector: (self: Self<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected
export function useSelf<T extends ChannelTypes, Selected>(
  name: Name,
  selector?: (self: Self<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected | Self<T> {
  return useSnapshot<T, Selected | Self<T>>(name, ({ self }) => (selector ? selector(self) : self), isEqual as IsEqual)
}
