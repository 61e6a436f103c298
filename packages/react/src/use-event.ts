import type { ChannelEvent, ChannelTypes, EventName, Heard, OwnEvents } from '@websockets.do/client'
import { useEffect } from 'react'
import { useRegistry } from './provider'
import { useLatest } from './use-latest'

/** Calls the latest handler for every event of the channel, named or not, once each. */
export function useEvent(name: string, handler: (event: ChannelEvent) => unknown): void
/** Calls the latest handler for every event of one kind, once each: a named event, or one of the channel's own kinds. */
export function useEvent<
  T extends ChannelTypes = ChannelTypes,
  Name extends keyof OwnEvents | EventName<T> = EventName<T>,
>(name: string, type: Name, handler: (event: Heard<T, Name>) => unknown): void
export function useEvent(name: string, first: string | ((event: ChannelEvent) => unknown), second?: unknown): void {
  const [type, handler] =
    typeof first === 'string' ? [first, second as (event: ChannelEvent) => unknown] : ['event', first]
  const registry = useRegistry()
  const latest = useLatest(handler)
  useEffect(() => registry.listen(name, type, (event) => latest.current(event)), [registry, name, type, latest])
}
