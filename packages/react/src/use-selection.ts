import type { ChannelTypes, Snapshot } from '@websockets.do/client'
import type { Name } from './entry'
import { useSnapshot } from './use-snapshot'

/** A part of what is shown of a channel, or what a selector makes of it, if there is one. */
export function useSelection<T extends ChannelTypes, Part, Selected>(
  name: Name,
  part: (snapshot: Snapshot<T>) => Part,
  selector?: (part: Part) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Part | Selected {
  const select = (snapshot: Snapshot<T>) => (selector ? selector(part(snapshot)) : part(snapshot))
  return useSnapshot<T, Part | Selected>(name, select, isEqual as (a: unknown, b: unknown) => boolean)
}
