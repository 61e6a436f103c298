import { useSyncExternalStore } from 'react'
import type { Person } from '../room'
import { identity } from './identity'

/** Oneself; renders again when one is renamed, in whichever tab. */
export function useIdentity(): Person {
  return useSyncExternalStore(identity.subscribe, identity.read)
}
