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
  /** How often `install()` was called, and not undone. */
  readonly installed: number
}

export function findLeaks({ clientTimers, serverTimers, stats, connections, installed }: LeakSources): Leaks {
  const { channels, members, away, observers, awaited } = stats
  // Who is away leaves by itself.
  const listeners = members - away + observers
  // A connection whose listener has gone is waited for while it is read to its end, and is named as it is.
  const ending = Math.max(0, connections.filter(({ path }) => isListen(path)).length - listeners)
  const needed = (channels > 0 ? 1 : 0) + awaited + ending
  const surplus = Math.max(0, serverTimers - needed)
  const found = connections.map(({ name, path, clientID }) => {
    const where = decoded(path)
    if (!isListen(path)) return `${name} still waits for the answer to ${where}: let it come, or abort it`
    return `${name} is still connected to ${where}${clientID === undefined ? '' : ` as ${clientID}`}: close it`
  })
  // Each has a connection as a rule, and is named with it.
  if (listeners > connections.length)
    found.push(`${listeners} listeners are in channels, on ${connections.length} connections`)
  if (awaited > 0)
    found.push(`${count(awaited, 'emit')} still waiting for acknowledgements: let the time pass, or await them`)
  if (clientTimers > 0)
    found.push(`${count(clientTimers, 'timer of clients', 'timers of clients')} still running: close() the clients`)
  if (surplus > 0)
    found.push(
      `${count(surplus, 'timer of the server', 'timers of the server')} still running, for nothing that it serves`,
    )
  if (installed > 0) found.push('WebSocket and fetch are still replaced: call what install() returned')
  return { timers: clientTimers + surplus, listeners, connections: connections.length, awaited, found }
}

function isListen(path: string): boolean {
  return /\/listen(\?|$)/.test(path)
}

function count(number: number, one: string, many = `${one}s`): string {
  return number === 1 ? `1 ${one} is` : `${number} ${many} are`
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
