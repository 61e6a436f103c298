// The channels that components use, one each by name, whichever provider of their client they have it from.
import type { Client } from '@websockets.do/client'
import { createEntry, type Entry, type Listeners, type Name } from './entry'
import type { Rendered } from './rendered'

export interface Registry {
  readonly client: Client
  /** For how long a channel is kept that nobody holds any more, in ms. */
  lingerMs(): number
  keepFor(lingerMs: number): void
  /** Those that are or were just in use. */
  readonly entries: Map<Name, Entry>
  /** To all of them. */
  readonly listeners: Listeners
  /** The one of that name, made if need be. */
  entry(name: Name): Entry
  /** What a server rendered that is taken over here; of no use to who is `mounting` where the channel has anything newer. */
  rendered: (name: Name, isMounting?: boolean) => Rendered | undefined
}

/** One for each client, so that no provider closes what another uses. */
export function registryOf(client: Client): Registry {
  const known = registries.get(client)
  if (known) return known
  const entries = new Map<Name, Entry>()
  // Until a provider says otherwise, whose effects run after those of the components in it.
  let lingerMs = 1_000
  const registry: Registry = {
    client,
    lingerMs: () => lingerMs,
    keepFor(ms) {
      lingerMs = ms
    },
    entries,
    listeners: new Set(),
    entry(name) {
      const entry = entries.get(name) ?? createEntry(registry, name, () => entries.delete(name))
      entries.set(name, entry)
      return entry
    },
    rendered: () => undefined,
  }
  registries.set(client, registry)
  return registry
}

const registries = new WeakMap<Client, Registry>()
