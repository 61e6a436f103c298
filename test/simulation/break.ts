// Breaks the network as a step says, and puts it in order again.
import type { Network } from '@websockets.do/server-core/mock'
import type { Stage } from './stage'
import type { Action, Block, Scope, Way } from './steps'
import { unobserve } from './observe'

type Broken =
  | 'latency'
  | 'hold'
  | 'release'
  | 'stall'
  | 'sever'
  | 'dropAfter'
  | 'repeat'
  | 'partition'
  | 'heal'
  | 'block'
type Fault = Extract<Action, { readonly do: Broken | 'sleep' | 'wake' }>

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
      if (step.end === 'server' || step.muteMs > 0) stage.deafen(scope)
      if (step.muteMs === 0) return network.sever(step.end === 'both' ? undefined : step.end)
      network.stall('up')
      stage.server.clock.after(step.muteMs, () => network.sever())
      return
    case 'dropAfter': {
      if (step.how === 'stall') stage.deafen(scope)
      const direction = directionOf(step.way)
      return network.dropAfter(step.frames, { how: step.how, ...(direction && { direction }) })
    }
    case 'repeat':
      return network.repeatNext(step.frames, directionOf(step.way))
    case 'partition':
      stage.deafen(scope)
      return network.partition()
    case 'block':
      block(stage, scope, step.how)
      if (step.sever) network.sever()
      return
    default:
      return heal(network)
  }
}

/** All faults are over: whatever is connected works from now on. */
export function healAll(stage: Stage): void {
  const { server, machines } = stage
  for (const { device } of machines) device.network.set({ latency: 0, jitter: 0 })
  server.network.set({ latency: 0, jitter: 0 })
  machines.forEach((_, at) => sleepOrWake(stage, at, 'wake'))
  stage.blocked.clear()
  for (const { device } of machines) heal(device.network)
  heal(server.network)
  // Nobody tells them, and they do not watch.
  const deaf = new Set(stage.observers.flatMap(({ isDeaf, device }) => (isDeaf ? [device] : [])))
  for (const observer of stage.observers) {
    if (deaf.has(observer.device)) unobserve(observer)
    if (!observer.stream) observer.gaveUp.abort()
  }
  // That they have gone may not have got through.
  for (const at of deaf) machines[at]?.device.network.sever('server')
}

function heal(network: Network): void {
  network.heal()
  network.dropAfter(Infinity)
}

function block({ blocked, machines }: Stage, scope: Scope, how: Block | undefined): void {
  machines.forEach((_, at) => {
    if (scope !== 'all' && scope !== at) return
    if (how) blocked.set(at, how)
    else blocked.delete(at)
  })
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
