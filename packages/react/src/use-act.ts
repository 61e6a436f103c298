import type { Channel } from '@websockets.do/client'
import { useCallback } from 'react'
import type { Name } from './entry'
import { useRegistry } from './provider'

/** A function that does something with the channel when it is called: the same for as long as the name is. */
export function useAct<Args extends readonly unknown[], Result>(
  name: Name,
  act: (channel: Channel, args: Args) => Result,
): (...args: Args) => Result {
  const { entry } = useRegistry()
  return useCallback((...args: Args) => entry(name).use((channel) => act(channel, args)), [entry, name, act])
}
