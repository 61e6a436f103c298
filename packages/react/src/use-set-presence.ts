import type { Channel, ChannelTypes, Presence, PresenceOf } from '@websockets.do/client'
import type { Name } from './entry'
import { useAct } from './use-act'

/** The `set` of `usePresence` alone, for what only tells it: a pointer that moves renders nothing then. Holds no channel by itself. */
export function useSetPresence<T extends ChannelTypes = ChannelTypes>(name: Name): Presence<PresenceOf<T>>['update'] {
  return useAct(name, update) as Presence<PresenceOf<T>>['update']
}

function update({ presence }: Channel, [change]: Parameters<Presence['update']>): void {
  presence.update(change)
}
