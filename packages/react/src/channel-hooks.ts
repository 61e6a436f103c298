// The hooks under a contract: what goes through them is typed by it, and the channel is opened with it whichever of them comes first.
import type {
  AnyEvent,
  ChannelTypes,
  ContractTypes,
  DeclaredTypes,
  EventName,
  Heard,
  MemberOf,
  OwnEvents,
  Presence,
  PresenceOf,
  Status,
} from '@websockets.do/client'
import type { Contract } from '@websockets.do/client/contract'
import type { Name } from './entry'
import type { ListedEvent } from './listing'
import { type UsedChannel, useChannel } from './use-channel'
import { useConnection } from './use-connection'
import { type EmitState, type UsedEmit, useEmit } from './use-emit'
import { useEvent } from './use-event'
import { type EventsState, useListing, type UseEventsOptions } from './use-listing'
import { type LostConnection, useLostConnection, type UseLostConnectionOptions } from './use-lost-connection'
import { useMember } from './use-member'
import { useMembers } from './use-members'
import { useOthers } from './use-others'
import { usePresence } from './use-presence'
import { useSelf } from './use-self'
import { useSetPresence } from './use-set-presence'
import type { UseChannelOptions } from './use-target'
import { useWanted } from './use-wanted'

type Members<T extends ChannelTypes> = readonly MemberOf<T>[]

/** The hooks of this package, for channels of one kind. */
export interface ChannelHooks<T extends ChannelTypes> {
  useChannel(name: Name, options?: UseChannelOptions<T>): UsedChannel<T>
  useConnection(): Status
  useConnection(name: Name): Status
  useEmit(name: Name): readonly [emit: UsedEmit<T>, state: EmitState]
  useEvent(name: Name, handler: (event: AnyEvent<T>) => unknown): void
  useEvent<Type extends keyof OwnEvents | EventName<T>>(
    name: Name,
    type: Type,
    handler: (event: Heard<T, Type>) => unknown,
  ): void
  useEvents(
    name: Name,
    options?: UseEventsOptions<never>,
  ): readonly [events: readonly ListedEvent<AnyEvent<T>>[], state: EventsState]
  useEvents<Type extends EventName<T>>(
    name: Name,
    options: UseEventsOptions<Type>,
  ): readonly [events: readonly ListedEvent<Heard<T, Type>>[], state: EventsState]
  useLostConnection(
    name: Name | undefined,
    handler: (event: LostConnection) => unknown,
    options?: UseLostConnectionOptions,
  ): void
  useMember(name: Name, clientID: string): MemberOf<T> | undefined
  useMember<Selected>(
    name: Name,
    clientID: string,
    selector: (member: MemberOf<T> | undefined) => Selected,
    isEqual?: (a: Selected, b: Selected) => boolean,
  ): Selected
  useMembers(name: Name): Members<T>
  useMembers<Selected>(
    name: Name,
    selector: (members: Members<T>) => Selected,
    isEqual?: (a: Selected, b: Selected) => boolean,
  ): Selected
  useOthers(name: Name): Members<T>
  useOthers<Selected>(
    name: Name,
    selector: (others: Members<T>) => Selected,
    isEqual?: (a: Selected, b: Selected) => boolean,
  ): Selected
  usePresence(
    name: Name,
    options?: UseChannelOptions<T>,
  ): readonly [mine: PresenceOf<T>, set: Presence<PresenceOf<T>>['update']]
  useSetPresence(name: Name): Presence<PresenceOf<T>>['update']
  useSelf(name: Name): MemberOf<T> | undefined
  useSelf<Selected>(
    name: Name,
    selector: (self: MemberOf<T> | undefined) => Selected,
    isEqual?: (a: Selected, b: Selected) => boolean,
  ): Selected
}

/** The hooks for channels that run a contract: what does not fit is refused before it is sent, and reported as an error when it is heard. */
export function createChannelHooks<C extends Contract>(contract: C): ChannelHooks<ContractTypes<C>>
/** The hooks for channels that are told no more than types: a contract's (`typeof room`) or plain ones. */
export function createChannelHooks<T extends ChannelTypes | Contract>(): ChannelHooks<DeclaredTypes<T>>
export function createChannelHooks(contract?: Contract): ChannelHooks<never> {
  function under<Rest extends readonly unknown[], Result>(
    useHook: (name: Name, ...rest: Rest) => Result,
  ): (name: Name, ...rest: Rest) => Result {
    return function useUnder(name, ...rest) {
      useWanted(name ?? null, { contract })
      return useHook(name, ...rest)
    }
  }

  function useEvents(name: Name, options?: UseEventsOptions): ReturnType<typeof useListing> {
    return useListing(name, options, contract)
  }

  const hooks = {
    useChannel: under(useChannel),
    useConnection: under(useConnection),
    useEmit: under(useEmit),
    useEvent: under(useEvent),
    useEvents: under(useEvents),
    useLostConnection: under(useLostConnection),
    useMember: under(useMember),
    useMembers: under(useMembers),
    useOthers: under(useOthers),
    usePresence: under(usePresence),
    useSelf: under(useSelf),
    useSetPresence: under(useSetPresence),
  }
  // Overloads that a contract narrows can't be followed through a rest of parameters.
  return hooks as unknown as ChannelHooks<never>
}
