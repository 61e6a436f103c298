import type { ChannelOptions, ChannelTypes, Snapshot, Status } from '@websockets.do/client'
import type { Wanted } from '../entry'
import { type UsedChannel as ShownChannel, useChannel as useShown } from '../use-channel'
import { useConnected } from './use-connected'

/** Without those that mean nothing to a component that is there only once the channel is open. */
export type UseChannelOptions<T extends ChannelTypes = ChannelTypes> = Omit<
  ChannelOptions<T>,
  'connect' | 'rewind' | 'since'
>

export interface UsedChannel<T extends ChannelTypes = ChannelTypes> extends ShownChannel<T> {
  /** Narrow it by `status.state`; a connection that is lost is tried again and again, which is `reconnecting` and `connecting` by turns. */
  readonly status: Exclude<Status, { state: 'idle' | 'closed' }>
  /** Oneself as others see it; as it was last while there is no connection. */
  readonly self: NonNullable<Snapshot<T>['self']>
}

/**
 * Suspends until the channel is connected, and joins it while mounted. The options count when the channel is opened, which the
 * first hook does that suspends. Throws a WebSocketsError with the code of why a channel is closed; rendered again after that,
 * it opens the channel anew.
 */
export function useChannel<T extends ChannelTypes = ChannelTypes>(
  name: string,
  options?: UseChannelOptions<T>,
): UsedChannel<T> {
  useConnected(name, options as Wanted | undefined, true)
  return useShown<T>(name, options) as UsedChannel<T>
}
