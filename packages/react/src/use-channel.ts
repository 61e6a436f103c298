import type { Channel, ChannelOptions, ChannelTypes, Snapshot, Status } from '@websockets.do/client'
import { useMemo } from 'react'
import { useRegistry } from './provider'
import { shallowEqual } from './shallow-equal'
import { useSnapshot } from './use-snapshot'

export interface UsedChannel<T extends ChannelTypes = ChannelTypes> {
  /** Narrow it by `status.state`. */
  readonly status: Status
  /** Oneself as others see it; undefined until connected. */
  readonly self: Snapshot<T>['self']
  /** The last measured round trip, in whole ms. */
  readonly latency: number
  /** The channel's own `emit`: the same function for as long as the name is the same. */
  readonly emit: Channel<T>['emit']
}

/** Joins a channel while mounted. The options count when the channel is opened, which the first component that uses it does. */
export function useChannel<T extends ChannelTypes = ChannelTypes>(
  name: string,
  options?: ChannelOptions<T>,
): UsedChannel<T> {
  const registry = useRegistry()
  const state = useSnapshot<T, Omit<UsedChannel<T>, 'emit'>>(name, options, pick, shallowEqual)
  const emit = useMemo(() => {
    // Of two overloads a rest tuple can name the last alone; the channel's own check what was written.
    const act = (...args: never) => registry.use(name, (channel) => Reflect.apply(channel.emit, channel, args))
    return act as Channel<T>['emit']
  }, [registry, name])
  return useMemo(() => ({ ...state, emit }), [state, emit])
}

function pick<T extends ChannelTypes>({ status, self, latency }: Snapshot<T>): Omit<UsedChannel<T>, 'emit'> {
  return { status, self, latency }
}
