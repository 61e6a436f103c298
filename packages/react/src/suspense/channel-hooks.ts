// The hooks under a contract, as in the main entry, with those in place of it that suspend.
import type { ChannelTypes, ContractTypes, DeclaredTypes, MemberOf, Presence, PresenceOf } from '@websockets.do/client'
import type { Contract } from '@websockets.do/client/contract'
import { createChannelHooks as createShownHooks, type ChannelHooks as ShownHooks } from '../channel-hooks'
import { type UseChannelOptions, type UsedChannel, useChannel } from './use-channel'
import { useWanted } from '../use-wanted'
import { useConnected } from './use-connected'
import { useMember } from './use-member'
import { useMembers } from './use-members'
import { useOthers } from './use-others'
import { usePresence } from './use-presence'
import { useSelf } from './use-self'

type Members<T extends ChannelTypes> = readonly MemberOf<T>[]

type Suspending = 'useChannel' | 'useMember' | 'useMembers' | 'useOthers' | 'usePresence' | 'useSelf'

/** The hooks of this entry, for channels of one kind. */
export interface ChannelHooks<T extends ChannelTypes> extends Omit<ShownHooks<T>, Suspending> {
  useChannel(name: string, options?: UseChannelOptions<T>): UsedChannel<T>
  useMember(name: string, clientID: string): MemberOf<T> | undefined
  useMember<Selected>(
    name: string,
    clientID: string,
    selector: (member: MemberOf<T> | undefined) => Selected,
    isEqual?: (a: Selected, b: Selected) => boolean,
  ): Selected
  useMembers(name: string): Members<T>
  useMembers<Selected>(
    name: string,
    selector: (members: Members<T>) => Selected,
    isEqual?: (a: Selected, b: Selected) => boolean,
  ): Selected
  useOthers(name: string): Members<T>
  useOthers<Selected>(
    name: string,
    selector: (others: Members<T>) => Selected,
    isEqual?: (a: Selected, b: Selected) => boolean,
  ): Selected
  usePresence(
    name: string,
    options?: UseChannelOptions<T>,
  ): readonly [mine: PresenceOf<T>, set: Presence<PresenceOf<T>>['update']]
  useSelf(name: string): MemberOf<T>
  useSelf<Selected>(
    name: string,
    selector: (self: MemberOf<T>) => Selected,
    isEqual?: (a: Selected, b: Selected) => boolean,
  ): Selected
}

/** The hooks for channels that run a contract: what does not fit is refused before it is sent, and reported as an error when it is heard. */
export function createChannelHooks<C extends Contract>(contract: C): ChannelHooks<ContractTypes<C>>
/** The hooks for channels that are told no more than types: a contract's (`typeof room`) or plain ones. */
export function createChannelHooks<T extends ChannelTypes | Contract>(): ChannelHooks<DeclaredTypes<T>>
export function createChannelHooks(contract?: Contract): ChannelHooks<never> {
  // Whichever suspends first opens the channel: the contract goes there along with its options.
  function withOptions<Result>(useHook: (name: string, options?: UseChannelOptions) => Result): typeof useHook {
    return function useUnder(name, options) {
      return useHook(name, { ...options, contract } as UseChannelOptions)
    }
  }

  function under<Rest extends readonly unknown[], Result>(
    useHook: (name: string, ...rest: Rest) => Result,
    needsSelf?: boolean,
  ): typeof useHook {
    return function useUnder(name, ...rest) {
      useWanted(name, { contract })
      useConnected(name, { contract }, needsSelf)
      return useHook(name, ...rest)
    }
  }

  const hooks = {
    ...createShownHooks(contract as Contract),
    useChannel: withOptions(useChannel),
    useMember: under(useMember),
    useMembers: under(useMembers),
    useOthers: under(useOthers),
    usePresence: withOptions(usePresence),
    useSelf: under(useSelf, true),
  }
  // Overloads that a contract narrows can't be followed through a rest of parameters.
  return hooks as unknown as ChannelHooks<never>
}
