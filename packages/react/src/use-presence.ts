import type { ChannelTypes, Presence, PresenceOf } from '@websockets.do/client'
import type { Name } from './entry'
import { useSetPresence } from './use-set-presence'
import { useSnapshot } from './use-snapshot'
import { type UseChannelOptions, useTarget } from './use-target'

/**
 * What one presents oneself, and how to change it: `set` merges a patch, or takes what a function makes of the current one. It is
 * seen here at once and sent throttled (`throttleMs`), the last one always; what the server would refuse throws, and changes nothing.
 */
export function usePresence<T extends ChannelTypes = ChannelTypes>(
  name: Name,
  options?: UseChannelOptions<T>,
): readonly [mine: PresenceOf<T>, set: Presence<PresenceOf<T>>['update']] {
  const target = useTarget(name, options)
  const set = useSetPresence<T>(target)
  return useSnapshot<T, readonly [PresenceOf<T>, typeof set]>(target, ({ presence }) => [presence, set])
}
