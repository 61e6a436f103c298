import type { ChannelTypes, Presence, Snapshot } from '@websockets.do/client'
import { useCallback, useMemo } from 'react'
import { useRegistry } from './provider'
import { useSnapshot } from './use-snapshot'

type PresenceOf<T extends ChannelTypes> = Snapshot<T>['presence']

/** What one presents oneself, and how to change it: `set` merges a patch, or takes what a function makes of the current one. */
export function usePresence<T extends ChannelTypes = ChannelTypes>(
  name: string,
): readonly [mine: PresenceOf<T>, set: Presence<PresenceOf<T>>['update']] {
  const registry = useRegistry()
  const mine = useSnapshot<T, PresenceOf<T>>(name, undefined, pick)
  const set: Presence<PresenceOf<T>>['update'] = useCallback(
    (change) => registry.use(name, (channel) => (channel.presence as Presence<PresenceOf<T>>).update(change)),
    [registry, name],
  )
  return useMemo(() => [mine, set], [mine, set])
}

function pick<T extends ChannelTypes>({ presence }: Snapshot<T>): PresenceOf<T> {
  return presence
}
