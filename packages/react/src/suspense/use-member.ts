import type { ChannelTypes, Snapshot } from '@websockets.do/client'
import { useMember as useShown } from '../use-member'
import { useConnected } from './use-connected'

type Member<T extends ChannelTypes> = Snapshot<T>['members'][number] | undefined

/** Suspends until the channel is connected, unless a server has rendered it: one member, undefined while it is not here. */
export function useMember<T extends ChannelTypes = ChannelTypes>(name: string, clientID: string): Member<T>
/** What the selector makes of one member: renders again only when that changes, by a shallow comparison unless another is given. */
export function useMember<T extends ChannelTypes, Selected>(
  name: string,
  clientID: string,
  selector: (member: Member<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected
export function useMember<T extends ChannelTypes, Selected>(
  name: string,
  clientID: string,
  selector?: (member: Member<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected {
  useConnected(name)
  return useShown<T, Selected>(name, clientID, selector as never, isEqual)
}
