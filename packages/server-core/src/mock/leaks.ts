// What a test has left behind on a mock server.
import type { Server } from '../server'
import type { Connected } from './network'

export interface Leaks {
  /** The clients' and the server's, beyond those that it needs for what is connected, awaited or retained. */
  readonly timers: number
  /** Members and observers. */
  readonly listeners: number
  /** WebSockets and requests under way. */
  readonly connections: number
  /** Emits that wait for acknowledgements. */
  readonly awaited: number
  /** All of it in words; empty when nothing is left. */
  readonly found: readonly string[]
}

export interface LeakSources {
  readonly clientTimers: number
  readonly serverTimers: number
  readonly stats: ReturnType<Server['stats']>
  readonly connections: readonly Connected[]
}

export function findLeaks({ clientTimers, serverTimers, stats, connections }: LeakSources): Leaks {
  const { channels, members, observers, awaited } = stats
  const needed = (channels > 0 ? 1 : 0) + awaited
  const surplus = Math.max(0, serverTimers - needed)
  const listeners = members + observers
  const found = connections.map(({ name, path, clientID }) => {
    return `${name} is still connected to ${path}${clientID === undefined ? '' : ` as ${clientID}`}: close it`
  })
  // Each has a connection as a rule, and is named with it.
  if (listeners > connections.length)
    found.push(`${listeners} listeners are in channels, on ${connections.length} connections`)
  if (awaited > 0)
    found.push(`${count(awaited, 'emit')} still waiting for acknowledgements: let the time pass, or await them`)
  if (clientTimers > 0) found.push(`${count(clientTimers, 'timer')} of clients still running: close() the clients`)
  if (surplus > 0) found.push(`${count(surplus, 'timer')} of the server still running, for nothing that it serves`)
  return { timers: clientTimers + surplus, listeners, connections: connections.length, awaited, found }
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what} is` : `${number} ${what}s are`
}
