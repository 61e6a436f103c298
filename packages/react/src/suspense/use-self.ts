import type { ChannelTypes, Snapshot } from '@websockets.do/client'
import { useSelf as useShown } from '../use-self'
import { useConnected } from './use-connected'

type Self<T extends ChannelTypes> = NonNullable<Snapshot<T>['self']>

/** Suspends until the channel is connected: oneself as others see it. */
export function useSelf<T extends ChannelTypes = ChannelTypes>(name: string): Self<T>
/** What the selector makes of oneself: renders again only when that changes, by a shallow comparison unless another is given. */
export function useSelf<T extends ChannelTypes, Selected>(
  name: string,
  selector: (self: Self<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected
export function useSelf<T extends ChannelTypes, Selected>(
  name: string,
  selector?: (self: Self<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected {
  useConnected(name, undefined, true)
  return useShown<T, Selected>(name, selector as never, isEqual)
}
