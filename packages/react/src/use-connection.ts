import type { Snapshot, Status } from '@websockets.do/client'
import { useCallback, useSyncExternalStore } from 'react'
import { idle, type Name } from './entry'
import { useRegistry } from './provider'
import { useSnapshot } from './use-snapshot'

/**
 * The status of a channel, which is opened by it. Without a name that of all channels in use together, and none is opened: the
 * worst of them, where reconnecting comes before connecting, open, closed and idle.
 */
export function useConnection(name?: Name): Status {
  const { entries, listeners } = useRegistry()
  const own = useSnapshot(name ?? null, pick)
  const subscribe = useCallback(
    (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    [listeners],
  )
  const worst = useSyncExternalStore(
    subscribe,
    () => {
      const statuses = Array.from(entries.values(), (entry) => entry.snapshot().status)
      return statuses.reduce((a, b) => (ORDER.indexOf(b.state) > ORDER.indexOf(a.state) ? b : a), idle.status)
    },
    () => idle.status,
  )
  return name === undefined ? worst : own
}

function pick({ status }: Snapshot): Status {
  return status
}

const ORDER: readonly Status['state'][] = ['idle', 'closed', 'open', 'connecting', 'reconnecting']
