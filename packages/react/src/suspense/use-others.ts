import type { ChannelTypes, Snapshot } from '@websockets.do/client'
import { useOthers as useShown } from '../use-others'
import { useConnected } from './use-connected'

type Others<T extends ChannelTypes> = Snapshot<T>['others']

/** Suspends until the channel is connected, unless a server has rendered it: all members but oneself. */
export function useOthers<T extends ChannelTypes = ChannelTypes>(name: string): Others<T>
/** What the selector makes of them: renders again only when that changes, by a shallow comparison unless another is given. */
export function useOthers<T extends ChannelTypes, Selected>(
  name: string,
  selector: (others: Others<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected
export function useOthers<T extends ChannelTypes, Selected>(
  name: string,
  selector?: (others: Others<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected {
  useConnected(name)
  return useShown<T, Selected>(name, selector as never, isEqual)
}
