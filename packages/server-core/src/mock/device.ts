// A machine on a mock server's network: its own WebSocket, fetch and clock, and faults that are its alone.
import { type Memory, memory } from '../adapters/memory'
import type { Clock, Random } from '../core/ports'
import type { Server } from '../server'
import { type ClockFaults, deviceClock } from './device-clock'
import type { Network } from './network'

export interface DeviceOptions {
  readonly clock?: ClockFaults
}

/** All that `createClient` asks for. */
export interface Device extends Memory {
  readonly clock: Clock
  readonly random: Random
  /** Event ids, one after the other. */
  readonly id: () => string
  /** Collects the faults that a client reports, in `server.errors`. */
  readonly onError: (error: unknown) => void
  /** What lies between this device and the server. */
  readonly network: Network
  /** Its timers stand still and nothing reaches it, as on a laptop that is shut. */
  readonly sleep: () => void
  /** Clients are told `wake`, as a page is that is looked at again. */
  readonly wake: () => void
  /** Tells its clients what a machine says of its network, and changes nothing of that. */
  readonly tell: (signal: Signal) => void
  /** What it tells. */
  readonly signals: (hear: (signal: Signal) => void) => () => void
}

type Signal = 'online' | 'offline' | 'wake'

export interface Surroundings {
  readonly url: string
  readonly doors: Pick<Server, 'fetch' | 'upgrade'>
  readonly clock: Clock
  readonly random: Random
  /** How many devices there were before this one. */
  nextDevice(): number
  report(error: unknown, context: string): void
}

export function createDevice(
  { url, doors, clock, random, nextDevice, report }: Surroundings,
  network: Network,
  name: string,
  options: DeviceOptions = {},
): Device {
  const own = deviceClock(clock, options.clock)
  // Names may be alike but for what no id can carry.
  const prefix = `evt_${nextDevice()}${name.replace(/\W/g, '').slice(0, 40)}x`
  let ids = 0
  const hearers = new Set<(signal: Signal) => void>()
  const tell = (signal: Signal): void => {
    for (const hear of [...hearers]) hear(signal)
  }
  return {
    ...memory(doors, { url, wire: network.wire(name) }),
    clock: own,
    random,
    id: () => `${prefix}${String(++ids).padStart(16, '0')}`,
    onError: (error) => report(error, 'a client'),
    network,
    sleep() {
      own.sleep()
      network.setAsleep(true)
    },
    wake() {
      network.setAsleep(false)
      own.wake()
      tell('wake')
    },
    tell,
    signals(hear) {
      hearers.add(hear)
      return () => void hearers.delete(hear)
    },
  }
}
