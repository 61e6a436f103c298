import type { AnyEvent, ChannelTypes, EventName, Heard } from '@websockets.do/client'
import type { Name } from './entry'
import type { ListedEvent } from './listing'
import { type EventsState, useListing, type UseEventsOptions } from './use-listing'

/** The newest events of a channel, oldest first: its history, and what is heard from then on, each once. */
export function useEvents<T extends ChannelTypes = ChannelTypes>(
  name: Name,
  options?: UseEventsOptions<never>,
): readonly [events: readonly ListedEvent<AnyEvent<T>>[], state: EventsState]
/** The newest events of one name. */
export function useEvents<T extends ChannelTypes = ChannelTypes, Type extends EventName<T> = EventName<T>>(
  name: Name,
  options: UseEventsOptions<Type>,
): readonly [events: readonly ListedEvent<Heard<T, Type>>[], state: EventsState]
export function useEvents(
  name: Name,
  options?: UseEventsOptions,
): readonly [events: readonly ListedEvent[], state: EventsState] {
  return useListing(name, options)
}
