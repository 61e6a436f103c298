import type { ChannelTypes, Presence, PresenceOf } from '@websockets.do/client'
import type { Wanted } from '../entry'
import { usePresence as useShown } from '../use-presence'
import type { UseChannelOptions } from './use-channel'
import { useConnected } from './use-connected'

/**
 * Suspends until the channel is connected, unless a server has rendered it: what one presents oneself, and how to change it.
 * `set` merges a patch, or takes what a function makes of the current one.
 */
export function usePresence<T extends ChannelTypes = ChannelTypes>(
  name: string,
  options?: UseChannelOptions<T>,
): readonly [mine: PresenceOf<T>, set: Presence<PresenceOf<T>>['update']] {
  useConnected(name, options as Wanted | undefined)
  return useShown<T>(name, options)
}
