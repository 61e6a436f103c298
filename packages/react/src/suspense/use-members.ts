import type { ChannelTypes, Snapshot } from '@websockets.do/client'
import { useMembers as useShown } from '../use-members'
import { useConnected } from './use-connected'

type Members<T extends ChannelTypes> = Snapshot<T>['members']

/** Suspends until the channel is connected, unless a server has rendered it: all members, oneself first. */
export function useMembers<T extends ChannelTypes = ChannelTypes>(name: string): Members<T>
/** What the selector makes of them: renders again only when that changes, by a shallow comparison unless another is given. */
export function useMembers<T extends ChannelTypes, Selected>(
  name: string,
  selector: (members: Members<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected
export function useMembers<T extends ChannelTypes, Selected>(
  name: string,
  selector?: (members: Members<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected {
  useConnected(name)
  return useShown<T, Selected>(name, selector as never, isEqual)
}
