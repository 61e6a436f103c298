// A step in words, as it is about to be done: its indices are those of whoever is there at that moment.
import { nth } from './nth'
import type { Stage } from './stage'
import type { Emit, Patience, Scope, Step, Way } from './steps'
import { deviceName, nameOf, timeOf } from './words'

export function tell(stage: Stage, step: Step): string {
  return `${inWords(stage, step)}${step.settle ? '' : '; the next follows at once'}`
}

function inWords(stage: Stage, step: Step): string {
  const { machines, plan } = stage
  const seat = (index: number): string => nth(stage.openSeats, index)?.name ?? 'nobody'
  const raw = (index: number): string => nth(stage.openRaws, index)?.name ?? 'nobody'
  const room = (index: number): string => stage.channel(index)
  const on = (index: number): string => deviceName(index % machines.length)
  switch (step.do) {
    case 'open':
      return opening(stage, step)
    case 'connect':
    case 'close':
      return `${seat(step.seat)}: ${step.do}()`
    case 'history':
      return `${seat(step.seat)} asks for the history`
    case 'signal':
      return `c${step.client + 1} is told by its machine: ${step.signal}`
    case 'closeClient':
      return `the client of ${seat(step.seat)} closes`
    case 'emit': {
      const channel = nth(stage.openSeats, step.seat)?.options.channelName ?? room(0)
      return `${seat(step.seat)} emits ${emitted(stage, step.emit, channel)}${times(step.times)}${waiting(step.patience)}${step.repeatable ? ', under an id of its own' : ''}`
    }
    case 'presence':
      return `${seat(step.seat)}: presence.${step.how}()${times(step.times)}${more(step.padding)}`
    case 'read':
      return `${seat(step.seat)} reads ${step.take} of events() and ends it by ${step.stop}`
    case 'late':
      return `${late(stage, step.nth)} acknowledges what was left for later`
    case 'rawJoin': {
      const marks = [`acks: ${step.acks}`, ...(step.pongs ? [] : ['no PONG']), ...(step.session ? ['session=new'] : [])]
      const rewind = step.rewind > 0 ? [`rewind=${step.rewind}`] : []
      return `r${stage.raws.length + 1} on ${on(step.device)} joins ${room(step.channel)} by hand (${[...marks, ...rewind].join(', ')})`
    }
    case 'rawResume': {
      const marks = [`attempt: ${step.attempt}`, `since: ${step.since}`, ...(step.twice ? ['twice at once'] : [])]
      return `somebody on ${on(step.device)} comes by the session of one who joined by hand (${marks.join(', ')})`
    }
    case 'rawEmit': {
      const channel = nth(stage.openRaws, step.raw)?.channel ?? room(0)
      return `${raw(step.raw)} emits ${emitted(stage, step.emit, channel)}${step.progress ? ', with progress' : ''}`
    }
    case 'rawSend':
      return `${raw(step.raw)} sends ${step.what}`
    case 'rawClose':
      return `${raw(step.raw)} closes with ${step.code}`
    case 'observe':
      return `an observer on ${on(step.device)} comes to ${room(step.channel)}${step.after === undefined ? '' : ', or back to where one was'}`
    case 'unobserve':
      return `${nth(stage.observers, step.observer)?.reader.name ?? 'nobody'} goes`
    case 'publish':
      return `c${step.client + 1} publishes in ${room(step.channel)} by HTTP ${emitted(stage, step.emit, room(step.channel))}`
    case 'request':
      return `${on(step.device)} sends a request by hand (repeatable by ${step.by}) that emits in ${room(step.channel)} ${emitted(stage, step.emit, room(step.channel))}`
    case 'again':
      return `${nth(stage.requests, step.nth)?.published.key ?? 'nothing'} is asked for again`
    case 'program':
      return `the program emits in ${room(step.channel)} ${emitted(stage, step.emit, room(step.channel))}${step.repeatable ? ', under an id of its own' : ''}`
    case 'disconnect': {
      const id = nth(stage.server.members(room(step.channel)), step.member)?.clientID
      const who = id === undefined ? 'nobody' : (nameOf(stage.log, id) ?? id)
      return `the program disconnects ${who} from ${room(step.channel)} with ${step.code}`
    }
    case 'advance':
      return `${timeOf(step.ms)} pass`
    case 'skew':
      return `the wall clock steps by ${step.ms < 0 ? '-' : ''}${timeOf(Math.abs(step.ms))}`
    case 'freeze':
      return `the process freezes for ${timeOf(step.ms)}`
    case 'latency':
      return `${network(step.scope)}: latency ${timeOf(step.ms)}, jitter ${timeOf(step.jitter)}`
    case 'hold':
    case 'release':
    case 'stall':
      return `${network(step.scope)}: ${step.do}${ways(step.way)}`
    case 'sever':
      return `${network(step.scope)}: sever${step.end === 'both' ? '' : `, which the ${step.end} alone notices`}${step.muteMs > 0 ? `, after it was mute for ${timeOf(step.muteMs)}` : ''}`
    case 'dropAfter':
      return `${network(step.scope)}: ${step.how} after ${step.frames} more frames${ways(step.way)}`
    case 'repeat':
      return `${network(step.scope)}: the next ${step.frames} frames arrive twice${ways(step.way)}`
    case 'partition':
    case 'heal':
      return `${network(step.scope)}: ${step.do}`
    case 'block':
      return `${network(step.scope)}: ${step.how ? `WebSockets are blocked (${step.how})` : 'WebSockets pass again'}`
    case 'sleep':
    case 'wake':
      return `${on(step.device)}: ${step.do}`
    case 'stop':
      return `the server stops${step.drainMs > 0 ? `, draining for ${timeOf(step.drainMs)}` : ' at once'}`
    case 'start':
      return `the server starts ${step.history ? 'with' : 'without'} its history`
    default:
      return step satisfies never
  }

  function network(scope: Scope): string {
    return scope === 'all' || !plan.conditions.devices[scope] ? 'the network' : `the network of ${deviceName(scope)}`
  }
}

