import type { ChannelTypes, Snapshot } from '@websockets.do/client'
import type { Name } from './entry'
import { useSelection } from './use-selection'

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
  return useSelection<T, Others<T>, Selected>(name, pick, selector, isEqual)
}

function pick<T extends ChannelTypes>({ others }: Snapshot<T>): Others<T> {
  return others
}
