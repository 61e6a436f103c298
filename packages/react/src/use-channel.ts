import type { Channel, ChannelTypes, Snapshot, Status } from '@websockets.do/client'
import type { Name } from './entry'
import { useAct } from './use-act'
import { useSnapshot } from './use-snapshot'
import { type UseChannelOptions, useTarget } from './use-target'

export interface UsedChannel<T extends ChannelTypes = ChannelTypes> {
  /** Narrow it by `status.state`. */
  readonly status: Status
  /** Oneself as others see it; undefined until connected. */
  readonly self: Snapshot<T>['self']
  /** The last measured round trip, in whole ms. */
  readonly latency: number
  /** The channel's own `emit`: the same function for as long as the name is the same. Throws BAD_CHANNEL where there is no channel. */
  readonly emit: Channel<T>['emit']
}

/** Joins a channel while mounted. The options count when the channel is opened, which the first component that uses it does. */
export function useChannel<T extends ChannelTypes = ChannelTypes>(
  name: Name,
  options?: UseChannelOptions<T>,
): UsedChannel<T> {
  const target = useTarget(name, options)
  const emit = useAct(target, publish) as Channel<T>['emit']
  return useSnapshot<T, UsedChannel<T>>(target, ({ status, self, latency }) => ({ status, self, latency, emit }))
}

// Of two overloads a tuple can name the last alone; the channel's own check what was written.
function publish({ emit }: Channel, args: [never]) {
  return emit(...args)
}
