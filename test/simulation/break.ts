// Breaks the network as a step says, and puts it in order again.
import type { Network } from '@websockets.do/server-core/mock'
import type { Stage } from './stage'
import type { Action, Scope, Way } from './steps'

type Broken = 'latency' | 'hold' | 'release' | 'stall' | 'sever' | 'dropAfter' | 'repeat' | 'partition' | 'heal'
type Fault = Extract<Action, { readonly do: Broken | 'sleep' | 'wake' }>

/** Our client does not watch the server's heartbeat yet: a link that died in silence has to break for it. */
const WATCHES_HEARTBEAT = false

export function breakNetwork(stage: Stage, step: Fault): void {
  if ('device' in step) return sleepOrWake(stage, step.device, step.do)
  const { scope } = step
  const network = networkOf(stage, scope)
  switch (step.do) {
    case 'latency':
      return network.set({ latency: step.ms, jitter: step.jitter })
    case 'hold':
    case 'release':
      return network[step.do](directionOf(step.way))
    case 'stall':
      stage.deafen(scope)
      return network.stall(directionOf(step.way))
    case 'sever':
      if (step.end === 'server') stage.deafen(scope)
      return network.sever(step.end === 'both' ? undefined : step.end)
    case 'dropAfter': {
      if (step.how === 'stall') stage.deafen(scope)
      const direction = directionOf(step.way)
      return network.dropAfter(step.frames, { how: step.how, ...(direction && { direction }) })
    }
    case 'repeat':
      return network.repeatNext(step.frames, directionOf(step.way))
    case 'partition':
      stage.deafen(scope)
      stage.wasPartitioned = true
      return network.partition()
    default:
      return heal(stage, network, scope)
  }
}

/** All faults are over: whatever is connected works from now on. */
export function healAll(stage: Stage): void {
  const { server, machines } = stage
  for (const { device } of machines) device.network.set({ latency: 0, jitter: 0 })
  server.network.set({ latency: 0, jitter: 0 })
  machines.forEach((_, at) => sleepOrWake(stage, at, 'wake'))
  if (stage.wasPartitioned) stage.deafen('all')
  machines.forEach(({ device }, at) => heal(stage, device.network, at))
  heal(stage, server.network, 'all')
}

function heal(stage: Stage, network: Network, scope: Scope): void {
  network.heal()
  network.dropAfter(Infinity)
  if (WATCHES_HEARTBEAT) return
  const deaf = [...stage.deaf].filter((device) => scope === 'all' || device === scope)
  if (deaf.length > 0) network.sever('client')
  for (const device of deaf) stage.deaf.delete(device)
}

function sleepOrWake(stage: Stage, index: number, how: 'sleep' | 'wake'): void {
  const machine = stage.machine(index)
  if (machine.asleep === (how === 'sleep')) return
  machine.asleep = how === 'sleep'
  machine.device[how]()
}

function networkOf({ server, machines }: Stage, scope: Scope): Network {
  return scope === 'all' ? server.network : (machines[scope]?.device.network ?? server.network)
}

function directionOf(way: Way): 'up' | 'down' | undefined {
  return way === 'both' ? undefined : way
}
