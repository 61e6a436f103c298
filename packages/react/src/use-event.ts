import type { ChannelEvent, ChannelTypes, EventName, Heard, OwnEvents } from '@websockets.do/client'
import { useEffect } from 'react'
import type { Name } from './entry'
import { useRegistry } from './provider'
import { useLatest } from './use-latest'

/** Calls the latest handler for every event of the channel, named or not, once each. */
export function useEvent<T extends ChannelTypes = ChannelTypes>(
  name: Name,
  handler: (event: Heard<T, 'event'>) => unknown,
): void
/** Calls the latest handler for every event of one kind, once each: a named event, or one of the channel's own kinds. */
export function useEvent<
  T extends ChannelTypes = ChannelTypes,
  Type extends keyof OwnEvents | EventName<T> = EventName<T>,
>(name: Name, type: Type, handler: (event: Heard<T, Type>) => unknown): void
export function useEvent(name: Name, first: unknown, second?: unknown): void {
  const [type, handler] = second ? [first, second] : ['event', first]
  const { entry } = useRegistry()
  const latest = useLatest(handler as (event: ChannelEvent) => unknown)
  useEffect(
    () => entry(name).hold((channel) => channel?.on(type as string, (event) => latest.current(event))),
    [entry, name, type, latest],
  )
}
