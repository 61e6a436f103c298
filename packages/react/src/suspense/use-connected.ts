import type { Snapshot } from '@websockets.do/client'
import { useContext, useEffect, useState } from 'react'
import type { Wanted } from '../entry'
import { useRegistry } from '../provider'
import { useRendered } from '../use-rendered'
import { useSnapshot } from '../use-snapshot'
import { AttemptContext } from './client-side-suspense'
import { useIsClient } from './use-is-client'
import { errorOf, waitOf } from './wait'

/**
 * Suspends until the channel is connected, which it opens with what is wanted, and throws why once it is closed. What a server
 * has rendered is enough, unless oneself is needed, whom no server knows.
 */
export function useConnected(name: string, wanted: Wanted = {}, needsSelf = false): void {
  const registry = useRegistry()
  const attempt = useContext(AttemptContext)
  const isClient = useIsClient()
  const rendered = useRendered(name)
  const { self, closed } = useSnapshot(name, pick)
  const [mounted] = useState(() => new Set<string>())
  useEffect(() => {
    mounted.add(name)
    waitOf(registry, name).end()
    return () => void mounted.delete(name)
  }, [registry, name, mounted])
  if (self) return
  if (closed && mounted.has(name)) throw errorOf(closed)
  if (rendered && !needsSelf && !closed) return
  if (!isClient) throw new Error('expected a <ClientSideSuspense> above this component: a server opens no channel')
  throw waitOf(registry, name).toThrow(closed, wanted, attempt)
}

function pick({ status, self }: Snapshot) {
  return { self: Boolean(self), closed: status.state === 'closed' ? status : undefined }
}