function late({ openSeats, openRaws }: Stage, index: number): string {
  return nth([...openSeats, ...openRaws.filter(({ acks }) => acks === 'late')], index)?.name ?? 'nobody'
}

function opening(stage: Stage, step: Extract<Step, { readonly do: 'open' }>): string {
  const owner = nth(stage.clients, step.client)
  const channelName = stage.channel(step.channel)
  const known = stage.openSeats.find(
    ({ options }) => options.client === owner?.client && options.channelName === channelName,
  )
  const name = known?.name ?? `${owner?.name}-${stage.seats.length + 1}`
  const marks = [
    ...(step.manual ? ['ack: manual'] : []),
    ...(step.rewind > 0 ? [`rewind: ${step.rewind}`] : []),
    ...(step.presence ? ['with presence'] : []),
    ...(step.connect ? [] : ['connect: false']),
    `its handler: ${step.moods.join(', ')}`,
  ]
  return `${name} on ${deviceName(owner?.device ?? 0)} opens ${channelName} (${marks.join('; ')})`
}

function emitted(stage: Stage, emit: Emit, channel: string): string {
  const { whom, requireAck, timeoutMs, echo, named, padding } = emit
  const ids = stage.idsOf(whom, channel)
  const these = ids?.map((id) => nameOf(stage.log, id) ?? id).join(', ')
  const to = whom.kind === 'some' ? `any ${whom.count}` : (these ?? 'everyone')
  const acks = requireAck ? `, awaiting ACKs for ${timeOf(timeoutMs)}` : ''
  return `to ${to}${acks}${echo ? '' : ', without echo'}${named ? ', as a named event' : ''}${more(padding)}`
}

function waiting(patience: Patience): string {
  if (patience === 'given') return ''
  return patience === 'none' ? ', and waits' : `, and gives up after ${timeOf(patience.abortMs)}`
}

function times(count: number): string {
  return count > 1 ? `, ${count} times` : ''
}

function more(padding: number): string {
  return padding > 0 ? `, with ${padding} bytes of padding` : ''
}

function ways(way: Way): string {
  return way === 'both' ? '' : `, ${way} only`
}
