// Hands a client to the hooks below it.
import type { Client } from '@websockets.do/client'
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { Registry } from './registry'

export interface WebSocketsProviderProps {
  readonly client: Client
  /** How long a channel stays open after the last component that uses it is gone, in ms. Default 1,000. */
  readonly lingerMs?: number
  readonly children?: ReactNode
}

interface Provided {
  readonly client: Client
  readonly registry: Registry
}

const Context = createContext<Provided | undefined>(undefined)

/** Opens nothing by itself: the hooks open what they name, once they are mounted. */
export function WebSocketsProvider({ client, lingerMs = 1_000, children }: WebSocketsProviderProps) {
  const provided = useMemo(() => ({ client, registry: new Registry(client, lingerMs) }), [client, lingerMs])
  return <Context.Provider value={provided}>{children}</Context.Provider>
}

/** The client of the nearest provider. Throws where there is none. */
export function useClient(): Client {
  return useProvided().client
}

export function useRegistry(): Registry {
  return useProvided().registry
}

function useProvided(): Provided {
  const provided = useContext(Context)
  if (!provided) throw new Error('The hooks of @websockets.do/react need a <WebSocketsProvider client={…}> above them.')
  return provided
}
