// Hands a client to the hooks below it.
import type { Client } from '@websockets.do/client'
import { createContext, type ReactNode, useContext } from 'react'
import { type Registry, registryOf } from './registry'

export interface WebSocketsProviderProps {
  readonly client: Client
  /** How long a channel stays open after the last component that uses it is gone, in ms. Default 1,000; of several providers of a client the last that says so counts. */
  readonly lingerMs?: number | undefined
  readonly children?: ReactNode
}

export const RegistryContext = createContext<Registry | undefined>(undefined)

/** Opens nothing by itself: the hooks open what they name, once they are mounted. */
export function WebSocketsProvider({ client, lingerMs, children }: WebSocketsProviderProps) {
  return <RegistryContext.Provider value={registryOf(client, lingerMs)}>{children}</RegistryContext.Provider>
}

/** The client of the nearest provider. Throws where there is none. */
export function useClient(): Client {
  return useRegistry().client
}

export function useRegistry(): Registry {
  const registry = useContext(RegistryContext)
  if (!registry) throw new Error('expected a <WebSocketsProvider>')
  return registry
}
