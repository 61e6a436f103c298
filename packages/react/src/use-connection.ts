import type { Status } from '@websockets.do/client'
import { useCallback, useSyncExternalStore } from 'react'
import { idle, type Name } from './entry'
import { useRegistry } from './provider'

/**
 * The status of a channel, which is opened by it. Without a name that of all channels in use together, and none is opened: the
 * worst of them, where reconnecting comes before connecting, closed, open and idle.
 */
export function useConnection(): Status
export function useConnection(name: Name): Status
export function useConnection(name?: Name): Status {
  const { entry, entries, listeners } = useRegistry()
  const subscribe = useCallback(
    (listener: () => void) => {
      if (name !== undefined) return entry(name).hold(undefined, listener)
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    [entry, listeners, name],
  )
  return useSyncExternalStore(
    subscribe,
    () => {
      const shown = name === undefined ? [...entries.values()] : [entries.get(name)]
      return shown.reduce((worst, one) => {
        const status = one?.snapshot().status ?? worst
        return ORDER.indexOf(status.state) > ORDER.indexOf(worst.state) ? status : worst
      }, idle.status)
    },
    () => idle.status,
  )
}

const ORDER: readonly Status['state'][] = ['idle', 'open', 'closed', 'connecting', 'reconnecting']
