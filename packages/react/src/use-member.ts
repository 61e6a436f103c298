import type { ChannelTypes, Snapshot } from '@websockets.do/client'
import type { Name } from './entry'
import { type IsEqual, useSnapshot } from './use-snapshot'

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
  const select = ({ members }: Snapshot<T>): Selected | Member<T> => {
    const member = members.find((other) => other.clientID === clientID)
    return selector ? selector(member) : member
  }
  return useSnapshot<T, Selected | Member<T>>(name, select, isEqual as IsEqual)
}
