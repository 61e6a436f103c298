import type { ChannelOptions, ChannelTypes } from '@websockets.do/client'
import type { Name } from './entry'
import { useWanted } from './use-wanted'

export interface UseChannelOptions<T extends ChannelTypes = ChannelTypes> extends ChannelOptions<T> {
  /** False: as if the name were null. Default true. */
  readonly enabled?: boolean | undefined
}

/** The channel that is meant, and what it would be opened with. */
export function useTarget<T extends ChannelTypes>(
  name: Name,
  { enabled = true, ...wanted }: UseChannelOptions<T> = {},
): Name {
  const target = enabled ? name : null
  useWanted(target, wanted as ChannelOptions)
  return target
}
