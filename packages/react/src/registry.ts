// The channels that components use, one each by name, whichever provider of their client they have it from.
import type { Client } from '@websockets.do/client'
import { createEntry, type Entry, type Name } from './entry'
import type { Rendered } from './rendered'

export interface Registry {
  readonly client: Client
  /** For how long a channel is kept that nobody holds any more. */
  lingerMs: number
  /** Those that are or were just in use. */
  readonly entries: Map<Name, Entry>
  /** Told of what is shown of any of them. */
  readonly listeners: Set<() => void>
  /** The one of that name, made if need be. */
  entry(name: Name): Entry
  /** What a server rendered that is taken over here; of no use to who is `mounting` where the channel has anything newer. */
  rendered?: (name: Name, isMounting?: boolean) => Rendered | undefined
}

/** One for each client, so that no provider closes what another uses. */
export function registryOf(client: Client, lingerMs?: number): Registry {
  const registry = registries.get(client) ?? createRegistry(client)
  registries.set(client, registry)
  registry.lingerMs = lingerMs ?? registry.lingerMs
  return registry
}

function createRegistry(client: Client): Registry {
  const entries = new Map<Name, Entry>()
  const registry: Registry = {
    client,
    lingerMs: 1_000,
    entries,
    listeners: new Set(),
    entry(name) {
      const entry = entries.get(name) ?? createEntry(registry, name, () => entries.delete(name))
      entries.set(name, entry)
      return entry
    },
  }
  return registry
}

const registries = new WeakMap<Client, Registry>()
