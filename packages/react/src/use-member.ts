import type { ChannelTypes, Snapshot } from '@websockets.do/client'
import type { Name } from './entry'
import { useSelection } from './use-selection'

type Member<T extends ChannelTypes> = Snapshot<T>['members'][number] | undefined

/** One member; undefined while it is not here. */
export function useMember<T extends ChannelTypes = ChannelTypes>(name: Name, clientID: string): Member<T>
/** What the selector makes of one member: renders again only when that changes, by a shallow comparison unless another is given. */
export function useMember<T extends ChannelTypes, Selected>(
  name: Name,
  clientID: string,
  selector: (member: Member<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected
export function useMember<T extends ChannelTypes, Selected>(
  name: Name,
  clientID: string,
  selector?: (member: Member<T>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected | Member<T> {
  const find = ({ members }: Snapshot<T>) => members.find((member) => member.clientID === clientID)
  return useSelection<T, Member<T>, Selected>(name, find, selector, isEqual)
}
